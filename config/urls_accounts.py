"""Login, password and second factor, on every host. Addresses that this installation does not use are closed."""

from django.urls import include, path
from django.views.generic import RedirectView

closed = RedirectView.as_view(pattern_name="account_login")
urlpatterns = [
    # The address is the login; a change goes through staff, who ask who it is.
    path("email/", closed),
    path("confirm-email/", closed),
    path("signup/", closed),
    path("password/set/", closed),
    path("", include("allauth.urls")),
]
