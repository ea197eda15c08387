"""A service's refusal, shown in the form that asked."""

from django.forms import BaseForm

from tenants.errors import DomainError


def put_error(form: BaseForm, error: DomainError) -> None:
    """Beside the field it names, or on top of the form."""
    form.add_error(error.field if error.field in form.fields else None, error.message)
