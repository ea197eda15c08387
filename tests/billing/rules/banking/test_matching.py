"""Whose money it is: what is certain, what is suggested and why, and what nobody can say."""

from datetime import date
from typing import Any

import pytest

from billing.rules.banking.matching import Claim, Debtor, Ground, Money, Suggestion, Verdict, numbers_in
from billing.rules.banking.names import likeness, words_of

MARCH = date(2025, 3, 10)
SMAN1 = Debtor("sman1", 750_000, ("SMAN 1 Bekasi", "Ayu Lestari"))
SMAN10 = Debtor("sman10", 750_000, ("SMAN 10 Bekasi", "Budi Santoso"))
GRIYA = Debtor("griya", 600_000, ("Griya Asri", "Citra Dewi"), ("KL/INV/2025/03/00001",))


def claim(**changes: Any) -> Claim[str]:
    """SMAN 1 was asked for 750.137 on 10 March, until the 24th."""
    facts: dict[str, Any] = {
        "transfer": "t1",
        "tenant": "sman1",
        "state": "open",
        "asked": 750_137,
        "opens_on": MARCH,
        "ends_on": date(2025, 3, 24),
    }
    return Claim(**facts | changes)


def judge(
    money: Money, *claims: Claim[str], debtors: tuple[Debtor[str], ...] = (SMAN1, SMAN10, GRIYA), rivals: int = 0
) -> Verdict[str]:
    return Ground(claims, debtors).judge(money, rivals)


def money(amount: int, text: str = "SETORAN TUNAI", day: date = MARCH) -> Money:
    return Money(day, amount, text)


@pytest.mark.parametrize(
    ("name", "text", "score"),
    [
        ("SMAN 1 Bekasi", "TRSF E-BANKING CR 1003/FTSCY/WS95051 SMAN 1 BEKASI", 100),
        ("SMAN 1 Bekasi", "TRF DARI SMA NEGERI 1 BEKASI", 100),
        ("SMAN 1 Bekasi", "TRF DARI SMAN1 BEKASI", 100),
        ("SMAN 1 Bekasi", "TRF DARI SMAN 10 BEKASI", 0),
        ("SMAN 1", "TRF DARI SMAN 10", 0),
        ("Ayu Lestari", "BI-FAST CR AYU LESTAR", 100),
        ("Ayu Lestari", "BI-FAST CR AYU LESTARY", 100),
        ("Ayu Lestari", "BI-FAST CR BUDI SANTOSO", 0),
        ("PT Griya Asri", "TRSF GRIYA ASRI PERMAI", 100),
        ("Yayasan Pendidikan Islam", "SKN YYS PENDIDIKAN", 77),
        ("A 1", "A 1", 0),
    ],
)
def test_names_are_alike_as_far_as_their_words_are(name: str, text: str, score: int) -> None:
    assert likeness(words_of(name), words_of(text)) == score


@pytest.mark.parametrize("day", [date(2025, 3, 10), date(2025, 3, 24)])
def test_the_sum_with_the_code_is_certain_in_its_days(day: date) -> None:
    found = judge(money(750_137, day=day), claim())
    assert found.certain is not None
    assert (found.certain.tenant, found.certain.transfer, found.certain.reasons[0].code) == ("sman1", "t1", "asked")


def test_a_code_that_ran_out_still_owns_the_money_of_its_days() -> None:
    """Sent on the 24th, read by us on the 26th: nobody else could have been asked for that sum."""
    assert judge(money(750_137, day=date(2025, 3, 24)), claim(state="expired")).certain is not None


@pytest.mark.parametrize(
    ("day", "state"),
    [(date(2025, 3, 9), "open"), (date(2025, 3, 25), "expired"), (date(2025, 3, 12), "closed")],
)
def test_outside_of_its_days_a_code_is_only_a_reason(day: date, state: str) -> None:
    found = judge(money(750_137, "TRF AYU LESTARI", day), claim(state=state))
    assert found.certain is None
    assert (found.suggestions[0].tenant, [reason.code for reason in found.suggestions[0].reasons]) == (
        "sman1",
        ["asked_before", "name", "balance_code"],
    )


@pytest.mark.parametrize(
    ("others", "debtors", "rivals"),
    [
        ((claim(transfer="t2", tenant="sman10"),), (SMAN1, SMAN10), 0),
        ((claim(transfer="t2", tenant="sman10", state="approved", received=750_137),), (SMAN1, SMAN10), 0),
        ((), (SMAN1, Debtor("lain", 750_137, ("Lain",))), 0),
        ((), (SMAN1,), 1),
    ],
)
def test_several_candidates_are_never_booked_by_themselves(
    others: tuple[Claim[str], ...], debtors: tuple[Debtor[str], ...], rivals: int
) -> None:
    found = judge(money(750_137), claim(), *others, debtors=debtors, rivals=rivals)
    assert found.certain is None
    assert found.suggestions


def test_an_invoice_of_somebody_else_in_the_text_stops_the_machine() -> None:
    found = judge(money(750_137, "BAYAR KL/INV/2025/03/00001"), claim())
    assert found.certain is None
    assert {item.tenant for item in found.suggestions} == {"sman1", "griya"}


def test_what_staff_confirmed_before_the_bank_said_it_is_certain_once() -> None:
    done = claim(state="approved", received=750_137, ends_on=date(2025, 3, 12))
    found = judge(money(750_137), done)
    assert found.certain is not None
    assert found.certain.reasons[0].code == "confirmed"
    assert judge(money(750_137), claim(state="approved", received=750_137, taken=True)).certain is None


def test_a_confirmed_sum_that_was_not_the_one_asked_for_is_a_suggestion() -> None:
    found = judge(money(500_000), claim(state="approved", received=500_000))
    assert (found.certain, found.suggestions[0].transfer) == (None, "t1")


@pytest.mark.parametrize(
    ("amount", "reasons"),
    [
        (750_000, ["name", "balance"]),
        (750_555, ["name", "balance_code"]),
        (500_000, ["name", "less"]),
        (1_000_000, ["name", "more"]),
    ],
)
def test_a_name_suggests_and_the_amount_says_how_it_fits(amount: int, reasons: list[str]) -> None:
    found = judge(money(amount, "TRF SMAN 1 BEKASI"))
    assert found.certain is None
    first = found.suggestions[0]
    assert (first.tenant, [reason.code for reason in first.reasons]) == ("sman1", reasons)


def test_the_likelier_stands_first() -> None:
    scores = [(item.tenant, item.score) for item in judge(money(750_000, "TRF AYU LESTARI")).suggestions]
    assert [tenant for tenant, _score in scores] == ["sman1", "sman10"]
    assert scores[0][1] > scores[1][1]


def test_a_sum_that_many_owe_says_nothing_without_a_name() -> None:
    crowd = tuple(Debtor(f"s{number}", 750_000, (f"Sekolah {number}",)) for number in range(100, 110))
    assert judge(money(750_000), debtors=crowd).suggestions == ()


def test_money_of_a_stranger_has_no_suggestion() -> None:
    assert judge(money(123_456, "TRF SIAPA SAJA")) == Verdict(None, ())


def test_a_part_of_what_an_open_transfer_asks_names_that_transfer() -> None:
    found = judge(money(500_000, "TRF SMAN 1 BEKASI"), claim(stated=500_000))
    assert (found.suggestions[0].transfer, found.suggestions[0].reasons[0].code) == ("t1", "stated")


def test_numbers_of_documents_are_read_with_dashes_too() -> None:
    assert numbers_in("byr xc-inv-2025-03-00001 dan KL/INV/2025/03/00002") == (
        "XC/INV/2025/03/00001",
        "KL/INV/2025/03/00002",
    )


def test_a_line_is_held_against_those_alone_whose_money_it_could_be(monkeypatch: pytest.MonkeyPatch) -> None:
    """10.000 schools owe the same and share their words: of "SMAN 12 KOTA 7" only those with both numbers are weighed."""
    many = [Debtor(f"s{n}", 750_000, (f"SMA Negeri {n % 100} Kota {n // 100}",)) for n in range(10_000)]
    ground = Ground([], [*many, Debtor("ayu", 750_000, ("Purwaningsih",))])
    weighed, weigh = [], ground._weigh

    def counted(tenant: str, *rest: Any) -> Suggestion[str]:
        weighed.append(tenant)
        return weigh(tenant, *rest)

    monkeypatch.setattr(ground, "_weigh", counted)
    assert ground.judge(money(750_000, "TRF PURWANINGSI")).suggestions[0].tenant == "ayu"
    assert ground.judge(money(750_000, "TRF SMAN 12 KOTA 7")).suggestions[0].tenant == "s712"
    assert len(weighed) < 100
