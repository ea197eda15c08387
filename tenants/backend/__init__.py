"""django-tenants' PostgreSQL backend with a table listing whose cost does not grow with the number of schemas."""
