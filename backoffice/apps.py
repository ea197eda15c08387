"""The back office as an app, so that its lists and tasks are found."""

from django.apps import AppConfig


class BackofficeConfig(AppConfig):
    """Pages and lists over the models of the apps below; none of its own."""

    name = "backoffice"
    label = "backoffice"
