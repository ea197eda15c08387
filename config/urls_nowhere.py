"""A program that calls a host nobody has: the same problem document as for any address that is not there."""

from django.urls import re_path

from tenants.api.views import NothingHere

urlpatterns = [re_path("", NothingHere.as_view())]
