"""Addresses of quotes and sign-ups, on the public host."""

from django.urls import path

from trials.api.quotes import QuotesView
from trials.api.signups import SignupProgressView, SignupsView

urlpatterns = [
    path("quotes", QuotesView.as_view()),
    path("signups", SignupsView.as_view()),
    path("signups/<uuid:signup>", SignupProgressView.as_view()),
]
