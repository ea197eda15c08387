"""What a person keeps about himself, the same in all tenants."""

from tenants.models import User


def update_person(*, user: User, first_name: str, phone: str, language: str) -> None:
    """Write a login's name, number and language."""
    User.objects.filter(pk=user.pk).update(first_name=first_name, last_name="", phone=phone, language=language)
