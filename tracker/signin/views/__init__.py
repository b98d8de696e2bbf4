"""The pages of the sign-in that are this house's own."""
