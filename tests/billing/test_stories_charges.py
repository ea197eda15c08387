"""C1, C2, C5, C8, C10, C15, N1–N8, N11: lives under agreements of several charges, day by day."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from billing.errors import QuantityRefused, StalePreview, WrongState
from billing.models import Document, DocumentLine, QuantityReport
from billing.selectors.accounts import living_subscription
from billing.selectors.drafts import forecast
from billing.services.addons import AddonChange, change_addon, preview_addon
from billing.services.charges.purchases import Purchase, buy_item, preview_purchase
from billing.services.charges.usage import Usage, report_usage
from billing.services.steering import void_invoice
from billing.services.subscriptions.life import cancel_subscription
from plans.errors import CatalogueError
from plans.rules.money import round_half_up
from tenants.context import inside
from tenants.models import Event, Tenant
from tests.billing.lives import books_balance, live_through, owes, pay, report
from tests.conftest import make_tenant, told
from trials.services.restarts import preview_restart, restart_subscription

D = date


def lines(tenant: Tenant, *, void: bool = False) -> list[list[tuple[str, str, int]]]:
    """(charge, from, amount) of the lines of each invoice, in the order of their numbers."""
    with inside(tenant):
        found = Document.objects.filter(kind="invoice").order_by("created_at").prefetch_related("lines")
        return [
            [(line.charge, line.period_from.isoformat(), line.amount) for line in paper.lines.all()]
            for paper in found
            if void or paper.status != "void"
        ]


def cooperative(**wish: Any) -> Tenant:
    """Signed up on 10 March 2026: on trial until 10 April (C5)."""
    return make_tenant("koperasi", "Koperasi Maju", "koperasi", 80, D(2026, 3, 10), **{"plan": "growth", **wish})


def class_(plan: str, quantity: int, signup: date, **wish: Any) -> Tenant:
    return make_tenant("kelas", "SMP Tunas", "naikkelas", quantity, signup, plan=plan, **wish)


def turnover(
    tenant: Tenant, on: date, rupiah: int, key: str | None = None, *, today: date | None = None
) -> QuantityReport:
    usage = Usage("marketplace-turnover", Decimal(rupiah), on, "test", key)
    return report_usage(tenant=tenant, usage=usage, today=today or on)


def hold(tenant: Tenant, addon: str, count: int, on: date, key: str | None = None, agreed: str = "") -> QuantityReport:
    change = AddonChange(addon, Decimal(count), "test", key, agreed=agreed)
    made = change_addon(tenant=tenant, change=change, today=on)
    tenant.refresh_from_db()
    return made


def buy(tenant: Tenant, item: str, count: int, on: date, key: str = "k1") -> Document | None:
    return buy_item(tenant=tenant, purchase=Purchase(item, Decimal(count), key), today=on)


# --- cooperatives -----------------------------------------------------------------------------------------------------


def test_a_cooperative_pays_its_implementation_once_on_the_first_invoice_c1_c2_c5(db: None) -> None:
    """Trial of a month until 10 April; then 999.000 a month, and 5.000.000 once."""
    tenant = cooperative()
    live_through(tenant, D(2026, 3, 11), D(2026, 4, 10))
    assert lines(tenant) == [[("growth", "2026-04-10", 999_000), ("implementation", "2026-04-10", 5_000_000)]]
    pay(tenant, D(2026, 4, 11))
    live_through(tenant, D(2026, 4, 11), D(2026, 6, 10))
    assert lines(tenant)[1:] == [[("growth", "2026-05-10", 999_000)], [("growth", "2026-06-10", 999_000)]]
    books_balance(tenant, D(2026, 6, 10))


def test_a_year_paid_at_once_costs_17_percent_less_c1(db: None) -> None:
    tenant = cooperative(interval_months=12)
    live_through(tenant, D(2026, 3, 11), D(2026, 4, 10))
    assert lines(tenant) == [[("growth", "2026-04-10", 9_950_040), ("implementation", "2026-04-10", 5_000_000)]]


def test_turnover_is_billed_monthly_in_arrears_beside_the_next_month_c15(db: None) -> None:
    """12.345.600 in three reports, one of them sent twice → 123.456 on 10 May; nothing for a month without turnover."""
    tenant = cooperative()
    live_through(tenant, D(2026, 3, 11), D(2026, 4, 10))
    pay(tenant, D(2026, 4, 10))
    turnover(tenant, D(2026, 4, 10), 10_000_000, "a")
    turnover(tenant, D(2026, 4, 10), 10_000_000, "a")
    turnover(tenant, D(2026, 5, 9), 2_345_600, "b")
    with inside(tenant):
        upcoming = forecast(living_subscription(), D(2026, 5, 9))
    assert upcoming is not None
    assert upcoming.total == 999_000 + 123_456
    live_through(tenant, D(2026, 4, 11), D(2026, 6, 10))
    assert lines(tenant)[1:] == [
        [("growth", "2026-05-10", 999_000), ("marketplace", "2026-04-10", 123_456)],
        [("growth", "2026-06-10", 999_000)],
    ]


def test_a_yearly_cooperative_pays_its_turnover_by_the_month_c15(db: None) -> None:
    tenant = cooperative(interval_months=12)
    live_through(tenant, D(2026, 3, 11), D(2026, 4, 10))
    pay(tenant, D(2026, 4, 10))
    turnover(tenant, D(2026, 5, 20), 3_000_000)
    live_through(tenant, D(2026, 4, 11), D(2026, 7, 20))
    assert lines(tenant)[1:] == [[("marketplace", "2026-05-10", 30_000)]]
    skipped = [day for day, _ in told(tenant, "invoice.skipped")]
    assert skipped == ["2026-05-10", "2026-07-10"]  # nil usage: an event, no invoice


def test_turnover_during_the_trial_is_free_c5_c15(db: None) -> None:
    tenant = cooperative()
    turnover(tenant, D(2026, 3, 20), 9_000_000)
    live_through(tenant, D(2026, 3, 11), D(2026, 5, 10))
    assert all(charge != "marketplace" for paper in lines(tenant) for charge, _, _ in paper)


def test_turnover_is_no_count_of_members(db: None) -> None:
    tenant = cooperative()
    live_through(tenant, D(2026, 3, 11), D(2026, 4, 10))
    turnover(tenant, D(2026, 4, 11), 500)
    assert report(tenant, D(2026, 4, 11), 90) == "recorded"
    assert report(tenant, D(2026, 4, 12), 95) == "recorded"
    tenant.refresh_from_db()
    assert tenant.quantity == 95


def test_a_cooperative_that_leaves_pays_the_turnover_of_its_last_month_c8_c15(db: None) -> None:
    """C8, C15: notice of 10 April reaches 10 May."""
    tenant = cooperative()
    live_through(tenant, D(2026, 3, 11), D(2026, 4, 10))
    pay(tenant, D(2026, 4, 10))
    cancel_subscription(tenant=tenant, today=D(2026, 4, 10))
    turnover(tenant, D(2026, 4, 25), 1_000_000)
    live_through(tenant, D(2026, 4, 21), D(2026, 5, 20))
    assert lines(tenant)[1:] == [[("marketplace", "2026-04-10", 10_000)]]
    assert tenant.status == "ended"


def test_the_plan_says_channels_and_hours_of_support_c10(db: None) -> None:
    tenant = cooperative()
    assert tenant.entitlements["response_hours"] == 24
    assert tenant.entitlements["support_channels"] == ["email", "whatsapp"]
    assert tenant.entitlements["limits"] == {"members": 2000, "branches": 3, "users": 10}


def test_the_first_invoice_voided_and_issued_again_bills_the_same_once(db: None) -> None:
    tenant = cooperative()
    live_through(tenant, D(2026, 3, 11), D(2026, 4, 10))
    with inside(tenant):
        number = Document.objects.get().number
    void_invoice(tenant=tenant, number=number, reason="salah alamat", reissue_it=True, today=D(2026, 4, 11))
    assert lines(tenant) == [[("growth", "2026-04-10", 999_000), ("implementation", "2026-04-10", 5_000_000)]]
    assert len(lines(tenant, void=True)) == 2
    books_balance(tenant, D(2026, 4, 11))


def test_who_starts_again_does_not_pay_the_implementation_twice_c2(db: None) -> None:
    tenant = cooperative()
    live_through(tenant, D(2026, 3, 11), D(2026, 4, 10))
    pay(tenant, D(2026, 4, 10))
    cancel_subscription(tenant=tenant, today=D(2026, 4, 10))
    live_through(tenant, D(2026, 4, 21), D(2026, 5, 10))
    with inside(tenant):
        seen = preview_restart(tenant=tenant, quantity=Decimal(80), today=D(2026, 6, 1)).first
    assert seen is not None
    assert [(line.charge, line.amount) for line in seen.lines] == [("growth", 999_000)]
    restart_subscription(tenant=tenant, quantity=Decimal(80), today=D(2026, 6, 1))
    assert lines(tenant)[-1] == [("growth", "2026-06-01", 999_000)]


# --- academies and schools --------------------------------------------------------------------------------------------


def test_setup_month_and_seats_are_on_one_invoice_and_seats_come_again_after_a_year_n6(db: None) -> None:
    tenant = class_("academy", 40, D(2026, 3, 10))
    first = [
        ("academy-platform", "2026-03-10", 2_500_000),
        ("academy-setup", "2026-03-10", 15_000_000),
        ("academy-seats", "2026-03-10", 4_800_000),
    ]
    assert lines(tenant) == [first]
    pay(tenant, D(2026, 3, 10))
    for month in range(4, 13):
        live_through(tenant, D(2026, month, 10), D(2026, month, 10))
        pay(tenant, D(2026, month, 10))
    for month in (1, 2, 3):
        live_through(tenant, D(2027, month, 10), D(2027, month, 10))
        if month < 3:
            pay(tenant, D(2027, month, 10))
    papers = lines(tenant)
    assert len(papers) == 13
    assert all(paper == [("academy-platform", paper[0][1], 2_500_000)] for paper in papers[1:12])
    assert papers[12] == [("academy-platform", "2027-03-10", 2_500_000), ("academy-seats", "2027-03-10", 4_800_000)]
    books_balance(tenant, D(2027, 3, 10))


def test_added_seats_are_paid_for_the_rest_of_their_year_n4_n6(db: None) -> None:
    """40 → 50 on 20 April: 10 × 120.000 × 324/365; fewer afterwards bill nothing, back to 50 nothing more."""
    tenant = class_("academy", 40, D(2026, 3, 10))
    pay(tenant, D(2026, 3, 10))
    live_through(tenant, D(2026, 3, 11), D(2026, 4, 10))
    pay(tenant, D(2026, 4, 10))
    assert report(tenant, D(2026, 4, 20), 50) == "pro_rata"
    rest = (D(2027, 3, 10) - D(2026, 4, 20)).days
    assert lines(tenant)[-1] == [("academy-seats", "2026-04-20", round_half_up(Decimal(1_200_000) * rest / 365))]
    pay(tenant, D(2026, 4, 20))
    report(tenant, D(2026, 4, 25), 45)
    live_through(tenant, D(2026, 4, 21), D(2026, 5, 10))
    before = len(lines(tenant))
    report(tenant, D(2026, 5, 11), 50)
    assert len(lines(tenant)) == before
    report(tenant, D(2026, 5, 12), 51)
    assert [charge for charge, _, _ in lines(tenant)[-1]] == ["academy-seats"]
    books_balance(tenant, D(2026, 5, 12))


def test_corporate_seats_are_added_pro_rata_at_the_price_of_their_year_n4(db: None) -> None:
    """40 seats at 900.000; 20 more half a year later still at 900.000, though 60 would be in the cheaper tier (X3)."""
    tenant = class_("corporate", 40, D(2026, 3, 1))
    assert lines(tenant) == [[("corporate-seats", "2026-03-01", 36_000_000)]]
    report(tenant, D(2026, 9, 1), 60)
    assert lines(tenant)[1] == [("corporate-seats", "2026-09-01", round_half_up(Decimal(20 * 900_000) * 181 / 365))]


@pytest.mark.parametrize(
    ("months", "price", "end"), [(2, 60_000, D(2026, 9, 1)), (4, 110_000, D(2026, 11, 1)), (12, 300_000, D(2027, 7, 1))]
)
def test_a_school_contracts_for_half_a_semester_a_semester_or_a_year_n5(
    db: None, months: int, price: int, end: date
) -> None:
    tenant = class_("school", 30, D(2026, 7, 1), interval_months=months)
    assert lines(tenant) == [[("school-seats", "2026-07-01", 30 * price)]]
    with inside(tenant):
        assert living_subscription().period_to == end


def test_a_class_is_four_sessions_a_month_n7(db: None) -> None:
    tenant = class_("cohort-class", 3, D(2026, 7, 1))
    with inside(tenant):
        line = DocumentLine.objects.get()
    assert (int(line.quantity), int(line.unit_price), line.amount) == (12, 250_000, 3_000_000)
    assert line.explanation["unit"]["id"] == "pertemuan"


def test_a_batch_does_not_grow_beyond_50_n7(db: None) -> None:
    tenant = class_("cohort", 50, D(2026, 7, 1))
    with pytest.raises(QuantityRefused) as refused:
        report(tenant, D(2026, 7, 2), 51)
    assert refused.value.code == "quantity_out_of_bounds"
    assert refused.value.message == "Kelas kontrak per angkatan untuk 30 sampai 50 siswa, bukan 51."
    assert report(tenant, D(2026, 7, 2), 45) == "recorded"


def test_a_learner_pays_by_the_month_n2(db: None) -> None:
    tenant = class_("learner", 1, D(2026, 7, 31))
    pay(tenant, D(2026, 7, 31))
    live_through(tenant, D(2026, 8, 1), D(2026, 8, 31))
    assert lines(tenant) == [[("learner", "2026-07-31", 99_000)], [("learner", "2026-08-31", 99_000)]]


# --- add-ons ----------------------------------------------------------------------------------------------------------


def test_addons_chosen_at_signup_are_on_the_first_invoice_n8(db: None) -> None:
    chosen = {"robot-kits": Decimal(12), "custom-certificates": Decimal(1)}
    tenant = class_("school", 30, D(2026, 7, 1), interval_months=4, addons=chosen)
    assert lines(tenant) == [
        [
            ("school-seats", "2026-07-01", 3_300_000),
            ("robot-kits", "2026-07-01", 900_000),
            ("custom-certificates", "2026-07-01", 1_000_000),
        ]
    ]
    assert set(tenant.entitlements["features"]) >= {"robotics", "custom-certificates"}
    pay(tenant, D(2026, 7, 1))
    live_through(tenant, D(2026, 7, 2), D(2026, 8, 1))
    assert lines(tenant)[1:] == [[("robot-kits", "2026-08-01", 900_000)]]


def test_kits_are_rented_later_by_their_own_number_n8_c11(db: None) -> None:
    """12 kits from 11 July (21 of 31 days), 15 from 1 August, none from September on."""
    tenant = class_("school", 30, D(2026, 7, 1), interval_months=4)
    pay(tenant, D(2026, 7, 1))
    made = hold(tenant, "robot-kits", 12, D(2026, 7, 11), key="k")
    again = hold(tenant, "robot-kits", 12, D(2026, 7, 11), key="k")
    assert (made.pk, made.outcome) == (again.pk, "billed")
    assert lines(tenant)[1] == [("robot-kits", "2026-07-11", round_half_up(Decimal(900_000) * 21 / 31))]
    live_through(tenant, D(2026, 7, 12), D(2026, 8, 1))
    hold(tenant, "robot-kits", 15, D(2026, 8, 1))
    assert lines(tenant)[2:] == [[("robot-kits", "2026-08-01", 900_000)], [("robot-kits", "2026-08-01", 225_000)]]
    hold(tenant, "robot-kits", 0, D(2026, 8, 20))
    assert "robotics" not in tenant.entitlements["features"]
    pay(tenant, D(2026, 8, 20))
    live_through(tenant, D(2026, 8, 21), D(2026, 10, 31))
    assert len(lines(tenant)) == 4
    books_balance(tenant, D(2026, 10, 31))


def test_a_preview_of_an_addon_is_the_invoice_it_causes_and_grows_stale_n8(db: None) -> None:
    tenant = class_("school", 30, D(2026, 7, 1), interval_months=4)
    with inside(tenant):
        seen = preview_addon(
            subscription=living_subscription(), addon="robot-kits", quantity=Decimal(12), today=D(2026, 7, 11)
        )
    assert seen.draft is not None
    with pytest.raises(StalePreview):
        hold(tenant, "robot-kits", 12, D(2026, 7, 12), agreed=seen.essence)
    hold(tenant, "robot-kits", 12, D(2026, 7, 11), agreed=seen.essence)
    assert sum(amount for _, _, amount in lines(tenant)[1]) == seen.draft.total


def test_an_addon_of_another_product_is_refused_with_those_there_are(db: None) -> None:
    tenant = cooperative()
    with pytest.raises(CatalogueError) as refused:
        hold(tenant, "robot-kits", 1, D(2026, 3, 12))
    assert (refused.value.code, refused.value.field) == ("unknown_addon", "addons.robot-kits")


def test_too_many_kits_are_refused_with_the_reason_n8(db: None) -> None:
    tenant = class_("school", 30, D(2026, 7, 1), interval_months=4)
    with pytest.raises(CatalogueError) as refused:
        hold(tenant, "robot-kits", 501, D(2026, 7, 2))
    assert str(refused.value) == "Sewa perangkat robotik untuk 1 sampai 500 perangkat, bukan 501."
    assert len(lines(tenant)) == 1


def test_a_voided_increase_of_kits_can_be_billed_anew_n8(db: None) -> None:
    tenant = class_("school", 30, D(2026, 7, 1), interval_months=4, addons={"robot-kits": Decimal(10)})
    hold(tenant, "robot-kits", 12, D(2026, 7, 16))
    with inside(tenant):
        number = Document.objects.order_by("-created_at")[0].number
    void_invoice(tenant=tenant, number=number, reason="keliru hitung", reissue_it=False, today=D(2026, 7, 16))
    hold(tenant, "robot-kits", 10, D(2026, 7, 16))
    hold(tenant, "robot-kits", 12, D(2026, 7, 16))
    assert lines(tenant)[1] == [("robot-kits", "2026-07-16", round_half_up(Decimal(150_000) * 16 / 31))]


def test_a_tenant_that_returns_is_billed_the_kits_of_the_current_month_alone_n8(db: None) -> None:
    tenant = class_("school", 30, D(2026, 7, 1), interval_months=12, addons={"robot-kits": Decimal(10)})
    live_through(tenant, D(2026, 7, 2), D(2026, 10, 12))
    assert tenant.status == "suspended"
    before = len(lines(tenant))
    pay(tenant, D(2026, 10, 12))
    live_through(tenant, D(2026, 10, 12), D(2026, 10, 20))
    assert tenant.status == "active"
    assert lines(tenant)[before:] == [[("robot-kits", "2026-10-01", 750_000)]]


# --- bought once ------------------------------------------------------------------------------------------------------


def test_a_course_is_bought_once_from_a_free_account_n1(db: None) -> None:
    tenant = class_("account", 1, D(2026, 7, 1))
    assert (tenant.status, lines(tenant)) == ("free", [])
    made = buy(tenant, "course-robotics", 1, D(2026, 7, 2))
    again = buy(tenant, "course-robotics", 1, D(2026, 7, 2))
    assert made is not None
    assert again is not None
    assert made.pk == again.pk
    assert (made.due_on, made.suspend_on, made.total) == (D(2026, 7, 5), None, 350_000)
    live_through(tenant, D(2026, 7, 3), D(2026, 9, 1))
    assert (tenant.status, tenant.has_access, owes(tenant)) == ("free", True, 350_000)
    pay(tenant, D(2026, 9, 1))
    assert told(tenant, "purchase.made", "invoice.paid") == [
        ("2026-07-02", "purchase.made"),
        ("2026-09-01", "invoice.paid"),
    ]


def test_a_bundle_has_one_price_and_names_what_is_in_it_n11(db: None) -> None:
    tenant = class_("account", 1, D(2026, 7, 1))
    made = buy(tenant, "robotics-bundle", 1, D(2026, 7, 2))
    assert made is not None
    with inside(tenant):
        line = made.lines.get()
    assert line.amount == 750_000 < 350_000 + 150_000 + 400_000
    assert line.description == (
        "Paket lengkap Robotika (Kursus Robotika Dasar, Sertifikat Robotika Dasar, Layanan karier)"
    )


def test_a_bootcamp_is_bought_for_its_days_until_it_is_full_n3(db: None) -> None:
    """30 places: 28 and 2 are sold, one more is refused; a voided purchase gives its places back."""
    tenant = class_("account", 1, D(2026, 11, 1))
    first = buy(tenant, "bootcamp-2027-01", 28, D(2026, 11, 2), "a")
    assert first is not None
    assert first.total == 28 * 6_000_000
    with inside(tenant):
        line = first.lines.get()
        assert (line.period_from, line.period_to) == (D(2027, 1, 11), D(2027, 4, 3))
    other = make_tenant("lain", "Lain", "naikkelas", 1, D(2026, 11, 1))
    with pytest.raises(CatalogueError) as refused:
        buy(other, "bootcamp-2027-01", 3, D(2026, 11, 2), "b")
    assert (refused.value.code, str(refused.value)) == ("batch_full", "Bootcamp Pengembang Web tinggal 2 tempat.")
    buy(other, "bootcamp-2027-01", 2, D(2026, 11, 2), "c")
    with pytest.raises(CatalogueError, match="sudah penuh"):
        preview_purchase(tenant=other, item="bootcamp-2027-01", quantity=Decimal(1), today=D(2026, 11, 3))
    void_invoice(tenant=tenant, number=first.number, reason="batal ikut", reissue_it=False, today=D(2026, 11, 4))
    assert (
        preview_purchase(tenant=other, item="bootcamp-2027-01", quantity=Decimal(28), today=D(2026, 11, 4)).draft.total
        == 28 * 6_000_000
    )


def test_a_bootcamp_that_has_begun_is_not_sold_n3(db: None) -> None:
    tenant = class_("account", 1, D(2026, 11, 1))
    assert buy(tenant, "bootcamp-2027-01", 1, D(2027, 1, 11)) is not None
    with pytest.raises(CatalogueError) as refused:
        buy(tenant, "bootcamp-2027-01", 1, D(2027, 1, 12), "later")
    assert refused.value.code == "batch_begun"


def test_a_course_bought_beside_a_plan_closes_nothing_when_it_is_not_paid_n1(db: None) -> None:
    tenant = class_("learner", 1, D(2026, 7, 1))
    pay(tenant, D(2026, 7, 1))
    buy(tenant, "course-robotics", 1, D(2026, 7, 2))
    live_through(tenant, D(2026, 7, 3), D(2026, 7, 31))
    assert (tenant.status, tenant.has_access) == ("past_due", True)
    with inside(tenant):
        assert Event.objects.filter(tenant=tenant, name="subscription.suspended").count() == 0


def test_a_suspended_tenant_pays_first(db: None) -> None:
    tenant = class_("learner", 1, D(2026, 7, 1))
    live_through(tenant, D(2026, 7, 2), D(2026, 7, 30))
    assert tenant.status == "suspended"
    with pytest.raises(WrongState):
        buy(tenant, "course-robotics", 1, D(2026, 7, 30))
