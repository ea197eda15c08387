"""Operations of a tenant that trials know."""

from django.urls import path

from trials.api.pilots import PilotView

urlpatterns = [path("pilot", PilotView.as_view())]
