"""The wiring as an app, so that its template tags and checks are found."""

from django.apps import AppConfig


class ConfigConfig(AppConfig):
    """Template tags and wiring; no models."""

    name = "config"
    label = "config"
