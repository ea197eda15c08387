"""Actions of staff: pausing a subscription, and letting it go on."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from backoffice.actions.base import Action, ActionForm, Facts
from backoffice.actions.life import LIFE
from backoffice.frame.fields import DateInput
from billing.rules.lifecycle import Status
from billing.selectors.pausing import pause_of
from billing.services.dunning.pausing import pause_subscription, resume_subscription
from billing.templatetags.langganan import tanggal
from tenants.models import User


class PauseForm(ActionForm):
    """Until when."""

    until = forms.DateField(
        label=gettext_lazy("Jeda sampai"),
        required=False,
        widget=DateInput(),
        help_text=gettext_lazy("Kosongkan untuk selama yang dibolehkan paketnya."),
    )


class PauseSubscription(Action):
    """Access closes, nothing is billed."""

    slug, permission, form = "jeda", "pause_subscription", PauseForm
    title, group, quiet = gettext_lazy("Jeda langganan"), LIFE, True
    lead = gettext_lazy(
        "Akses ditutup hari ini juga dan tidak ada yang ditagih. Yang sudah dibayar tidak dikembalikan."
    )

    def refusal(self, facts: Facts) -> str:
        """Only a running one whose plan has pauses; money is judged when it is tried."""
        subscription = facts.subscription
        if subscription is None or subscription.status != Status.ACTIVE:
            return _("Hanya langganan yang aktif dapat dijeda.")
        rules = pause_of(subscription)
        return "" if rules is not None and "staff" in rules.by else _("Paket ini tidak dapat dijeda.")

    def perform(self, facts: Facts, given: dict[str, Any], user: User) -> str:
        """Pause."""
        made = pause_subscription(
            tenant=facts.tenant, today=facts.today, until=given.get("until"), reason=given["reason"], by="staff"
        )
        return _("Langganan dijeda sampai %(day)s.") % {"day": tanggal(made.paused_until or facts.today)}


class ResumeSubscription(Action):
    """The pause ends now."""

    slug, permission = "aktifkan", "resume_subscription"
    title, group = gettext_lazy("Akhiri jeda"), LIFE
    lead = gettext_lazy("Akses terbuka dan masa yang berjalan ditagih penuh, kecuali sudah ditagih.")

    def refusal(self, facts: Facts) -> str:
        """Only while paused."""
        paused = facts.subscription is not None and facts.subscription.status == Status.PAUSED
        return "" if paused else _("Langganan ini tidak sedang dijeda.")

    def perform(self, facts: Facts, given: dict[str, Any], user: User) -> str:
        """Go on."""
        resume_subscription(tenant=facts.tenant, today=facts.today, reason=given["reason"])
        return _("Langganan berjalan lagi.")
