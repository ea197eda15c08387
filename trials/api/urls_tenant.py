"""Operations of a tenant that trials know."""

from django.urls import path

from trials.api.onboarding import OnboardingView
from trials.api.organisation import OrganisationView
from trials.api.pilots import PilotView

urlpatterns = [
    path("onboarding", OnboardingView.as_view()),
    path("organisation", OrganisationView.as_view()),
    path("pilot", PilotView.as_view()),
]
