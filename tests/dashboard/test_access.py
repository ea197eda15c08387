"""Who gets in: the table of permissions over every address, other people's tenants, and suspended ones (X10)."""

from collections.abc import Callable, Iterator
from datetime import date
from itertools import chain

import pytest
from django.conf import settings
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from billing.middleware import OPEN_PAGES
from billing.models import Document
from billing.selectors.documents import tax_invoice_of
from billing.services.subscriptions.life import cancel_subscription
from tenants.context import inside
from tenants.models import Event, Role, TaxInvoice, Tenant, User
from tenants.permissions import MEMBER_ACTIONS
from tests.dashboard.stages import ENDED, ISSUED, SUSPENDED, at_day, member, only_invoice, text_of

ClientAt = Callable[..., Client]
# A value for each parameter of an address; what is not there is answered by 404 after the role was judged.
VALUES = {
    "slug": "tidak-ada",
    "code": "tidak-ada",
    "kind": "csv",
    "subdomain": "lain",
    "token": "x" * 40,
    "accent": "1d5c96",
}

# 750.000 without PPN on top: what an invoice of a PKP says of its tax.
TAXATION = {"percent": "12", "base": 750_000, "other_base": 750_000, "amount": 0, "charged": 0, "code": "04"}


def patterns(of: "list[URLPattern | URLResolver]", before: str = "") -> Iterator[tuple[str, URLPattern]]:
    """Every address below a list, with its whole route."""
    for item in of:
        here = before + str(item.pattern)
        if isinstance(item, URLResolver):
            yield from patterns(item.url_patterns, here)
        else:
            yield here, item


def guarded() -> dict[str, str]:
    """Name → action of every view behind `permitted`."""
    found = {}
    for _route, item in patterns(get_resolver("config.urls_tenant").url_patterns):
        action = getattr(item.callback, "action", None)
        if action is not None:
            found[str(item.name)] = str(action)
    return found


def addresses() -> dict[str, str]:
    """Name → a path of every guarded view."""
    made = {}
    for route, item in patterns(get_resolver("config.urls_tenant").url_patterns):
        if getattr(item.callback, "action", None) is None:
            continue
        path = route.replace("^", "").replace("$", "").replace("\\.", ".").replace("\\Z", "")
        for name, value in VALUES.items():
            for shape in (f"<slug:{name}>", f"<str:{name}>", f"<uuid:{name}>", f"(?P<{name}>csv|xlsx)"):
                path = path.replace(shape, value)
        path = path.replace("<uuid:key>", "0" * 8 + "-0000-7000-8000-" + "0" * 12)
        if "<" not in path:
            made[str(item.name)] = f"/{path}"
    return made


def test_every_page_of_the_money_half_is_behind_the_table() -> None:
    """A page without a guard is either for everybody (the invoice's link) or a mistake."""
    public = {"public_invoice", "public_invoice_status", "public_invoice_pdf", "public_checkout"}
    names = {str(item.name) for _route, item in patterns(get_resolver("billing.urls").url_patterns)}
    assert names - set(guarded()) == public
    assert set(guarded().values()) <= set(MEMBER_ACTIONS)


@pytest.mark.parametrize("role", list(Role))
def test_each_address_lets_in_whom_the_table_names(role: Role, school: Tenant, client_at: ClientAt) -> None:
    at_day(school, ISSUED)
    client, actions = client_at(school, member(school, role)), guarded()
    for name, path in addresses().items():
        status = client.get(path).status_code
        status = client.post(path).status_code if status == 405 else status
        allowed = role in MEMBER_ACTIONS[actions[name]]
        assert (status != 403) == allowed, (name, path, role, status)


def test_outsiders_find_nothing_and_strangers_the_login_page(school: Tenant, citra: User, client_at: ClientAt) -> None:
    stranger, outsider = client_at(school), client_at(school, citra)
    for name, path in addresses().items():
        answers = [client.get(path) for client in (stranger, outsider)]
        if answers[0].status_code == 405:
            answers = [client.post(path) for client in (stranger, outsider)]
        assert answers[0].status_code == 302, (name, path)
        assert "/login/" in answers[0].headers["Location"]
        assert answers[1].status_code == 404, (name, path)


def test_a_refused_role_is_told_whom_to_ask(school: Tenant, budi: User, client_at: ClientAt) -> None:
    answer = client_at(school, budi).get("/bayar/")
    assert answer.status_code == 403
    assert "pemilik dan keuangan" in text_of(answer)


def test_a_stranger_s_fragment_leaves_the_page(school: Tenant, client_at: ClientAt) -> None:
    answer = client_at(school).get("/bayar/jumlah/", headers={"hx-request": "true"})
    assert answer.status_code == 200
    assert answer.headers["HX-Redirect"].endswith("/accounts/login/?next=/")


def test_who_logs_in_in_the_middle_of_a_form_comes_back_to_its_page(
    school: Tenant, ayu: User, client_at: ClientAt
) -> None:
    stranger = client_at(school)
    page = f"http://{school.subdomain}.{settings.BASE_DOMAIN}/jumlah/?dari=1"
    sent = stranger.post("/jumlah/simpan/", headers={"referer": page})
    assert sent.headers["Location"].endswith("/login/?next=/jumlah/%3Fdari%3D1")
    foreign = stranger.post("/jumlah/simpan/", headers={"referer": "https://elsewhere.test/jumlah/"})
    assert foreign.headers["Location"].endswith("/login/?next=/")
    opened = client_at(school, ayu).get("/jumlah/simpan/")
    assert (opened.status_code, opened.headers["Allow"]) == (405, "POST")
    assert "Buka lagi formulirnya" in text_of(opened)


# --- other tenants --------------------------------------------------------------------------------


def test_a_session_of_one_host_is_no_session_on_another(
    school: Tenant, complex_: Tenant, ayu: User, client_at: ClientAt
) -> None:
    """Ayu owns both; the cookie of one is still logged out on the other."""
    here = client_at(school, ayu)
    assert here.get("/").status_code == 200
    moved = client_at(complex_)
    moved.cookies = here.cookies
    assert moved.get("/").status_code == 302


def test_another_tenant_s_invoice_pdf_and_link_are_unknown_here(
    school: Tenant, citra: User, client_at: ClientAt
) -> None:
    at_day(school, ISSUED)
    other = Tenant.objects.get(schema_name="t_lain")
    at_day(other, ISSUED)
    foreign, own = only_invoice(school), only_invoice(other)
    # Test tenants have number series of their own: make sure that it is not the same number by chance.
    client = client_at(other, citra)
    assert client.get(f"/tagihan/{own.slug}/").status_code == 200
    assert "Rp 750.000" not in text_of(client.get(f"/tagihan/{foreign.slug}/"))
    assert client.get(f"/i/{foreign.slug}/{foreign.access_token}/").status_code == 404
    assert client.get(f"/i/{foreign.slug}/{foreign.access_token}/pdf/").status_code == 404
    assert client.post(f"/i/{foreign.slug}/{foreign.access_token}/bayar/").status_code == 404
    answer = client.post("/bayar/", {"documents": [str(foreign.pk)], "method": "transfer"})
    assert answer.status_code == 422


def test_a_tax_invoice_is_shown_to_its_own_members_only(
    school: Tenant, ayu: User, citra: User, client_at: ClientAt
) -> None:
    """Its row stands in the public schema, where nothing but the question keeps tenants apart."""
    other = Tenant.objects.get(schema_name="t_lain")
    invoices = {}
    for tenant, tax_number in ((school, "04002600000000017"), (other, "04002600000000025")):
        at_day(tenant, ISSUED)
        invoices[tenant.pk] = document = only_invoice(tenant)
        with inside(tenant):
            Document.objects.filter(pk=document.pk).update(taxation=TAXATION)
        # The same number in both schemas would be one row: each number belongs to one tenant.
        number = document.number if tenant == school else f"{document.number}-LAIN"
        TaxInvoice.objects.create(
            tenant=tenant,
            number=number,
            issuer="x",
            issued_on=ISSUED,
            facts={},
            state="approved",
            tax_number=tax_number,
        )
    assert tax_invoice_of(other, invoices[school.pk]) is None
    own = text_of(client_at(school, ayu).get(f"/tagihan/{invoices[school.pk].slug}/"))
    assert "04002600000000017" in own
    assert "04002600000000025" not in own
    visitor = client_at(other, citra)
    for slug in (invoices[school.pk].slug, invoices[other.pk].slug):
        assert "04002600000000017" not in text_of(visitor.get(f"/tagihan/{slug}/"))
    assert client_at(school, citra).get(f"/tagihan/{invoices[school.pk].slug}/").status_code == 404


def test_a_link_shows_its_own_document_without_a_login_and_nothing_else(school: Tenant, client_at: ClientAt) -> None:
    at_day(school, ISSUED)
    document, visitor = only_invoice(school), client_at(school)
    page = visitor.get(f"/i/{document.slug}/{document.access_token}/")
    assert page.status_code == 200
    assert page.headers["X-Robots-Tag"] == "noindex"
    assert "Rp 750.000" in text_of(page)
    assert 'href="/tagihan/' not in text_of(page)
    wrong = "A" * len(document.access_token)
    assert visitor.get(f"/i/{document.slug}/{wrong}/").status_code == 404
    assert visitor.get(f"/tagihan/{document.slug}/").status_code == 302


# --- suspended (X10) ------------------------------------------------------------------------------


@pytest.mark.parametrize("day", [SUSPENDED, ENDED])
def test_a_closed_tenant_keeps_billing_payment_and_export(
    day: date, school: Tenant, ayu: User, client_at: ClientAt
) -> None:
    at_day(school, day)
    client = client_at(school, ayu)
    for page in ("/", "/tagihan/", f"/tagihan/{only_invoice(school).slug}/", "/bayar/", "/langganan/", "/ekspor/"):
        assert client.get(page).status_code == 200, page
    assert client.post("/ekspor/unduh/").status_code == 200
    for page in chain(["/jumlah/"], ["/jumlah/templat.csv"]):
        answer = client.get(page)
        assert (answer.status_code, answer.headers.get("Location")) == (302, "/ditangguhkan/"), page


def test_everything_not_named_open_is_closed(school: Tenant, ayu: User, client_at: ClientAt) -> None:
    at_day(school, SUSPENDED)
    client = client_at(school, ayu)
    for name, path in addresses().items():
        if name in OPEN_PAGES or path.startswith(("/masuk", "/berhenti-mewakili", "/pindah")):
            continue
        assert client.get(path).headers.get("Location") == "/ditangguhkan/", name


def test_the_closed_page_says_what_is_closed_what_works_and_what_to_pay(
    school: Tenant, ayu: User, client_at: ClientAt
) -> None:
    at_day(school, SUSPENDED)
    page = text_of(client_at(school, ayu).get("/ditangguhkan/"))
    for words in ("Rp 750.000", "Yang tertutup", "Yang tetap dapat dibuka", "Unduh seluruh data", "29 Juni 2025"):
        assert words in page, words


def test_a_fragment_of_a_closed_page_leaves_the_page(school: Tenant, ayu: User, client_at: ClientAt) -> None:
    at_day(school, SUSPENDED)
    answer = client_at(school, ayu).post("/jumlah/pratinjau/", {"quantity": 10}, headers={"hx-request": "true"})
    assert answer.headers["HX-Redirect"] == "/ditangguhkan/"


def test_with_access_the_closed_page_leads_back(school: Tenant, ayu: User, client_at: ClientAt) -> None:
    assert client_at(school, ayu).get("/ditangguhkan/").headers["Location"] == "/"


def test_an_ended_school_starts_again_at_the_current_book_without_a_trial(
    school: Tenant, ayu: User, client_at: ClientAt
) -> None:
    """X3: cancelled in its trial of 2025, started again in 2026: 150 × 7.500 = 1.125.000, billed at once."""
    at_day(school, date(2025, 2, 10))
    cancel_subscription(tenant=school, today=date(2025, 2, 10))
    at_day(school, date(2026, 1, 5))
    client = client_at(school, ayu)
    shown = client.get("/langganan/mulai-lagi/")
    assert "Rp 1.125.000" in text_of(shown)
    done = {"quantity": "150", "agreed": shown.context["agreed"]}
    client.post("/langganan/mulai-lagi/", done)
    client.post("/langganan/mulai-lagi/", done)
    school.refresh_from_db()
    assert (school.status, school.has_access, school.balance) == ("active", True, 1_125_000)
    assert Event.objects.filter(tenant=school, name="subscription.activated").count() == 1


def test_an_ended_school_pays_what_is_overdue_before_it_starts_again(
    school: Tenant, ayu: User, client_at: ClientAt
) -> None:
    at_day(school, ENDED)
    shown = client_at(school, ayu).get("/langganan/mulai-lagi/")
    assert "Bayar dahulu tagihan yang lewat jatuh tempo" in text_of(shown)
    assert "agreed" not in shown.context
