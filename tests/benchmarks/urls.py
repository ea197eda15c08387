"""The benchmark's own addresses."""

from django.urls import path

from tests.benchmarks.views import EMPTY, show_nothing

urlpatterns = [path(EMPTY.lstrip("/"), show_nothing)]
