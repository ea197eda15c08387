"""App registration."""

from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    """Tenant schema: messages."""

    name = "notifications"
    verbose_name = "Pesan"
