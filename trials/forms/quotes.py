"""The calculator's questions: how many, which plan, how often."""

import re
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from plans.rules.catalogue import Anchor, Catalogue, Plan
from plans.rules.offer import choose_book, intervals_of
from trials.forms.quantity import QuantityField
from trials.selectors.quotes import Wish

ADDON = "addon_"


def counted_units(catalogue: Catalogue, language: str) -> str:
    """What the plans count: "siswa", or "kursi, siswa, kelas" where they differ."""
    units = dict.fromkeys((plan.unit or catalogue.product.unit).of(language) for plan in catalogue.plans)
    return ", ".join(units)


def interval_name(months: int) -> str:
    """How often is paid: 1 "Bulanan", 12 "Tahunan", 4 "Setiap 4 bulan"."""
    names = {1: _("Bulanan"), 12: _("Tahunan")}
    return names.get(months) or ngettext("Setiap %(count)d bulan", "Setiap %(count)d bulan", months) % {"count": months}


def period_name(months: int) -> str:
    """The period as a noun: 1 "bulan", 12 "tahun", 4 "4 bulan"."""
    names = {1: _("bulan"), 12: _("tahun")}
    return names.get(months) or ngettext("%(count)d bulan", "%(count)d bulan", months) % {"count": months}


def anchor_name(anchor: Anchor) -> str:
    """When a long period is billed (K5)."""
    names = {
        Anchor.ANNIVERSARY: _("pada bulan mulai berlangganan"),
        Anchor.CALENDAR_MONTH: _("setiap tanggal 1"),
        Anchor.CALENDAR_YEAR: _("setiap Januari; sampai Januari pertama dihitung per hari"),
    }
    return names[anchor]


class QuoteForm(forms.Form):
    """Quantity, and plan and period where the product leaves a choice."""

    quantity = QuantityField()

    def __init__(self, *args: Any, catalogue: Catalogue, on: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.catalogue, self.on = catalogue, on
        language = get_language() or "id"
        self.fields["quantity"].label = _("Jumlah %(unit)s") % {"unit": counted_units(catalogue, language)}
        plans = [plan for plan in catalogue.plans if not plan.by_contract]
        self._add_plan(plans, language)
        self._add_period([intervals_of(choose_book(catalogue, on), plan) for plan in plans])
        self._add_addons(language)
        self._add_offers()
        self._fill_defaults()

    def _add_plan(self, plans: Sequence[Plan], language: str) -> None:
        """Which kind of price, where the customer chooses and the quantity does not."""
        if self.catalogue.product.plan_choice == "default" and len(self.catalogue.plans) > 1:
            default = next(plan for plan in self.catalogue.plans if plan.default)
            names = [(plan.code, plan.name.of(language)) for plan in plans]
            self.fields["plan"] = _choice(_("Jenis harga"), names, default.code)

    def _add_period(self, offered: Sequence[Sequence[int]]) -> None:
        """How long a period is, and where it begins: of the months that each plan offers, [[1, 12], [12]]."""
        intervals = sorted({months for each in offered for months in each})
        if len(intervals) > 1:
            periods = [(str(months), interval_name(months)) for months in intervals]
            if any(set(each) != set(intervals) for each in offered):
                # Not every plan has every period: unless one is named the plan decides.
                periods.insert(0, ("", _("Menurut paketnya")))
            self.fields["period"] = _choice(_("Ditagih"), periods, periods[0][0])
            self.fields["period"].required = bool(periods[0][0])
        self._add_anchor(intervals)

    def _add_anchor(self, intervals: list[int]) -> None:
        """Where long periods begin, where the product leaves a choice for one of them (K5)."""
        product = self.catalogue.product
        chosen = [months for months in intervals if len(product.anchors(months)) > 1]
        if chosen:
            anchors = dict.fromkeys(anchor for months in chosen for anchor in product.anchors(months))
            choices = [(anchor.value, anchor_name(anchor)) for anchor in anchors]
            label = _("Tagihan %(period)s terbit") % {"period": interval_name(chosen[0]).lower()}
            self.fields["anchor"] = _choice(label, choices, choices[0][0])

    def _add_addons(self, language: str) -> None:
        """What may be held beside the plan; which plan has which is said by the catalogue and judged by the quote."""
        names = {plan.code: plan.name.of(language) for plan in self.catalogue.plans}
        for addon in self.catalogue.addons:
            hint = _("Untuk %(plans)s.") % {"plans": ", ".join(names[code] for code in addon.plans)}
            label, name = addon.name.of(language), f"{ADDON}{addon.code}"
            if addon.is_single:
                self.fields[name] = forms.BooleanField(label=label, help_text=hint, required=False)
                continue
            unit = (addon.unit or self.catalogue.product.unit).of(language)
            counted = _("%(name)s, jumlah %(unit)s") % {"name": label, "unit": unit}
            self.fields[name] = QuantityField(label=counted, help_text=hint, required=False)

    def _add_offers(self) -> None:
        """A code, where the product has offers that a code opens."""
        if any(offer.by == "code" for offer in self.catalogue.offers):
            self.fields["offers"] = forms.CharField(
                label=_("Kode penawaran"),
                required=False,
                max_length=200,
                widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}),
            )

    def addon_fields(self) -> list[forms.BoundField]:
        """For the template."""
        return [self[name] for name in self.fields if name.startswith(ADDON)]

    def _fill_defaults(self) -> None:
        """An address with only a quantity is answered with the default plan and period."""
        if self.is_bound:
            defaults = {name: self.fields[name].initial for name in ("plan", "period", "anchor") if name in self.fields}
            self.data = defaults | {
                name: self.data[name] for name in self.data if self.data[name] or name not in defaults
            }

    def wish(self) -> Wish:
        """What is asked for; call it on a valid form only."""
        quantity: Decimal = self.cleaned_data["quantity"]
        period = self.cleaned_data.get("period")
        return Wish(
            product=self.catalogue.product.code,
            quantity=quantity,
            on=self.on,
            plan=self.cleaned_data.get("plan") or None,
            interval_months=int(period) if period else None,
            addons=self._addons(),
            anchor=self.cleaned_data.get("anchor") or None,
            offers=tuple(re.split(r"[\s,;]+", said)) if (said := self.cleaned_data.get("offers", "").strip()) else (),
        )

    def _addons(self) -> dict[str, Decimal]:
        """How many of each add-on are asked for: a tick is one."""
        said = {addon.code: self.cleaned_data.get(f"{ADDON}{addon.code}") for addon in self.catalogue.addons}
        return {code: Decimal(count) for code, count in said.items() if count}


def _choice(label: str, choices: list[tuple[str, str]], initial: str) -> forms.ChoiceField:
    field = forms.ChoiceField(label=label, choices=choices, initial=initial, widget=forms.RadioSelect)
    field.error_messages["invalid_choice"] = _("Pilih salah satu dari daftar.")
    return field
