"""Operations of the API about bringing others along."""
