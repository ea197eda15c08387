"""The API on the public host: catalogue, quotes, sign-ups; then what product keys may do for their tenants."""

from django.urls import include, path

from tenants.api.schema import PUBLIC_URLS, SchemaView

urlpatterns = [
    path("v1/", include("plans.api.urls")),
    path("v1/", include("trials.api.urls")),
    path("v1/", include("config.api.urls")),
    path("schema/", SchemaView.as_view(urlconf=PUBLIC_URLS), name="api_schema"),
    path("", include("config.urls_api")),
]
