"""The pages of retention: terms and holds, which cases are due for disposal, and the lists under which they are destroyed."""
