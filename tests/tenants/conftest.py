"""Tests of several connections see each other's rows."""

from collections.abc import Iterator

import pytest
from pytest_django import DjangoDbBlocker


@pytest.fixture
def transactional_db(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """The test database itself, without the transaction that other tests roll back, and without a flush at the end.

    Trap: the name is what makes pytest-django set a test database up; under another one this would be the real one.
    """
    with django_db_blocker.unblock():
        yield
