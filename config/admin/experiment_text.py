"""How an experiment goes, in a table and in sentences: nobody has to know what an interval is to read it."""

from dataclasses import dataclass

from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from plans.rules.experiments import Experiment, Metric, Variant
from plans.rules.money import format_number, format_rupiah
from plans.rules.proportions import Interval, Share, difference, sample_size, wilson
from plans.rules.terms import parse_charge
from plans.rules.tiers import PRICED_BY
from plans.selectors.experiments import Tally

METRICS = {
    Metric.SIGNUP: gettext_lazy("pengunjung yang mendaftar"),
    Metric.PAID: gettext_lazy("pengunjung yang membayar"),
    Metric.TRIAL_TO_PAID: gettext_lazy("pendaftar yang membayar"),
    Metric.YEARLY: gettext_lazy("pendaftar yang memilih bayar per tahun"),
}
# What is supposed of a variant nobody has seen yet, to say how many visitors will be needed.
SUPPOSED = 0.1


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the table: counts, and the share that is compared with what it may be (95 %)."""

    name: str
    changes: list[str]
    visitors: int
    signups: int
    yearly: int
    paid: int
    rate: str
    interval: str


def rows(experiment: Experiment, tallies: tuple[Tally, ...]) -> list[Row]:
    """One line for each variant, in the file's order."""
    return [_row(experiment, variant, tally) for variant, tally in zip(experiment.variants, tallies, strict=True)]


def _row(experiment: Experiment, variant: Variant, tally: Tally) -> Row:
    share = tally.share(experiment.metric)
    return Row(
        name=variant.name.of(_language()),
        changes=changes(variant),
        visitors=tally.visitors,
        signups=tally.signups,
        yearly=tally.yearly,
        paid=tally.paid,
        rate="–" if share.rate is None else _percent(share.rate),
        interval="–" if share.rate is None else _span(wilson(share)),
    )


def verdicts(experiment: Experiment, tallies: tuple[Tally, ...]) -> list[str]:
    """For each variant after the first, what is known about the difference; then how many it takes to know more."""
    base = tallies[0].share(experiment.metric)
    names = [variant.name.of(_language()) for variant in experiment.variants]
    said = [
        _verdict(names[0], name, base, tally.share(experiment.metric))
        for name, tally in zip(names[1:], tallies[1:], strict=True)
    ]
    return [*said, _needed(experiment, tallies, base)]


def _verdict(first: str, other: str, base: Share, share: Share) -> str:
    if base.rate is None or share.rate is None:
        return _("%(other)s: belum ada yang dapat dibandingkan dengan %(first)s.") % {"other": other, "first": first}
    gap = difference(base, share)
    words = {
        "other": other,
        "first": first,
        "gap": _points(share.rate - base.rate),
        "low": _points(gap.low),
        "high": _points(gap.high),
    }
    if gap.low > 0:
        return (
            _("%(other)s lebih tinggi daripada %(first)s: selisih %(gap)s poin (95 %%: %(low)s sampai %(high)s).")
            % words
        )
    if gap.high < 0:
        return (
            _("%(other)s lebih rendah daripada %(first)s: selisih %(gap)s poin (95 %%: %(low)s sampai %(high)s).")
            % words
        )
    return (
        _("%(other)s dan %(first)s belum dapat dibedakan: selisih %(gap)s poin (95 %%: %(low)s sampai %(high)s).")
        % words
    )


def _needed(experiment: Experiment, tallies: tuple[Tally, ...], base: Share) -> str:
    rate = SUPPOSED if base.rate is None else base.rate
    need = sample_size(rate, experiment.detect / 100)
    least = min(tally.share(experiment.metric).of for tally in tallies)
    by_visitor = experiment.metric in {Metric.SIGNUP, Metric.PAID}
    words = {
        "points": experiment.detect,
        "rate": _percent(rate),
        "need": format_number(need),
        "least": format_number(least),
        "who": _("pengunjung") if by_visitor else _("pendaftar"),
    }
    text = _(
        "Untuk menemukan selisih %(points)s poin dari %(rate)s (peluang 80 %%) diperlukan %(need)s %(who)s per varian; "
        "varian terkecil punya %(least)s."
    )
    more = _("Jumlah itu tercapai.") if least >= need else _("Jangan menyimpulkan sebelum jumlah itu tercapai.")
    return f"{text % words} {more}"


def changes(variant: Variant) -> list[str]:
    """What the variant changes, a line for each; one line where it is the price list as it is."""
    said = [
        _("%(code)s per %(months)d bulan: %(prices)s")
        % {"code": charge.code, "months": charge.interval_months, "prices": _prices(dict(charge.pricing))}
        for charge in variant.charges
    ]
    if variant.trial is not None:
        days = variant.trial.days
        length = (
            _("%(count)d hari") % {"count": days} if days else _("%(count)d bulan") % {"count": variant.trial.months}
        )
        said.append(_("masa percobaan %(length)s") % {"length": length})
    if variant.default_plan:
        said.append(_("paket awal %(plan)s") % {"plan": variant.default_plan})
    said += [_("tanpa paket %(plan)s") % {"plan": code} for code in variant.hides.plans]
    said += [_("tanpa %(what)s") % {"what": code} for code in (*variant.hides.addons, *variant.hides.items)]
    return said or [_("seperti daftar harga")]


def _prices(pricing: dict[str, object]) -> str:
    """ "Rp 6.000 / Rp 4.000 / Rp 2.500"."""
    price = parse_charge(pricing)
    field = PRICED_BY.get(price.model, "")
    tiers = getattr(price, "tiers", ())
    if tiers and field != "rate":
        return " / ".join(format_rupiah(int(getattr(tier, field))) for tier in tiers)
    amounts = (getattr(price, name, None) for name in ("amount", "unit_price", "package_price"))
    return " / ".join(format_rupiah(int(amount)) for amount in amounts if amount is not None) or price.model


def _span(interval: Interval) -> str:
    return _("%(low)s sampai %(high)s") % {"low": _percent(interval.low), "high": _percent(interval.high)}


def _percent(share: float) -> str:
    return f"{share * 100:.1f} %".replace(".", ",")


def _points(gap: float) -> str:
    return f"{gap * 100:+.1f}".replace(".", ",").replace("-", "−")


def _language() -> str:
    return get_language() or "id"
