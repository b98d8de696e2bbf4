"""Signing in: passwords, second factors, the lock after wrong tries, single sign-on, and help for those locked out."""
