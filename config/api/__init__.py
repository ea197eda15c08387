"""Operations of the API that speak of reports; they stand on the top floor because reports call no service below them."""
