"""K13 in a browser: price page, calculator, sign-up and invoice of one visitor agree."""

import re
from collections.abc import Callable, Iterator
from datetime import date, timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from plans.models import Experiment, ExperimentSwitch, Exposure
from plans.rules.periods import add_months
from plans.services.experiments import switch_on
from tests.browser.stage import committed, it_is
from tests.browser.walk import Walk
from tests.conftest import make_user

pytestmark = pytest.mark.browser
Begin = Callable[..., Walk]
TODAY = date(2026, 3, 2)  # the trial ends on 1 April: every invoice is of a whole month
AMOUNTS = ("Rp 800.000", "Rp 600.000")  # 200 units × 4.000 and × 3.000


@pytest.fixture
def running(walk: Begin) -> Iterator[None]:
    """The experiment on price points runs from today, seen by the server; nothing of it is left afterwards."""
    with it_is(TODAY):
        committed(_start)
        yield
        committed(_stop)


def _start() -> None:
    now = timezone.now()
    switch_on(
        experiment=Experiment.objects.get(code="price-points"),
        first_day=TODAY,
        last_day=TODAY + timedelta(days=30),
        reason="Uji harga",
        by=make_user("dewi@walk.test", "Dewi", is_staff=True, is_superuser=True),
        now=now,
    )


def _stop() -> None:
    Exposure.objects.all().delete()
    ExperimentSwitch.objects.all().delete()
    Experiment.objects.update(runs_from=None, runs_until=None, first_on=None)


def quoted(visitor: Walk) -> str:
    """What the calculator of the price page says for 200 units, asked by HTMX."""
    visitor.page.goto(visitor.base + "/harga/klustera/")
    visitor.page.locator("[name=quantity]").fill("200")
    figure = visitor.page.locator(".quote__figure .money")
    expect(figure).to_be_visible()
    return figure.inner_text().replace("\xa0", " ")


@pytest.mark.usefixtures("running")
@pytest.mark.parametrize("wanted", AMOUNTS, ids=["higher", "current"])
def test_a_visitor_stays_in_one_variant_and_is_billed_by_it(walk: Begin, wanted: str) -> None:
    """K13: from the first look to the invoice of a whole month."""
    phone = wanted == AMOUNTS[0]
    visitor = next(found for found in (walk(phone=phone) for _ in range(30)) if quoted(found) == wanted)
    visitor.check()
    assert quoted(visitor) == wanted
    visitor.page.get_by_role("link", name="Coba gratis").click()
    name = "griya-uji-hp" if phone else "griya-uji"
    visitor.page.wait_for_url(re.compile("/daftar/klustera/"))
    visitor.sees("Tagihan pertama")
    visitor.check()
    visitor._fill_common("Griya Uji", name, "200")
    visitor.page.get_by_label("Kota atau kabupaten").fill("Bekasi")
    visitor.page.get_by_role("button", name="Daftar", exact=True).click()
    visitor.arrives(rf"//{name}\.localhost:\d+/$")
    first_of_a_month = add_months((TODAY + timedelta(days=30)).replace(day=1), 1)
    visitor.move_clock(name, first_of_a_month)
    visitor.visit(name, "/tagihan/")
    visitor.sees(wanted)
    other = AMOUNTS[0] if wanted == AMOUNTS[1] else AMOUNTS[1]
    expect(visitor.page.locator("main")).not_to_contain_text(other)


@pytest.mark.usefixtures("running")
def test_staff_read_the_results_and_switch_off(walk: Begin) -> None:
    """K13: the page of an experiment is legible and clean on a phone and on a desk."""
    last = walk()
    for dewi in (walk(phone=True), last):
        dewi.page.goto(dewi.base + "/admin/login/?next=/admin/plans/experiment/")
        dewi.page.locator("[name=login]").fill("dewi@walk.test")
        dewi.page.locator("[name=password]").fill("rahasia-sekali")
        dewi.page.locator("[name=password]").press("Enter")
        dewi.arrives(r"/admin/plans/experiment/$")
        dewi.page.get_by_role("link", name="Harga per unit").first.click()
        dewi.arrives(r"/admin/eksperimen/\d+/$")
        expect(dewi.page.locator("body")).to_contain_text("berjalan sampai")
        wide = dewi.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0
    last.page.locator("[name=reason]").fill("Cukup untuk hari ini")
    last.page.get_by_role("button", name="Matikan sekarang").click()
    expect(last.page.locator("body")).to_contain_text("Cukup untuk hari ini")
