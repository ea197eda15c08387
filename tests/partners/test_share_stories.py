"""N9, N10: a mentor's share rises with all that was collected, a referrer's is of the first payment alone; day by day."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from billing.models import Payment
from billing.services.corrections.credit_notes import issue_credit_note
from billing.services.payments.reversing import reverse_payment
from partners.errors import PayoutRefused
from partners.models import Commission, Partner
from partners.selectors.statements import balance_of
from partners.services.following import follow_events
from partners.services.payouts import agree, pay_out
from partners.services.referring import refer
from plans.services.catalogue import load_catalogue
from tenants.context import inside
from tenants.models import Tenant, User
from tests.billing.lives import books_balance, credit_of, live_through, pay, report
from tests.billing.rules.agreements import CATALOGUES
from tests.billing.test_stories_offers import live_paying
from tests.conftest import make_tenant
from tests.partners.test_stories import last_invoice, partner

D = date
SIGNUP = D(2026, 3, 1)
TEN = '    rule: N10\n    kind: first_payment\n    percent: "10"'


def earned(of: Partner) -> list[int]:
    """The entries of a partner, in rupiah, in their order."""
    return list(Commission.objects.filter(partner=of).order_by("created_at").values_list("amount", flat=True))


def brought(by: Partner, subdomain: str, quantity: int, **wish: Any) -> Tenant:
    """A customer whom a partner brought along on 1 March 2026."""
    tenant = make_tenant(subdomain, subdomain.title(), "naikkelas", quantity, SIGNUP, **wish)
    refer(tenant=tenant, code=by.code, on=SIGNUP)
    return tenant


def test_a_mentors_share_rises_with_all_that_is_collected_from_its_learners_n9(db: None, staff: User) -> None:
    """Two schools pay 6 and 9 million every two months. 20 % up to 10 million, 25 % up to 50, 30 % above: of 6, 15, 21, 30, 36,
    45, 51 and 60 million the share is 1,2, 3,25, 4,75, 7, 8,5, 10,75, 12,3 and 15 million.

    The first 6 million are taken back and paid again: of 54 million the share is 13,2 million, so that 1,8 go and come, though
    1,2 had been earned with them.
    """
    sari = partner(code="mentor.sari", kind="mentor", name="Sari")
    agree(partner=sari, product="naikkelas", code="mentor", from_on=D(2026, 1, 1))
    schools = [
        brought(sari, name, pupils, plan="school", interval_months=2) for name, pupils in (("rina", 100), ("lain", 150))
    ]
    for school in schools:
        pay(school, SIGNUP)
        follow_events()
    for month in (5, 7, 9):
        for school in schools:
            live_paying(school, D(2026, month, 1), 1)
            follow_events()
    rising = [1_200_000, 2_050_000, 1_500_000, 2_250_000, 1_500_000, 2_250_000, 1_550_000, 2_700_000]
    assert (earned(sari), balance_of(sari)) == (rising, 15_000_000)
    pay_out(partner=sari, amount=15_000_000, reference="TRF 9", on=D(2026, 9, 2), staff=staff)
    with inside(schools[0]):
        first = Payment.objects.order_by("received_on")[0]
    reverse_payment(tenant=schools[0], payment_id=first.pk, reason="Salah tenant", today=D(2026, 9, 3))
    follow_events()
    assert (earned(sari)[8:], balance_of(sari)) == ([-1_800_000], -1_800_000)
    with pytest.raises(PayoutRefused):
        pay_out(partner=sari, amount=1, reference="TRF 10", on=D(2026, 9, 3), staff=staff)
    pay(schools[0], D(2026, 9, 4))
    follow_events()
    assert (earned(sari)[8:], balance_of(sari)) == ([-1_800_000, 1_800_000], 0)
    for school in schools:
        books_balance(school, D(2026, 9, 4))


def test_a_partners_fifteen_percent_is_of_the_first_payment_alone_n10(db: None, tmp_path: Path) -> None:
    """Ten seats at 900.000: 15 % × 9.000.000 = 1.350.000, once they are paid in full; a credit note over 900.000 takes 135.000
    back; seats added later and the second year earn nothing. Who agreed to 10 % before keeps it: 99.000 → 9.900."""
    old = partner(code="mitra.lama", name="Lama")
    agree(partner=old, product="naikkelas", code="referral", from_on=D(2026, 1, 1))
    text = (CATALOGUES / "naikkelas.yaml").read_text(encoding="utf-8")
    assert text.count(TEN) == 1
    (tmp_path / "naikkelas.yaml").write_text(text.replace(TEN, TEN.replace('"10"', '"15"')), encoding="utf-8")
    load_catalogue(files=[tmp_path / "naikkelas.yaml"], now=datetime(2026, 2, 1, tzinfo=UTC))
    new = partner(code="mitra.baru", name="Baru")
    agree(partner=new, product="naikkelas", code="referral", from_on=D(2026, 2, 1))
    company, learner = brought(new, "lain", 10, plan="corporate"), brought(old, "rina", 1, plan="learner")
    pay(learner, SIGNUP)
    pay(company, SIGNUP, 4_000_000)
    follow_events()
    assert (earned(old), earned(new)) == ([9_900], [])
    pay(company, D(2026, 3, 5))
    follow_events()
    assert earned(new) == [1_350_000]
    issue_credit_note(
        tenant=company, number=last_invoice(company), reason="Satu kursi batal", today=D(2026, 3, 6), amount=900_000
    )
    follow_events()
    assert (earned(new), credit_of(company)) == ([1_350_000, -135_000], 900_000)
    assert report(company, D(2026, 6, 1), 12) == "pro_rata"
    pay(company, D(2026, 6, 2))
    live_through(company, D(2027, 3, 1), D(2027, 3, 1))
    pay(company, D(2027, 3, 2))
    live_paying(learner, D(2026, 4, 1), 1)
    follow_events()
    assert (earned(old), balance_of(new)) == ([9_900], 1_215_000)
    books_balance(company, D(2027, 3, 2))
