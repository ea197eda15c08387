"""The benchmark's own addresses."""

from django.urls import path

from tests.benchmarks.views import EMPTY, EMPTY_API, ShowNothingToProgram, show_nothing

urlpatterns = [path(EMPTY.lstrip("/"), show_nothing), path(EMPTY_API.lstrip("/"), ShowNothingToProgram.as_view())]
