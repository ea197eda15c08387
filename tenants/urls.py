"""Addresses of the ground floor on a tenant's host."""

from django.urls import path

from tenants.views.handoff import arrive, stop_impersonation

urlpatterns = [
    path("masuk-dengan/<str:token>/", arrive, name="handoff"),
    path("berhenti-mewakili/", stop_impersonation, name="stop_impersonation"),
]
