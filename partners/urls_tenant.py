"""Referrals on a tenant's host."""

from django.urls import path

from partners.views import referrals

urlpatterns = [path("ajak/", referrals.show_referrals, name="referrals")]
