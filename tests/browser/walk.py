"""What a person does in a browser, in the words of a person."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

from playwright.sync_api import ConsoleMessage, Page, Response, Route, expect
from playwright.sync_api import TimeoutError as PlaywrightTimeout

from plans.rules.spelling import spell_day

PASSWORD = "rahasia-sekali-2026"
# A page that says 404 or 422 is sometimes what is wanted; Chromium reports each as a console error.
EXPECTED = re.compile(r"Failed to load resource: the server responded with a status of (404|403|422|409|429)")

# All rules are run; only what they refuse is worked out and sent over, not each element that they found well.
FAULTS = """async () => (await axe.run({resultTypes: ["violations"]})).violations.map(
    fault => `${fault.id}: ${fault.nodes[0].html.slice(0, 120)}`
)"""


# Milliseconds until something is taken for lost. Nothing waits so long unless it is: a busy machine is no fault.
PATIENCE = 60_000
expect.set_options(timeout=PATIENCE)


class Held:
    """Requests of a page to some addresses, kept from the server until each is let go: a line as slow as one likes."""

    def __init__(self, page: Page, addresses: str) -> None:
        self._page, self._addresses = page, addresses
        self._routes: list[Route] = []
        page.route(addresses, self._keep)

    def _keep(self, route: Route) -> None:
        self._routes.append(route)

    def let_one_go(self) -> str:
        """Wait for the oldest, let it go, and wait for its answer; the address that was asked for."""
        for _turn in range(PATIENCE // 50):
            if self._routes:
                break
            self._page.wait_for_timeout(50)
        with self._page.expect_response(self._addresses):
            route = self._routes.pop(0)
            route.continue_()
        return route.request.url


class Walk:
    """A browser window, and complaints about what no page may do: console errors, refused resources, server errors."""

    def __init__(self, page: Page, base: str, axe: str) -> None:
        self.page, self.base, self._axe = page, base, axe
        self.complaints: list[str] = []
        page.set_default_timeout(PATIENCE)
        page.on("console", self._heard)
        page.on("pageerror", lambda error: self.complaints.append(f"script error: {error}"))
        page.on("response", self._answered)

    def _heard(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"} and not EXPECTED.search(message.text):
            self.complaints.append(f"{self.page.url}: {message.text}")

    def _answered(self, response: Response) -> None:
        if response.status >= 500:
            self.complaints.append(f"{response.url}: {response.status}")

    @property
    def is_phone(self) -> bool:
        """A narrow window."""
        return self.page.viewport_size is not None and self.page.viewport_size["width"] < 600

    def at(self, subdomain: str, path: str = "/") -> str:
        """An address on a tenant's host."""
        return self.base.replace("localhost", f"{subdomain}.localhost") + path

    def visit(self, subdomain: str, path: str = "/") -> None:
        """Open a page of a tenant."""
        self.page.goto(self.at(subdomain, path))

    def fetch(self, address: str) -> Any:
        """[status, first four characters] of an address, asked for by the browser itself: only it knows *.localhost."""
        ask = "async url => { const a = await fetch(url); return [a.status, (await a.text()).slice(0, 4)] }"
        return self.page.evaluate(ask, address)

    def sees(self, text: str) -> None:
        """The page's main part says so."""
        expect(self.page.locator("main")).to_contain_text(text)

    def check(self) -> None:
        """No accessibility fault that axe can find, no sideways scrolling; what was opened on a phone fits a desk, too."""
        self.page.wait_for_load_state()  # a link that was clicked may have brought the head of its page only
        if not self.page.evaluate("'axe' in window"):
            self.page.evaluate(self._axe)
        faults = self.page.evaluate(FAULTS)
        assert faults == [], f"{self.page.url}: {faults}"
        self._is_not_too_wide()
        if self.is_phone:
            with self._at_a_desk():
                self._is_not_too_wide()

    def _is_not_too_wide(self) -> None:
        wide = self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, f"{self.page.url} is {wide} px too wide"

    @contextmanager
    def _at_a_desk(self) -> Iterator[None]:
        """The same page in a wide window, so that not every walk has to be gone twice."""
        narrow = self.page.viewport_size
        assert narrow is not None
        self.page.set_viewport_size({"width": 1280, "height": 900})
        yield
        self.page.set_viewport_size(narrow)

    def sign_school_up(self, name: str, subdomain: str, students: int, npsn: str) -> None:
        """From the home page to the dashboard of a new school."""
        self.page.goto(self.base + "/")
        self.check()
        self.page.goto(self.base + "/daftar/xclass/")
        self.fill_signup(name, subdomain, str(students), npsn)
        self.check()
        self.page.get_by_role("button", name="Daftar", exact=True).click()
        self.arrives(rf"//{subdomain}\.localhost:\d+/$")

    def sign_complex_up(self, name: str, subdomain: str, units: int) -> None:
        """A new complex on the default plan, by the month."""
        self.page.goto(self.base + "/daftar/klustera/")
        self._fill_common(name, subdomain, str(units))
        self.page.get_by_label("Kota atau kabupaten").fill("Bekasi")
        self.page.get_by_role("button", name="Daftar", exact=True).click()
        self.arrives(rf"//{subdomain}\.localhost:\d+/$")

    def arrives(self, address: str) -> None:
        """The browser gets to an address; where it stays instead is said with what it shows there."""
        try:
            self.page.wait_for_url(re.compile(address))
        except PlaywrightTimeout as error:
            shown = self.page.locator("body").inner_text()
            raise AssertionError(f"at {self.page.url} instead of {address}:\n{shown[:1500]}") from error

    def fill_signup(self, name: str, subdomain: str, students: str, npsn: str) -> None:
        """Fill a school's form in."""
        self._fill_common(name, subdomain, students)
        self.page.get_by_label("NPSN").fill(npsn)

    def _fill_common(self, name: str, subdomain: str, quantity: str) -> None:
        page = self.page
        page.locator("[name=quantity]").fill(quantity)
        page.locator("[name=organisation_name]").fill(name)
        page.locator("[name=subdomain]").fill(subdomain)
        page.locator("[name=contact_name]").fill("Ayu Lestari")
        page.locator("[name=contact_email]").fill(f"ayu@{subdomain}.test")
        page.locator("[name=password]").fill(PASSWORD)
        page.locator("[name=accept_terms]").check()

    def log_in(self, subdomain: str, email: str) -> None:
        """Sign in on a tenant's host and get to its overview."""
        self.visit(subdomain, "/accounts/login/")
        self._give_password(email)
        self.arrives(rf"//{subdomain}\.localhost:\d+/$")

    def log_in_as_staff(self, email: str) -> None:
        """Sign in to the admin."""
        self.page.goto(self.base + "/accounts/login/?next=/admin/")
        self._give_password(email)
        self.arrives(r"/admin/$")

    def _give_password(self, email: str) -> None:
        self.page.locator("[name=login]").fill(email)
        self.page.locator("[name=password]").fill(PASSWORD)
        self.page.locator("main button").first.click()

    def move_clock(self, subdomain: str, to: date) -> None:
        """Move the school's test clock, day by day, to a date."""
        if self.page.url != self.at(subdomain):
            self.visit(subdomain)
        self.page.locator("details.clock summary").click()
        self.page.locator("#clock-to").fill(to.isoformat())
        self.page.get_by_role("button", name="Sampai tanggal ini").click()
        # The page that is left counts as loaded, too: only its successor says so.
        moved = self.page.get_by_text(f"Jam uji maju ke {spell_day(to, 'id')}.")
        expect(moved).to_be_visible()

    def preview(self, count: int) -> None:
        """Type a count and ask what it would do."""
        self.page.locator("[name=quantity]").fill(str(count))
        self.page.locator("[name=quantity]").press("Enter")

    def sees_invoices(self, subdomain: str, *rows: str) -> None:
        """The list of documents, newest first: "status amount" of each row ("Belum dibayar Rp 750.000")."""
        self.visit(subdomain, "/tagihan/")
        found = self.page.locator("main tbody tr").evaluate_all(
            "rows => rows.map(r => [...r.cells].slice(2).map(c => c.innerText.trim()).join(' '))"
        )
        shown = [" ".join(row.split()) for row in found]
        assert shown == list(rows), f"{shown} instead of {list(rows)}"

    def pay_by_midtrans(self, subdomain: str) -> None:
        """From the pay page through the local Midtrans and back to the receipt."""
        page = self.page
        self.visit(subdomain, "/bayar/")
        self.check()
        page.get_by_label("Cara lain").check()
        page.get_by_role("button", name=re.compile("Midtrans|Bayar Rp|Lanjut")).first.click()
        page.wait_for_url(re.compile("/sandbox/midtrans/pay/"))
        self.check()
        page.locator("input[name=method]").first.check()
        page.get_by_role("button", name="Bayar", exact=True).click()
        page.wait_for_url(re.compile("/bayar/selesai/"))
