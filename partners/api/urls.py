"""Operations of a tenant that partners know."""

from django.urls import path

from partners.api.referrals import ReferralsView

urlpatterns = [path("referrals", ReferralsView.as_view())]
