"""Operations of the API on a tenant's subscription and money."""
