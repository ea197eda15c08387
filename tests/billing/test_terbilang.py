"""Amounts in words on invoices and receipts."""

import pytest

from billing.documents.terbilang import LIMIT, in_words_en, terbilang

INDONESIAN = {
    0: "nol",
    1: "satu",
    10: "sepuluh",
    11: "sebelas",
    12: "dua belas",
    19: "sembilan belas",
    20: "dua puluh",
    21: "dua puluh satu",
    100: "seratus",
    101: "seratus satu",
    111: "seratus sebelas",
    200: "dua ratus",
    999: "sembilan ratus sembilan puluh sembilan",
    1_000: "seribu",
    1_001: "seribu satu",
    1_100: "seribu seratus",
    2_025: "dua ribu dua puluh lima",
    11_000: "sebelas ribu",
    21_000: "dua puluh satu ribu",
    100_000: "seratus ribu",
    101_000: "seratus satu ribu",
    255_000: "dua ratus lima puluh lima ribu",
    750_000: "tujuh ratus lima puluh ribu",
    1_000_000: "satu juta",
    1_001_000: "satu juta seribu",
    1_100_000: "satu juta seratus ribu",
    2_500_000: "dua juta lima ratus ribu",
    1_000_000_000: "satu miliar",
    1_000_001_000: "satu miliar seribu",
    1_000_000_000_000: "satu triliun",
    LIMIT: "satu kuadriliun",
    -5_000: "minus lima ribu",
}

ENGLISH = {
    0: "zero",
    13: "thirteen",
    20: "twenty",
    21: "twenty-one",
    110: "one hundred ten",
    1_001: "one thousand one",
    255_000: "two hundred fifty-five thousand",
    750_000: "seven hundred fifty thousand",
    1_001_000: "one million one thousand",
    1_000_000_000: "one billion",
    LIMIT: "one quadrillion",
    -5_000: "minus five thousand",
}


@pytest.mark.parametrize(("amount", "words"), INDONESIAN.items())
def test_an_amount_is_written_in_indonesian_words(amount: int, words: str) -> None:
    assert terbilang(amount) == words


@pytest.mark.parametrize(("amount", "words"), ENGLISH.items())
def test_an_amount_is_written_in_english_words(amount: int, words: str) -> None:
    assert in_words_en(amount) == words


@pytest.mark.parametrize("amount", [LIMIT + 1, -LIMIT - 1])
def test_an_amount_without_words_is_refused(amount: int) -> None:
    with pytest.raises(ValueError, match="no words"):
        terbilang(amount)
