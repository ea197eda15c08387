"""K7, auto-debit: a life on the local Midtrans, day by day. Griya Asri owes 600.000 from 1 March 2026, due on the 15th."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from pytest_django import Settings

from billing.errors import MandateRefused
from billing.gateways.mandate_models import Debit, Mandate, MandateMethod, MandateState
from billing.gateways.midtrans import MidtransClient
from billing.gateways.models import BankTransfer, Checkout, CheckoutState, TransferState
from billing.gateways.sandbox.models import Mood, SandboxToken, SandboxTransaction
from billing.rules.debiting import CONSENT
from billing.services.gateway import debits
from billing.services.gateway.debits import charge_today, run_debits
from billing.services.gateway.mandates import (
    CARD_TRIAL,
    Consent,
    check_mandate,
    end_mandate,
    start_mandate,
    tend_mandates,
)
from billing.services.payments.receiving import Received, record_payment
from notifications.selectors.facts import account_of, facts_of
from notifications.selectors.letters import write_letter
from tenants.context import inside
from tenants.models import Event, Tenant, User
from tests.conftest import make_user
from tests.gateways.conftest import config_for, end_senders
from tests.payments.conftest import FINISH, Till, account, document_ids, moment, on_day
from trials.management.commands import run_daily as command
from trials.services.daily import live_day

PassDays = Callable[[Tenant, date, date], None]
MARCH = date(2026, 3, 1)


@dataclass
class Life:
    """A complex with auto-debit, its days and its card."""

    tenant: Tenant
    till: Till
    mandate: Mandate

    def until(self, day: int, month: int = 3) -> None:
        """Live on to a day, each with its jobs and then the charges."""
        last = date(2026, month, day)
        while self.tenant.clock_on is not None and self.tenant.clock_on < last:
            on_day(self.tenant, self.tenant.clock_on + timedelta(days=1))
            live_day(self.tenant, self.tenant.clock_on)
            self.charge()

    def charge(self, now: datetime | None = None) -> None:
        """The job's visit, again on the same day."""
        assert self.tenant.clock_on is not None
        client = self.till.sandbox.client
        charge_today(tenant=self.tenant, today=self.tenant.clock_on, now=now or moment(), gateway=client)

    def feels(self, mood: Mood) -> None:
        """How the card answers from now on; in another connection, because the sandbox has its own."""
        self.till.sandbox.set_mood(mood)

    @property
    def debits(self) -> list[tuple[int, str, str]]:
        """(day of March, outcome, reason) of each charge."""
        return [(one.on.day, one.outcome, one.reason) for one in Debit.objects.order_by("on")]

    def told(self, name: str) -> list[dict[str, Any]]:
        """The facts of the events of a name, with their days."""
        found = Event.objects.filter(tenant=self.tenant, name=name).order_by("id")
        return [event.data | {"day": event.occurred_on.day} for event in found]


def agree(tenant: Tenant, user: User, till: Till, method: MandateMethod, limit: int = 1_000_000) -> Mandate:
    """The consent, up to the gateway's page."""
    consent = Consent(user, method, limit, FINISH, "8121234567")
    return start_mandate(tenant=tenant, consent=consent, now=moment(), gateway=till.sandbox.client)


@pytest.fixture
def life(billed_complex: Tenant, till: Till) -> Life:
    """On 5 March with a card that was saved on the gateway's page."""
    mandate = agree(billed_complex, make_user("ayu@griya.test", "Ayu"), till, MandateMethod.CARD)
    till.sandbox.press(till.sandbox.page_of(mandate.order_id), "pay", method="credit_card")
    mandate = check_mandate(mandate_id=mandate.pk, now=moment(), gateway=till.sandbox.client)
    return Life(billed_complex, till, mandate)


def test_a_card_is_saved_on_the_gateways_page_and_its_trial_given_back(life: Life) -> None:
    mandate = life.mandate
    assert (mandate.state, mandate.hint, mandate.limit) == (MandateState.ACTIVE, "481111-1114", 1_000_000)
    assert (mandate.text_version, mandate.agreed_name, mandate.release) == (CONSENT, "Ayu", False)
    assert life.till.sandbox.client.status(mandate.order_id).transaction_status == "cancel"
    assert life.told("debit.enabled")[0]["limit"] == 1_000_000
    assert account(life.tenant).open == 600_000, f"{CARD_TRIAL} were never part of the books"
    with pytest.raises(MandateRefused):
        agree(life.tenant, make_user("b@griya.test", "B"), life.till, MandateMethod.GOPAY)


def test_the_notice_comes_three_days_before_and_the_charge_on_the_due_day(life: Life) -> None:
    life.until(14)
    (notice,) = life.told("debit.announced")
    assert (notice["day"], notice["charged_on"], notice["amount"]) == (12, "2026-03-15", 600_000)
    with inside(life.tenant):
        event = Event.objects.get(tenant=life.tenant, name="debit.announced")
        letter = write_letter("debit_announced", facts_of(event, account_of(life.tenant)))
        reminder = Event.objects.filter(tenant=life.tenant, name="reminder.sent", data__about="due").latest("id")
        reminded = write_letter("reminder_due", facts_of(reminder, account_of(life.tenant)))
    assert letter.subject == "Rp 600.000 akan ditarik otomatis pada 15 Maret 2026"
    assert "Auto-debit menariknya pada 15 Maret 2026. Anda tidak perlu membayar sendiri." in reminded.paragraphs
    assert life.debits == []
    life.until(15)
    assert life.debits == [(15, "paid", "")]
    assert (account(life.tenant).open, account(life.tenant).received) == (0, 600_000)
    life.until(17)
    assert len(life.debits) == 1
    assert life.told("late_fee.charged") == []


def test_no_money_on_the_15th_and_enough_on_the_16th(life: Life) -> None:
    """The late fee of 60.000 fell on the 16th, before the charge: it goes with its invoice."""
    life.feels(Mood.NO_FUNDS)
    life.until(15)
    (failed,) = life.told("debit.failed")
    assert (failed["reason"], failed["next"]) == ("insufficient_funds", "2026-03-16")
    with inside(life.tenant):
        event = Event.objects.get(tenant=life.tenant, name="debit.failed")
        letter = write_letter("debit_failed", facts_of(event, account_of(life.tenant)))
    assert letter.lead.endswith("belum dapat ditarik dari kartu 481111-1114: saldo tidak cukup.")
    assert letter.paragraphs[-1] == "Kami mencoba lagi pada 16 Maret 2026, atau bayar sekarang dengan cara lain."
    life.feels(Mood.FINE)
    life.until(18)
    assert life.debits == [(15, "soft", "insufficient_funds"), (16, "paid", "")]
    assert (account(life.tenant).open, account(life.tenant).received) == (0, 660_000)


def test_an_expired_card_is_charged_once_and_dunning_goes_on(life: Life) -> None:
    life.feels(Mood.EXPIRED)
    life.until(17)
    assert life.debits == [(15, "hard", "expired_card")]
    (failed,) = life.told("debit.failed")
    assert failed["next"] is None
    assert life.tenant.status != ""
    assert account(life.tenant).open == 660_000


def test_four_refusals_are_the_last_word(life: Life) -> None:
    life.feels(Mood.NO_FUNDS)
    life.until(21)
    assert [on for on, _outcome, _reason in life.debits] == [15, 16, 18, 20]
    assert [told["next"] for told in life.told("debit.failed")] == ["2026-03-16", "2026-03-18", "2026-03-20", None]


def test_a_charge_that_went_through_without_an_answer_is_asked_about_and_not_made_again(
    life: Life, settings: Settings
) -> None:
    """No suspension while nobody knows: on 15 April, the 45th day, access stays open."""
    life.until(14)
    life.feels(Mood.LOST)
    end_senders()
    sandbox, told = life.till.sandbox, len(life.till.sandbox.webhook.received)
    patient, settings.MIDTRANS_TIMEOUT_SECONDS = sandbox.client, 0.6
    sandbox.client = MidtransClient(config_for(sandbox.url, 0.6))
    life.until(15)
    sandbox.webhook.wait_for(told + 1)  # the charge went through, however late
    sandbox.client = patient
    assert life.debits == [(15, "", "")]
    assert Checkout.objects.get().state == CheckoutState.CREATED
    live_day(on_day(life.tenant, date(2026, 4, 15)), date(2026, 4, 15))
    life.tenant.refresh_from_db()
    assert (life.tenant.status, life.tenant.has_access) == ("past_due", True)
    life.charge(moment() + timedelta(minutes=10))
    assert life.debits[0] == (15, "paid", "")
    assert account(life.tenant).received == 600_000
    assert Checkout.objects.filter(debit__on=date(2026, 3, 15)).count() == 1


def test_a_charge_that_never_arrived_is_sent_again_under_its_own_order_id(life: Life) -> None:
    life.feels(Mood.DOWN)
    life.until(15)
    first = Checkout.objects.get()
    assert life.debits == [(15, "", "")]
    life.charge()
    assert Checkout.objects.get().state == CheckoutState.CREATED, "a minute has not passed"
    life.feels(Mood.FINE)
    life.charge(moment() + timedelta(minutes=10))
    assert (Checkout.objects.get().order_id, life.debits) == (first.order_id, [(15, "paid", "")])


def test_a_consent_taken_back_ends_all_of_it(life: Life) -> None:
    life.feels(Mood.NO_FUNDS)
    life.until(15)
    ended = end_mandate(tenant=life.tenant, reason="member", now=moment())
    assert ended is not None
    assert (ended.state, ended.token) == (MandateState.ENDED, "")
    life.feels(Mood.FINE)
    life.until(17)
    assert len(life.debits) == 1
    assert account(life.tenant).received == 0


def test_what_is_paid_by_hand_in_between_is_not_charged(life: Life) -> None:
    life.feels(Mood.NO_FUNDS)
    life.until(15)
    received = Received(600_000, "cash", "kas-1", date(2026, 3, 15))
    record_payment(tenant=life.tenant, received=received)
    life.feels(Mood.FINE)
    life.until(17)
    assert len(life.debits) == 1
    assert account(life.tenant).received == 600_000


def test_a_checkout_that_is_open_is_let_alone(life: Life) -> None:
    life.until(14)
    life.till.open(life.tenant)
    life.until(15)
    assert life.debits == []


def test_more_than_was_agreed_is_not_charged_but_told_once(life: Life) -> None:
    Mandate.objects.update(limit=599_999)
    life.mandate.refresh_from_db()
    life.until(18)
    assert life.debits == []
    assert [told["reason"] for told in life.told("debit.failed")][:1] == ["over_limit"]


def test_gopay_is_linked_charged_and_unlinked(billed_complex: Tenant, till: Till) -> None:
    """A linked account that its owner unlinked is a final no; the consent ends with it."""
    mandate = agree(billed_complex, make_user("ayu@griya.test", "Ayu"), till, MandateMethod.GOPAY)
    assert check_mandate(mandate_id=mandate.pk, now=moment(), gateway=till.sandbox.client).state == MandateState.PENDING
    answer = till.sandbox.agree(mandate.page_url)
    assert answer.headers["Location"].startswith(FINISH)
    mandate = check_mandate(mandate_id=mandate.pk, now=moment(), gateway=till.sandbox.client)
    assert (mandate.state, mandate.hint) == (MandateState.ACTIVE, "0812····567")
    life = Life(billed_complex, till, mandate)
    life.until(15)
    assert life.debits == [(15, "paid", "")]
    life.feels(Mood.UNLINKED)
    life.until(15, 4)
    assert Debit.objects.order_by("on").last().reason == "unlinked"  # type: ignore[union-attr]
    mandate.refresh_from_db()
    assert (mandate.state, mandate.token) == (MandateState.ENDED, "")
    assert SandboxToken.objects.get().mood == Mood.UNLINKED


def test_a_trial_paid_after_it_was_given_up_goes_back(billed_complex: Tenant, till: Till) -> None:
    """Whoever cancels and then pays on the page that is still open gets the 10.000 back, and there is no mandate."""
    mandate = agree(billed_complex, make_user("ayu@griya.test", "Ayu"), till, MandateMethod.CARD)
    assert end_mandate(tenant=billed_complex, reason="member", now=moment())
    till.sandbox.press(till.sandbox.page_of(mandate.order_id), "pay", method="credit_card")
    tend_mandates(now=moment(), gateway=till.sandbox.client)
    mandate.refresh_from_db()
    assert (mandate.state, mandate.release, mandate.token) == (MandateState.ENDED, False, "")
    assert till.sandbox.client.status(mandate.order_id).transaction_status == "cancel"


def at(day: int, hour: int = 3) -> datetime:
    """An hour of March 2026, UTC: 10.00 in Jakarta."""
    return datetime(2026, 3, day, hour, tzinfo=UTC)


def test_the_job_comes_once_a_day_to_whom_owes_within_the_notice_and_to_nobody_else(
    life: Life, school: Tenant, django_assert_num_queries: Any
) -> None:
    """K7: due on the 15th, told from the 12th. A mandate of a tenant that owes nothing opens no schema."""
    Mandate.objects.create(
        tenant=school, method="saved_card", state="active", token="t", agreed_at=moment(), limit=1, order_id="T-lunas"
    )
    Tenant.objects.update(clock_on=None)
    gateway = life.till.sandbox.client
    with django_assert_num_queries(2):
        assert run_debits(now=at(11), gateway=gateway).done == 0
    assert [run_debits(now=at(12, hour), gateway=gateway).done for hour in (3, 4)] == [1, 0]
    assert life.told("debit.announced")[0]["day"] == 12
    assert run_debits(now=at(15), gateway=gateway).done == 1
    assert life.debits == [(15, "paid", "")]
    assert run_debits(now=at(16), gateway=gateway).done == 0


def run_daily(*given: str) -> list[dict[str, Any]]:
    """What the command says, a line for each job."""
    out = StringIO()
    call_command("run_daily", *given, stdout=out)
    return [json.loads(said) for said in out.getvalue().splitlines()]


def test_the_command_charges_as_the_beat_does_once_a_day_and_in_its_order(
    life: Life, monkeypatch: pytest.MonkeyPatch, settings: Settings
) -> None:
    """K7, without Celery: told on the 12th; charged on the 15th before anybody is reminded, once; a failure is said."""
    monkeypatch.setattr(command, "gateway", lambda: life.till.sandbox.client)
    minutes = {name: min(settings.CELERY_BEAT_SCHEDULE[name]["schedule"].minute) for name in command.ORDER}
    assert list(command.ORDER) == sorted(minutes, key=lambda name: minutes[name])
    assert [said["job"] for said in run_daily("--on", "2026-03-12")] == list(command.ORDER)
    assert (life.told("debit.announced")[0]["day"], life.debits) == (12, [])
    charged = [run_daily("--on", "2026-03-15")[2], run_daily("--on", "2026-03-15", "--job", "debits")[0]]
    assert charged == [{"job": "debits", "done": done, "parked": 0, "failed": 0} for done in (1, 0)]
    assert (life.debits, account(life.tenant).open) == ([(15, "paid", "")], 0)
    assert [said for said in life.told("reminder.sent") if said["day"] == 15] == []
    run_daily("--on", "2026-04-01", "--job", "billing")

    def broken(**_given: object) -> None:
        raise RuntimeError("gone")

    monkeypatch.setattr(debits, "visit_mandate", broken)
    with pytest.raises(CommandError, match="Auto-debit of 1 tenants failed"):
        run_daily("--on", "2026-04-12", "--job", "debits")


def test_while_a_proof_of_transfer_is_checked_nothing_is_charged(life: Life) -> None:
    """Refused on the 16th: charged on the 17th."""
    life.until(14)
    (invoice,) = document_ids(life.tenant)
    proof = BankTransfer.objects.create(
        tenant=life.tenant,
        issuer_code="klustera",
        documents=[str(invoice)],
        amount=600_000,
        code=7,
        asked=600_007,
        announced_on=date(2026, 3, 14),
        expires_on=date(2026, 3, 20),
        bank="BCA",
        account="5270302002",
        state=TransferState.SUBMITTED,
    )
    life.until(16)
    assert life.debits == []
    BankTransfer.objects.filter(pk=proof.pk).update(state=TransferState.REJECTED)
    life.until(17)
    assert life.debits == [(17, "paid", "")]


def test_the_notice_of_a_trial_activates_the_mandate_and_is_no_strange_money(
    billed_complex: Tenant, till: Till
) -> None:
    """Nobody comes back to the page: the gateway's notice says that the card was saved."""
    mandate = agree(billed_complex, make_user("ayu@griya.test", "Ayu"), till, MandateMethod.CARD)
    till.sandbox.press(till.sandbox.page_of(mandate.order_id), "pay", method="credit_card")
    assert till.deliver(1) == ["applied"]
    mandate.refresh_from_db()
    assert (mandate.state, mandate.release) == (MandateState.ACTIVE, False)


def test_a_charge_that_is_pending_waits_for_its_notice(life: Life) -> None:
    """Nothing else is tried on the 16th; what settles then is booked by the gateway's notice."""
    life.feels(Mood.PENDING)
    life.until(16)
    assert life.debits == [(15, "", "")]
    assert Checkout.objects.get().state == CheckoutState.PENDING
    pk = SandboxTransaction.objects.get(page__order_id=Checkout.objects.get().order_id).pk
    assert life.till.sandbox.button(f"transactions/{pk}/settle").status_code == 302
    life.till.deliver(4)  # of the card's trial two, then pending and settled
    assert life.debits == [(15, "paid", "")]
    assert (account(life.tenant).received, life.told("late_fee.charged")) == (600_000, [])
