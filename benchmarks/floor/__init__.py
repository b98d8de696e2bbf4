"""The floor: what plain Django can do over the same rows, with the least SQL and trivial templates.

No middleware, no sign-in, no permission; two statements a page at most. The application is measured against it.
"""
