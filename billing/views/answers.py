"""The answer the overview opens with: one sentence that says what is owed, by when, and what to do."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from billing.rules.lifecycle import Status
from billing.selectors.overview import Account
from billing.services.dunning.steps import end_of_suspension
from billing.views.wording import counted, spelled
from plans.rules.money import format_rupiah
from tenants.models import Membership
from tenants.permissions import member_may


@dataclass(frozen=True, slots=True)
class Action:
    """A button: where it leads, what it says, whether it writes, and what a member needs to press it."""

    name: str
    label: str
    needs: str
    post: bool = False

    @property
    def url(self) -> str:
        """Its address."""
        return reverse(self.name)


@dataclass(frozen=True, slots=True)
class Answer:
    """ "`lead` Rp 750.000 `tail` (7 hari lagi)", then `text`. `when_on` is the day the sentence hangs on."""

    status: str
    lead: str
    amount: int | None = None
    tail: str = ""
    when_on: date | None = None
    text: str = ""
    action: Action | None = None
    explained: bool = False


def answer_for(account: Account, membership: Membership) -> Answer:
    """The sentence for how the account stands; a button that the member may not press is left out."""
    answer = _SENTENCES[_case(account)](account)
    if answer.action is None or member_may(membership, answer.action.needs):
        return answer
    return Answer(
        answer.status, answer.lead, answer.amount, answer.tail, answer.when_on, answer.text, None, answer.explained
    )


def _case(account: Account) -> str:
    if account.status in {Status.ENDED, Status.SUSPENDED}:
        return account.status
    if account.status is Status.PAUSED:
        return account.status
    if account.documents:
        return "overdue" if account.overdue else "open"
    if account.subscription.cancel_on is not None:
        return Status.CANCELLED
    return account.status if account.status in {Status.TRIALING, Status.FREE} else "nothing"


def _pay() -> Action:
    return Action("pay", _("Bayar sekarang"), "invoices.pay")


def _ended(account: Account) -> Answer:
    on = account.subscription.ended_on
    lead = _("Langganan Anda berakhir %(day)s") % {"day": spelled(on)} if on else _("Langganan Anda berakhir")
    text = _("Data Anda tidak dihapus: tagihan dapat dibuka dan seluruh data dapat diunduh.")
    if account.overdue:
        return Answer(
            Status.ENDED,
            lead + ". " + _("Masih terbuka"),
            account.balance,
            text=_("Sesudah dibayar Anda dapat mulai lagi kapan saja.") + " " + text,
            action=_pay(),
        )
    restart = Action("subscription_restart", _("Mulai lagi"), "subscription.restart")
    return Answer(Status.ENDED, lead, when_on=on, text=text, action=restart)


def _suspended(account: Account) -> Answer:
    since, ends = account.subscription.suspended_on, end_of_suspension(account.subscription)
    text = _("Tidak ada data yang dihapus.")
    if since and ends:
        dates = {"since": spelled(since), "ends": spelled(ends)}
        text = _("Akses ditutup sejak %(since)s. Bila belum dibayar, langganan berakhir %(ends)s.") % dates + " " + text
    amount = sum(document.outstanding for document in account.overdue) or account.balance
    return Answer(
        Status.SUSPENDED, _("Bayar"), amount, _("dan akses Anda terbuka lagi saat itu juga"), text=text, action=_pay()
    )


def _paused(account: Account) -> Answer:
    on = account.subscription.paused_until
    return Answer(
        Status.PAUSED,
        _("Langganan Anda dijeda sampai %(day)s") % {"day": spelled(on)} if on else _("Langganan Anda dijeda"),
        when_on=on,
        text=_("Selama jeda akses ditutup dan tidak ada tagihan. Data Anda tidak dihapus."),
        action=Action("subscription_resume", _("Aktifkan lagi"), "subscription.pause"),
    )


def _overdue(account: Account) -> Answer:
    due, closes = account.overdue[0].due_on, account.suspends_on
    text = _("Akses Anda tetap terbuka.")
    if closes:
        text = _("Akses Anda masih terbuka. Bila belum dibayar, akses ditutup %(day)s.") % {"day": spelled(closes)}
    partly = len(account.overdue) < len(account.documents)
    words = _("sebagian lewat jatuh tempo sejak %(day)s") if partly else _("lewat jatuh tempo sejak %(day)s")
    tail = words % {"day": spelled(due)}
    return Answer(
        Status.PAST_DUE, pgettext("satu", "Tagihan"), account.balance, tail, due, text, _pay(), explained=True
    )


def _open(account: Account) -> Answer:
    due = account.documents[0].due_on
    several = account.documents[-1].due_on != due
    tail = (_("yang pertama jatuh tempo %(day)s") if several else _("jatuh tempo %(day)s")) % {"day": spelled(due)}
    text = ""
    if account.subscription.cancel_on is not None:
        text = _("Langganan berhenti %(day)s.") % {"day": spelled(account.subscription.cancel_on)}
    return Answer(account.status, pgettext("satu", "Tagihan"), account.balance, tail, due, text, _pay(), explained=True)


def _cancelled(account: Account) -> Answer:
    on = account.subscription.cancel_on
    return Answer(
        Status.CANCELLED,
        _("Langganan Anda berhenti %(day)s") % {"day": spelled(on)} if on else _("Langganan Anda berhenti"),
        when_on=on,
        text=_("Sampai hari itu semuanya tetap terbuka. Sesudahnya data Anda masih dapat diunduh."),
        action=Action("subscription_keep", _("Lanjutkan langganan"), "subscription.cancel", post=True),
    )


def _trialing(account: Account) -> Answer:
    ends, upcoming = account.subscription.trial_ends_on, account.upcoming
    lead = _("Masa percobaan berakhir %(day)s") % {"day": spelled(ends)} if ends else _("Masa percobaan")
    text = _("Selama masa percobaan Anda tidak membayar apa pun.")
    if upcoming is not None:
        text += " " + _("Tagihan pertama sesudahnya %(amount)s, jatuh tempo %(due)s.") % {
            "amount": format_rupiah(upcoming.total),
            "due": spelled(upcoming.due_on),
        }
    return Answer(Status.TRIALING, lead, when_on=ends, text=text, explained=upcoming is not None)


def _free(account: Account) -> Answer:
    text = _("Dengan %(count)s Anda memakai paket gratis. Kami memberi tahu sebelum ada yang perlu dibayar.") % {
        "count": counted(account.agreement, account.subscription.quantity)
    }
    return Answer(Status.FREE, _("Tidak ada tagihan. Langganan Anda gratis"), text=text)


def _nothing(account: Account) -> Answer:
    upcoming = account.upcoming
    if upcoming is None:
        return Answer(account.status, _("Tidak ada tagihan"))
    lead = _("Tidak ada tagihan. Berikutnya %(day)s, perkiraan") % {"day": spelled(upcoming.issued_on)}
    return Answer(account.status, lead, upcoming.total, when_on=upcoming.issued_on, explained=True)


_SENTENCES: dict[str, Callable[[Account], Answer]] = {
    Status.ENDED: _ended,
    Status.SUSPENDED: _suspended,
    Status.PAUSED: _paused,
    Status.CANCELLED: _cancelled,
    Status.TRIALING: _trialing,
    Status.FREE: _free,
    "overdue": _overdue,
    "open": _open,
    "nothing": _nothing,
}
