"""Addresses of the reports app, on the public host."""

from django.urls import path

from reports.views.metrics import show_metrics
from reports.views.provinces import show_province

urlpatterns = [
    path("metrics", show_metrics, name="metrics"),
    path("provinsi/", show_province, name="province"),
]
