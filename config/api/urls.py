"""Addresses on the public host alone: what a product says of its tenants, and no tenant of itself."""

from django.urls import path

from config.api.health import HealthReportsView

urlpatterns = [path("health-reports", HealthReportsView.as_view())]
