"""Operations of the API before there is a tenant: quotes and sign-ups."""
