"""Forms of agreements and partners; they validate and never save."""
