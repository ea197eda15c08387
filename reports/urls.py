"""Addresses of the reports app, on the public host."""

from django.urls import path

from reports.views.metrics import show_metrics

urlpatterns = [path("metrics", show_metrics, name="metrics")]
