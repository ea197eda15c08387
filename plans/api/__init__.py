"""Operations of the API on the catalogue."""
