"""Bank statements as an app of its own, in the public schema: a line may be any tenant's."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class StatementsConfig(AppConfig):
    """Public schema: statements as imported, their lines, the trail of each line."""

    name = "billing.gateways.statements"
    label = "statements"
    verbose_name = _("Mutasi bank")
