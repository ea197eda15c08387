"""Visitors that a program names: the same name in each quote and in the sign-up keeps them in one variant (K13)."""

from datetime import date

from rest_framework import serializers

from plans.errors import CatalogueError
from plans.selectors.catalogue import catalogue_of
from plans.selectors.experiments import Taken, running_experiments, variants_of, visitor_key
from plans.services.experiments import expose
from tenants.api.fields import Output, TextField

HELP = (
    "Your own random name for one visitor, 16 to 64 characters: the same in each quote and in the sign-up. It keeps them in "
    "one variant of a price experiment, and the tenant is billed by it. Only a hash is kept. Left out: the list price."
)


class VariantOutput(Output):
    """A variant of an experiment that the prices of this answer are of."""

    experiment = serializers.CharField()
    variant = serializers.CharField()


def visitor_field() -> TextField:
    """The field that names a visitor."""
    return TextField(required=False, min_length=16, max_length=64, help_text=HELP)


def taken_by(visitor: str | None, product: str, on: date, today: date) -> tuple[Taken, ...]:
    """The variants of a visitor who would sign up `on` a day, counted today; none without a name, nor of what is not sold."""
    if visitor is None:
        return ()
    try:
        rows = running_experiments(catalogue_of(product), on)
    except CatalogueError:  # whoever asks for what is not on sale is told so by the quote itself
        return ()
    taken = variants_of(rows, visitor_key(visitor))
    expose(taken=taken, on=today)
    return taken
