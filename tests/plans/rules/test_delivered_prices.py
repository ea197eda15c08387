"""What the delivered catalogues say of numbers that the documents give, and which prices they mark as examples."""

from plans.rules.catalogue import Catalogue, Discount, Item, PriceBook
from plans.rules.referrals import PartnerTerms
from tests.billing.rules.agreements import catalogue


def test_each_plan_answers_within_the_hours_of_the_document() -> None:
    """C10: 48, 24, 8 and 2 hours."""
    hours = {plan.code: plan.entitlements.response_hours for plan in catalogue("koperasi").plans}
    assert hours == {"starter": 48, "growth": 24, "professional": 8, "enterprise": 2}


def examples(sold: Catalogue) -> dict[str, bool]:
    """Of each thing that has a price: whether it is marked as an example."""
    priced: tuple[PriceBook | Item | PartnerTerms | Discount, ...] = (
        *sold.price_books,
        *sold.items,
        *sold.partners,
        *sold.offers,
    )
    return {thing.code: thing.illustrative for thing in priced}


def test_no_price_that_no_document_gives_passes_for_one_of_the_documents() -> None:
    """N1–N9 have no prices there; N10's 10 % is theirs. Of C1–C7 the launch's days, the group's and C16's share are ours."""
    assert [code for code, ours in examples(catalogue("naikkelas")).items() if not ours] == ["referral"]
    assert {code for code, ours in examples(catalogue("koperasi")).items() if ours} == {
        "launch30",
        "bersama",
        "consultant",
    }
