"""Bank statements as an app of its own, in the public schema: a line may be any tenant's."""

from django.apps import AppConfig


class StatementsConfig(AppConfig):
    """Public schema: statements as imported, their lines, the trail of each line."""

    name = "billing.gateways.statements"
    label = "statements"
    verbose_name = "Mutasi bank"
