"""How an experiment goes, in a table and in sentences: nobody has to know what an interval is to read it."""

from dataclasses import dataclass

from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from billing.documents.numbers import in_language, number
from plans.rules.evidence import SUPPOSED, Evidence, Verdict, missing, needed, weigh
from plans.rules.experiments import Experiment, Metric, Variant
from plans.rules.money import format_rupiah
from plans.rules.proportions import Interval, Share, wilson
from plans.rules.terms import parse_charge
from plans.rules.tiers import PRICED_BY
from plans.selectors.experiments import Tally

METRICS = {
    Metric.SIGNUP: gettext_lazy("pengunjung yang mendaftar"),
    Metric.PAID: gettext_lazy("pengunjung yang membayar"),
    Metric.TRIAL_TO_PAID: gettext_lazy("pendaftar yang membayar"),
    Metric.YEARLY: gettext_lazy("pendaftar yang memilih bayar per tahun"),
}
# Each with the difference as it was seen, and from where to where it may lie.
VERDICTS = {
    Verdict.NOBODY: gettext_lazy("%(other)s: belum ada yang dapat dibandingkan dengan %(first)s."),
    Verdict.EARLY: gettext_lazy(
        "%(other)s dan %(first)s: terlalu dini, kurang %(missing)s %(who)s lagi. Sejauh ini selisih %(gap)s poin "
        "(95 %%: %(low)s sampai %(high)s), dan itu dapat berbalik."
    ),
    Verdict.HIGHER: gettext_lazy(
        "%(other)s lebih tinggi daripada %(first)s: selisih %(gap)s poin (95 %%: %(low)s sampai %(high)s)."
    ),
    Verdict.LOWER: gettext_lazy(
        "%(other)s lebih rendah daripada %(first)s: selisih %(gap)s poin (95 %%: %(low)s sampai %(high)s)."
    ),
    Verdict.SAME: gettext_lazy(
        "%(other)s dan %(first)s tidak berbeda %(points)s poin atau lebih: selisih %(gap)s poin "
        "(95 %%: %(low)s sampai %(high)s)."
    ),
    Verdict.OPEN: gettext_lazy(
        "%(other)s dan %(first)s belum dapat dibedakan: selisih %(gap)s poin (95 %%: %(low)s sampai %(high)s)."
    ),
}


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the table: counts, the share that is compared with what it may be (95 %), and how many are to come yet."""

    name: str
    changes: list[str]
    visitors: int
    signups: int
    yearly: int
    paid: int
    rate: str
    interval: str
    missing: int


def rows(experiment: Experiment, tallies: tuple[Tally, ...]) -> list[Row]:
    """One line for each variant, in the file's order."""
    need = needed(tallies[0].share(experiment.metric), experiment.detect)
    return [_row(experiment, variant, tally, need) for variant, tally in zip(experiment.variants, tallies, strict=True)]


def _row(experiment: Experiment, variant: Variant, tally: Tally, need: int) -> Row:
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
        missing=missing(share, need),
    )


def verdicts(experiment: Experiment, tallies: tuple[Tally, ...]) -> list[str]:
    """For each variant after the first, what may be said of it by now; then how many it takes."""
    shares = [tally.share(experiment.metric) for tally in tallies]
    names = [variant.name.of(_language()) for variant in experiment.variants]
    words = {"first": names[0], "points": experiment.detect, "who": who(experiment.metric)}
    said = [
        _verdict(weigh(shares[0], share, experiment.detect), words | {"other": name})
        for name, share in zip(names[1:], shares[1:], strict=True)
    ]
    return [*said, _needed(experiment, shares)]


def _verdict(found: Evidence, words: dict[str, object]) -> str:
    return str(VERDICTS[found.verdict]) % {
        **words,
        "missing": number(found.missing),
        "gap": _points(found.gap or 0.0),
        "low": _points(found.range.low),
        "high": _points(found.range.high),
    }


def _needed(experiment: Experiment, shares: list[Share]) -> str:
    need, least = needed(shares[0], experiment.detect), min(share.of for share in shares)
    words = {
        "points": experiment.detect,
        "rate": _percent(SUPPOSED if shares[0].rate is None else shares[0].rate),
        "need": number(need),
        "least": number(least),
        "who": who(experiment.metric),
    }
    text = _(
        "Untuk menemukan selisih %(points)s poin dari %(rate)s (peluang 80 %%) diperlukan %(need)s %(who)s per varian; "
        "varian terkecil punya %(least)s."
    )
    more = _("Jumlah itu tercapai.") if least >= need else _("Jangan menyimpulkan sebelum jumlah itu tercapai.")
    return f"{text % words} {more}"


def who(metric: Metric) -> str:
    """Of whom a metric is a share."""
    return _("pengunjung") if metric in {Metric.SIGNUP, Metric.PAID} else _("pendaftar")


def changes(variant: Variant) -> list[str]:
    """What the variant changes, a line for each; one line where it is the price list as it is."""
    said = [
        ngettext("%(code)s per bulan: %(prices)s", "%(code)s per %(months)d bulan: %(prices)s", charge.interval_months)
        % {"code": charge.code, "months": charge.interval_months, "prices": _prices(dict(charge.pricing))}
        for charge in variant.charges
    ]
    if variant.trial is not None:
        days = variant.trial.days
        length = (
            ngettext("%(count)d hari", "%(count)d hari", days) % {"count": days}
            if days
            else _("%(count)d bulan") % {"count": variant.trial.months}
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
    return in_language(f"{share * 100:.1f} %".replace(".", ","))


def _points(gap: float) -> str:
    return in_language(f"{gap * 100:+.1f}".replace(".", ",")).replace("-", "−")


def _language() -> str:
    return get_language() or "id"
