"""The pages of agreements and partners, one module per screen."""
