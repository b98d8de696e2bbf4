"""Requests for assistance, in and out."""
