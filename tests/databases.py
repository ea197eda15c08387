"""What the test databases hold before any test, and one such database copied for each worker."""

from collections.abc import Sequence

from django.core.management import call_command
from django.db import connection
from django.test.utils import setup_databases

from tenants.models import Tenant
from tenants.services.schemas import create_schema

PREPARED = ("t_sman1", "t_griya", "t_lain")


def make_databases(workers: Sequence[str]) -> None:
    """Make the test database anew, furnish it, and copy it for these workers, who take it as it is with `--reuse-db`."""
    setup_databases(verbosity=0, interactive=False, aliases={"default": False}, serialized_aliases=set())
    furnish()
    for name in workers:
        connection.creation.clone_test_db(suffix=name, verbosity=0)


def furnish() -> None:
    """Load the catalogue, and make the cast's schemas, empty; tests roll back to that.

    Only the schemas: a tenant's row would be there for every job and every list.
    """
    call_command("load_catalogue", verbosity=0)
    for name in PREPARED:
        if not schema_exists(name):
            create_schema(tenant=Tenant(schema_name=name))


def schema_exists(name: str) -> bool:
    """Whether the database has a schema of this name."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_namespace WHERE nspname = %s", [name])
        return cursor.fetchone() is not None
