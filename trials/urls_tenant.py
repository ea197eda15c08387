"""A tenant's host: the way to another tenant of the same person, starting again, and the demo's test clock."""

from django.urls import path

from trials.views import clock, onboarding, pilots, restart, tenancies

urlpatterns = [
    path("pindah/", tenancies.leave_for_public, name="all_tenants"),
    path("pindah/<slug:subdomain>/", tenancies.enter_tenant, name="switch_tenant"),
    path("langganan/mulai-lagi/", restart.restart, name="subscription_restart"),
    path("persiapan/", onboarding.show, name="onboarding"),
    path("persiapan/<slug:slug>/", onboarding.finish, name="onboarding_finish"),
    path("pilot/", pilots.show_duties, name="pilot"),
    path("pilot/<slug:code>/selesai/", pilots.finish, name="pilot_duty"),
    path("jam-uji/", clock.move, name="move_clock"),
]
