"""A listing of one schema's tables whose cost does not grow with the number of schemas."""

from typing import Any

from django.db.backends.postgresql.introspection import TableInfo
from django_tenants.postgresql_backend.introspection import DatabaseSchemaIntrospection

_TABLES_OF_SCHEMA = """
    SELECT c.relname,
           CASE WHEN c.relispartition THEN 'p' WHEN c.relkind IN ('m', 'v') THEN 'v' ELSE 't' END,
           obj_description(c.oid, 'pg_class')
      FROM pg_catalog.pg_depend AS d
      JOIN pg_catalog.pg_class AS c ON c.oid = d.objid
     WHERE d.refclassid = 'pg_catalog.pg_namespace'::regclass
       AND d.refobjid = (SELECT oid FROM pg_catalog.pg_namespace WHERE nspname = %s)
       AND d.classid = 'pg_catalog.pg_class'::regclass
       AND d.objsubid = 0
       AND c.relkind IN ('f', 'm', 'p', 'r', 'v')
"""


class Introspection(DatabaseSchemaIntrospection):  # type: ignore[misc]
    """Lists one schema's tables through the index of pg_depend; pg_class has no index on its namespace column."""

    def get_table_list(self, cursor: Any) -> list[TableInfo]:
        """The tables and views of the connection's schema."""
        cursor.execute(_TABLES_OF_SCHEMA, [self.connection.schema_name])
        return [TableInfo(*row) for row in cursor.fetchall() if row[0] not in self.ignored_tables]
