"""Loading catalogue files into the database: as a whole or not at all, twice as well as once, used books untouched."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from plans.errors import CatalogueError, CatalogueFileError
from plans.management.commands.load_catalogue import CATALOGUES
from plans.models import Issuer, Plan, PriceBook, Product
from plans.rules.catalogue import When
from plans.rules.rating import rate
from plans.selectors.catalogue import catalogue_of, offer_for, products_on_sale
from plans.services.catalogue import LoadResult, load_catalogue, mark_book_used
from tests.plans.clinic import CLINIC, line_of

pytestmark = pytest.mark.django_db

NOW = datetime(2025, 3, 1, 2, 0, tzinfo=UTC)
LATER = datetime(2025, 9, 1, 2, 0, tzinfo=UTC)
DELIVERED = sorted(CATALOGUES.glob("*.yaml"))
Load = Callable[..., LoadResult]


@pytest.fixture(autouse=True)
def _nothing_loaded() -> None:
    """Whatever the surroundings loaded before is gone for one test."""
    for model in (PriceBook, Plan, Product, Issuer):
        model.objects.all().delete()


@pytest.fixture
def load(tmp_path: Path) -> Load:
    """Load texts, each as a file of its own, named 0.yaml, 1.yaml …"""

    def load_texts(*texts: str, now: datetime = NOW) -> LoadResult:
        paths = [tmp_path / f"{at}.yaml" for at in range(len(texts))]
        for path, text in zip(paths, texts, strict=True):
            path.write_text(text, encoding="utf-8")
        return load_catalogue(files=paths, now=now)

    return load_texts


def amount(product: str, quantity: int, on: date, plan: str | None = None, months: int | None = None) -> int:
    offer = offer_for(product=product, plan=plan, quantity=Decimal(quantity), interval_months=months, on=on)
    return sum(rate(charge.price(), quantity).amount for charge in offer.charges)


def test_prices_come_out_of_the_database_as_they_stand_in_the_files_x1_x2_k1_k2() -> None:
    load_catalogue(files=DELIVERED, now=NOW)
    by_year = {2025: 2_500_000, 2026: 3_750_000, 2027: 5_000_000, 2028: 5_000_000}
    assert {year: amount("xclass", 500, date(year, 1, 1)) for year in by_year} == by_year
    cheaper = {2025: 2_004_000, 2026: 3_006_000, 2027: 4_008_000, 2028: 4_008_000}
    assert {year: amount("xclass", 501, date(year, 12, 31)) for year in cheaper} == cheaper
    assert amount("klustera", 99, date(2025, 6, 1)) == 495_000
    assert amount("klustera", 100, date(2025, 6, 1), months=12) == 3_000_000
    assert amount("klustera", 501, date(2025, 6, 1), "flat", 12) == 32_400_000


def recurring(plan: str, months: int) -> int:
    made = offer_for(product="koperasi", plan=plan, quantity=Decimal(80), interval_months=months, on=date(2025, 6, 1))
    own = [charge for charge in made.charges if charge.when is When.ADVANCE]
    return sum(rate(charge.price(), 1).amount for charge in own)


def test_the_cooperatives_plans_cost_what_the_documents_say_and_a_year_17_percent_less_c1() -> None:
    load_catalogue(files=DELIVERED, now=NOW)
    for plan, month in (("starter", 499_000), ("growth", 999_000), ("professional", 1_500_000)):
        assert recurring(plan, 1) == month
        assert recurring(plan, 12) == month * 12 * 83 // 100
        assert month * 12 * 83 % 100 == 0  # no rupiah is rounded away


def test_the_setup_fee_and_the_turnover_share_come_along_with_every_rhythm_c2_c15() -> None:
    load_catalogue(files=DELIVERED, now=NOW)
    for months in (1, 12):
        made = offer_for(
            product="koperasi", plan="growth", quantity=Decimal(80), interval_months=months, on=date(2025, 6, 1)
        )
        assert [charge.code for charge in made.charges] == ["growth", "implementation", "marketplace"]
        assert rate(made.charges[1].price(), 1).amount == 5_000_000
        assert rate(made.charges[2].price(), 12_345_600).amount == 123_456


def test_enterprise_is_sold_by_contract_alone_c1() -> None:
    load_catalogue(files=DELIVERED, now=NOW)
    with pytest.raises(CatalogueError) as refused:
        offer_for(
            product="koperasi", plan="enterprise", quantity=Decimal(80), interval_months=None, on=date(2025, 6, 1)
        )
    assert (refused.value.code, refused.value.field) == ("plan_by_contract", "plan")


@pytest.mark.parametrize(("size", "taken"), [(29, False), (30, True), (50, True), (51, False)])
def test_a_contracted_batch_has_30_to_50_students_n7(size: int, taken: bool) -> None:
    load_catalogue(files=DELIVERED, now=NOW)
    if taken:
        made = offer_for(
            product="naikkelas", plan="cohort", quantity=Decimal(size), interval_months=None, on=date(2026, 6, 1)
        )
        assert rate(made.charges[0].price(), size).amount == size * 400_000
        return
    with pytest.raises(CatalogueError) as refused:
        amount("naikkelas", size, date(2026, 6, 1), "cohort")
    assert refused.value.code == "quantity_out_of_bounds"
    assert str(refused.value) == f"Kelas kontrak per angkatan untuk 30 sampai 50 siswa, bukan {size}."


def test_a_fifth_product_is_one_more_file(load: Load) -> None:
    load_catalogue(files=DELIVERED, now=NOW)
    load(CLINIC)
    assert amount("clinic", 7, date(2025, 7, 1)) == 1_900_000  # 5 × 300.000 + 2 × 200.000
    assert amount("xclass", 150, date(2025, 2, 1)) == 750_000


def test_loading_again_changes_nothing() -> None:
    first = load_catalogue(files=DELIVERED, now=NOW)
    again = load_catalogue(files=DELIVERED, now=LATER)
    assert len(first.created) == 36  # 4 issuers, 4 products, 16 plans, 7 books, 5 experiments
    assert sorted(again.unchanged) == sorted(first.created)
    assert (again.created, again.updated, again.removed) == ([], [], [])
    assert set(Product.objects.values_list("loaded_at", flat=True)) == {NOW}


def test_all_but_used_books_is_brought_up_to_date(load: Load) -> None:
    load(CLINIC)
    mark_book_used(product="clinic", book="clinic-2025", now=NOW)
    result = load(CLINIC.replace("name: Klinik", "name: Klinik Baru").replace("days: 14", "days: 30"), now=LATER)
    assert result.updated == ["product clinic", "plan clinic/clinic"]
    assert catalogue_of("clinic").product.name == "Klinik Baru"
    assert Product.objects.get().loaded_at == LATER


def test_a_book_nobody_uses_may_still_change_or_go(load: Load) -> None:
    more = CLINIC + CLINIC[CLINIC.index("  - code: clinic-2025") :].replace("clinic-2025", "clinic-2026").replace(
        "2025-07-01", "2026-01-01"
    )
    load(more)
    assert load(more.replace('"300000"', '"310000"', 1)).updated == ["price book clinic/clinic-2025"]
    assert amount("clinic", 5, date(2025, 7, 1)) == 1_550_000  # 5 × 310.000
    assert load(CLINIC).removed == ["price book clinic/clinic-2026"]


def test_two_unused_books_may_exchange_their_days(load: Load) -> None:
    second = CLINIC[CLINIC.index("  - code: clinic-2025") :].replace("clinic-2025", "other")
    load(CLINIC + second.replace("2025-07-01", "2026-07-01"))
    load(CLINIC.replace("2025-07-01", "2026-07-01") + second)
    connection.check_constraints()
    assert dict(PriceBook.objects.values_list("code", "effective_from")) == {
        "clinic-2025": date(2026, 7, 1),
        "other": date(2025, 7, 1),
    }


@pytest.mark.parametrize(
    ("good", "bad", "said"),
    [
        ('"300000"', '"310000"', 'charges[0].pricing.tiers[0].unit_price: {} cannot change from "300000" to "310000"'),
        ("2025-07-01", "2025-08-01", 'effective_from: {} cannot change from "2025-07-01" to "2025-08-01"'),
        ("interval_months: 3", "interval_months: 6", "charges[0].interval_months: {} cannot change from 3 to 6"),
        ("up_to: 5", "up_to: 6", 'charges[0].pricing.tiers[0].up_to: {} cannot change from "5" to "6"'),
    ],
)
def test_a_used_book_is_not_changed_x3(load: Load, tmp_path: Path, good: str, bad: str, said: str) -> None:
    load(CLINIC)
    mark_book_used(product="clinic", book="clinic-2025", now=NOW)
    text = CLINIC.replace(good, bad)
    with pytest.raises(CatalogueFileError) as refused:
        load(text.replace("name: Klinik", "name: Klinik Baru"))
    used = "price book clinic-2025 is in use since 2025-03-01 and"
    (message,) = str(refused.value).splitlines()
    assert message.startswith(f"{tmp_path}/0.yaml:{line_of(text, bad)}: price_books[0].{said.format(used)}")
    assert "add a new price book with a later effective_from" in message
    assert catalogue_of("clinic").product.name == "Klinik"  # nothing else was written either


def test_a_used_book_is_not_removed_x3(load: Load) -> None:
    load(CLINIC)
    mark_book_used(product="clinic", book="clinic-2025", now=NOW)
    with pytest.raises(CatalogueFileError, match="clinic-2025 is in use since 2025-03-01 and cannot be removed"):
        load(CLINIC.replace("clinic-2025", "clinic-new"))
    assert catalogue_of("clinic").price_books[0].code == "clinic-2025"


def test_another_spelling_of_the_same_price_is_no_change(load: Load) -> None:
    load(CLINIC)
    mark_book_used(product="clinic", book="clinic-2025", now=NOW)
    respelt = CLINIC.replace('unit_price: "300000"', "unit_price: 300000.0").replace("up_to: 5", 'up_to: "5"')
    assert load(respelt).updated == []


def test_one_bad_file_keeps_all_others_out(load: Load) -> None:
    with pytest.raises(CatalogueFileError):
        load(CLINIC, CLINIC.replace("code: clinic\n", "code: clinic2\n", 1).replace('"300000"', '"-1"'))
    assert not Product.objects.exists()
    assert not Issuer.objects.exists()


def test_files_that_contradict_each_other_are_refused(load: Load) -> None:
    with pytest.raises(CatalogueFileError) as refused:
        load(CLINIC, CLINIC.replace("brand: Sehat", "brand: Waras"))
    messages = [problem.message.rsplit("/", 1)[0] for problem in refused.value.problems]
    assert len(messages) == 2
    assert messages[0].startswith("clinic is in ")
    assert messages[1].startswith("sehat is described differently in ")


def test_two_products_may_share_an_issuer(load: Load) -> None:
    load(CLINIC, CLINIC.replace("code: clinic\n  name: Klinik", "code: dentist\n  name: Gigi"))
    assert (Issuer.objects.count(), Product.objects.count()) == (1, 2)


def test_files_that_cannot_be_read_are_named(tmp_path: Path) -> None:
    latin = tmp_path / "latin.yaml"
    latin.write_bytes(b"issuer:\n  code: caf\xe9\n")
    with pytest.raises(CatalogueFileError) as refused:
        load_catalogue(files=[tmp_path / "none.yaml", latin, tmp_path], now=NOW)
    assert str(refused.value).splitlines() == [
        f"{tmp_path}/none.yaml: cannot be read: No such file or directory",
        f"{latin}:2: this is no UTF-8 text",
        f"{tmp_path}: cannot be read: Is a directory",
    ]


def test_the_first_use_of_a_book_is_kept(load: Load) -> None:
    load(CLINIC)
    mark_book_used(product="clinic", book="clinic-2025", now=NOW)
    mark_book_used(product="clinic", book="clinic-2025", now=LATER)
    assert PriceBook.objects.get().first_used_at == NOW
    with pytest.raises(CatalogueError) as refused:
        mark_book_used(product="clinic", book="clinic-1999", now=NOW)
    assert refused.value.field == "book"


def test_the_catalogue_is_read_in_few_queries(load: Load) -> None:
    load_catalogue(files=DELIVERED, now=NOW)
    with CaptureQueriesContext(connection) as one:
        catalogue_of("xclass")
    with CaptureQueriesContext(connection) as all_of_them:
        products_on_sale(date(2025, 1, 1))
    assert (len(one), len(all_of_them)) == (3, 3)


def test_a_product_is_on_sale_from_its_first_book_on(load: Load) -> None:
    load_catalogue(files=DELIVERED, now=NOW)
    load(CLINIC)
    assert [found.product.code for found in products_on_sale(date(2025, 6, 30))] == ["klustera", "koperasi", "xclass"]
    july = ["clinic", "klustera", "koperasi", "xclass"]
    assert [found.product.code for found in products_on_sale(date(2025, 7, 1))] == july
    assert products_on_sale(date(2024, 12, 31)) == ()


def test_an_unknown_product_is_refused_with_those_there_are(load: Load) -> None:
    load(CLINIC)
    with pytest.raises(CatalogueError) as refused:
        catalogue_of("klinik")
    assert (refused.value.field, refused.value.data["choices"]) == ("product", ["clinic"])


def test_the_command_loads_what_comes_with_the_product() -> None:
    out = StringIO()
    call_command("load_catalogue", stdout=out)
    assert "created price book xclass/xclass-2028" in out.getvalue()
    again = StringIO()
    call_command("load_catalogue", stdout=again)
    assert again.getvalue() == "36 unchanged\n"


def test_the_command_prints_every_problem_and_fails(tmp_path: Path) -> None:
    path = tmp_path / "clinic.yaml"
    text = CLINIC.replace('"300000"', '"-1"').replace("days: 10", "days: x")
    path.write_text(text, encoding="utf-8")
    err = StringIO()
    with pytest.raises(CommandError, match="2 problems; nothing was loaded"):
        call_command("load_catalogue", str(path), stderr=err)
    assert f"{path}:{line_of(text, 'days: x')}: terms[0].due.days: " in err.getvalue()
    assert not Product.objects.exists()


DEARER = (
    CLINIC[CLINIC.index("  - code: clinic-2025") :]
    .replace("clinic-2025", "clinic-2026")
    .replace("2025-07-01", "2026-07-01")
)
STEEP = DEARER.replace('"300000"', '"331000"')
WHY = STEEP.replace("charges:", 'steep_move: {reason: "Obat ikut dicatat sejak 2026"}\n    charges:')


def test_a_book_that_moves_a_price_by_more_than_ten_percent_is_refused_with_both_prices(
    load: Load, tmp_path: Path
) -> None:
    """K14: file, line, field, the quantity, what it cost and what it would cost; nothing is written."""
    load(CLINIC)
    with pytest.raises(CatalogueFileError) as refused:
        load(CLINIC + STEEP)
    line = line_of(CLINIC + STEEP, '"331000"')
    (message,) = str(refused.value).splitlines()
    assert message.startswith(
        f"{tmp_path}/0.yaml:{line}: price_books[1].charges[0].pricing.tiers[0].unit_price: a quantity of 1 on clinic costs "
        "331.000, 10,3 % more (in clinic-2025: 300.000); at most 10 % a quarter (K14)."
    )
    assert "price_books[1].steep_move" in message
    assert [found.code for found in catalogue_of("clinic").price_books] == ["clinic-2025"]


def test_a_steep_book_with_its_reason_is_published_and_the_reason_is_kept(load: Load) -> None:
    """K14: the override stands in the file, is told, and lies beside the prices."""
    result = load(CLINIC + WHY)
    assert result.steep == [
        (
            "price book clinic/clinic-2026: a quantity of 1 on clinic costs 331.000, 10,3 % more (in clinic-2025: 300.000); "
            "allowed (K14): Obat ikut dicatat sejak 2026"
        )
    ]
    assert PriceBook.objects.get(code="clinic-2026").data["steep_move"] == {"reason": "Obat ikut dicatat sejak 2026"}
    assert load(CLINIC + WHY).steep == []
    with pytest.raises(CatalogueFileError, match=r"steep_move\.reason"):
        load(CLINIC + WHY.replace("Obat ikut dicatat sejak 2026", "ya"))


def test_smaller_steps_pass_and_the_last_price_on_sale_may_not_jump_either(load: Load) -> None:
    """K14: 330.000 is 10 % more; a book on sale that nobody uses yet may be edited, but not by more than 10 %."""
    load(CLINIC + DEARER.replace('"300000"', '"330000"'))
    with pytest.raises(CatalogueFileError, match=r"costs 331\.000"):
        load(CLINIC.replace('"300000"', '"331000"'), now=LATER)
    load(CLINIC.replace('"300000"', '"331000"'), now=NOW)  # in March it is not on sale yet


def test_a_reason_may_be_added_to_a_book_in_use(load: Load) -> None:
    """K14, X3: why it was done is no part of what was promised."""
    load(CLINIC)
    mark_book_used(product="clinic", book="clinic-2025", now=NOW)
    assert load(CLINIC.replace("    charges:", '    steep_move: {reason: "Harga awal"}\n    charges:')).updated == [
        "price book clinic/clinic-2025"
    ]
