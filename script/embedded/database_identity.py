"""Prints which database `DATABASE_URL` is and how far it has migrated. Runs in the environment: it needs psycopg."""

import os

import psycopg

WHICH = "SELECT system_identifier, oid FROM pg_control_system(), pg_database WHERE datname = current_database()"
MIGRATED = "SELECT to_regclass('public.django_migrations') IS NOT NULL"
HOW_FAR = "SELECT count(*), max(id) FROM public.django_migrations"


def main() -> None:
    """One line: the cluster's and the database's ids, the number and the last id of migrations applied in public."""
    with psycopg.connect(os.environ["DATABASE_URL"]) as connection:
        which = connection.execute(WHICH).fetchone()
        migrated = connection.execute(MIGRATED).fetchone() == (True,)
        how_far = connection.execute(HOW_FAR).fetchone() if migrated else None
    print(which, how_far)


if __name__ == "__main__":
    main()
