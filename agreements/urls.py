"""Addresses of agreements and partners."""


app_name = "agreements"
urlpatterns: list = []
