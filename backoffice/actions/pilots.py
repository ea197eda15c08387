"""The duties of a pilot: done, or opened again (C3)."""

from typing import Any

from django import forms
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from backoffice.actions.base import Action, ActionForm, Facts
from backoffice.actions.life import LIFE
from plans.models import PilotDuty
from plans.rules.parts import Text
from tenants.models import User
from trials.services.pilots import finish_duty, reopen_duty


class DutyForm(ActionForm):
    """Which of the tenant's duties; the reason says what was done, or why it was not."""

    duty = forms.ChoiceField(label=gettext_lazy("Kewajiban"))
    done = False

    def __init__(self, *args: Any, facts: Facts, **kwargs: Any) -> None:
        super().__init__(*args, facts=facts, **kwargs)
        language = get_language() or "id"
        self.fields["duty"].choices = [  # type: ignore[attr-defined]
            (duty.code, Text.model_validate(duty.name).of(language)) for duty in _duties(facts, done=self.done)
        ]


class DoneDutyForm(DutyForm):
    """Of those that are done."""

    done = True


class FinishDuty(Action):
    """Staff saw that it was done."""

    slug, permission, form = "kewajiban-selesai", "work_duty", DutyForm
    title, group = gettext_lazy("Catat kewajiban pilot selesai"), LIFE

    def refusal(self, facts: Facts) -> str:
        """Of a pilot with something left to do."""
        return "" if _duties(facts, done=False) else _("Tidak ada kewajiban pilot yang terbuka.")

    def perform(self, facts: Facts, given: dict[str, Any], user: User) -> str:
        """Note it."""
        finish_duty(tenant=facts.tenant, code=given["duty"], note=given["reason"], today=facts.today)
        return _("Kewajiban dicatat selesai.")


class ReopenDuty(Action):
    """It was not done after all."""

    slug, permission, form = "kewajiban-buka", "work_duty", DoneDutyForm
    title, group, quiet = gettext_lazy("Buka lagi kewajiban pilot"), LIFE, True

    def refusal(self, facts: Facts) -> str:
        """Of a pilot with something done."""
        return "" if _duties(facts, done=True) else _("Tidak ada kewajiban pilot yang selesai.")

    def perform(self, facts: Facts, given: dict[str, Any], user: User) -> str:
        """Open it again."""
        reopen_duty(tenant=facts.tenant, code=given["duty"], reason=given["reason"], today=facts.today)
        return _("Kewajiban dibuka lagi.")


def _duties(facts: Facts, *, done: bool) -> list[PilotDuty]:
    return list(PilotDuty.objects.filter(tenant=facts.tenant, done_on__isnull=not done))
