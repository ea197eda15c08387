"""Actions on where a customer is."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from backoffice.actions.base import Action, ActionForm, Facts
from tenants.forms.people import ProvinceField
from tenants.models import Tenant, User
from tenants.rules.provinces import province_in, province_named
from tenants.services.residence import set_province
from tenants.services.steering import check_reason


class ProvinceForm(ActionForm):
    """Filled in with what is known, else with what the address names."""

    province = ProvinceField()

    def __init__(self, *args: Any, facts: Facts, **kwargs: Any) -> None:
        super().__init__(*args, facts=facts, **kwargs)
        self.initial["province"] = _known(facts.tenant) or province_in(facts.tenant.address)


class SetProvince(Action):
    """By which province the reports count the customer."""

    slug, permission, form = "provinsi", "set_province", ProvinceForm
    title, group, rehearsed = gettext_lazy("Ubah provinsi"), gettext_lazy("Data pelanggan"), False
    lead = gettext_lazy("Angka laporan pelanggan ini, juga yang lampau, dihitung di provinsi yang dipilih.")

    def button(self, facts: Facts, given: dict[str, Any]) -> str:
        """From which province to which."""
        before = _known(facts.tenant) or _("tidak diketahui")
        return _("Ubah: %(before)s → %(after)s") % {"before": before, "after": given["province"]}

    def perform(self, facts: Facts, given: dict[str, Any], user: User) -> str:
        """Write it."""
        cause = check_reason(given["reason"])
        set_province(tenant=facts.tenant, province=given["province"], today=facts.today, cause=cause)
        return _("Provinsi disimpan.")


def _known(tenant: Tenant) -> str:
    """The province that the reports count it by; empty where none is known."""
    return province_named(str(tenant.registration.get("province", "")))
