"""Addresses of the catalogue."""

from django.urls import path

from plans.api.catalogue import CatalogueView

urlpatterns = [path("catalogue", CatalogueView.as_view())]
