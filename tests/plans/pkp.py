"""Products of an issuer who is PKP: doctors at 100.000 a month, the tax on top of it or in it."""

from tests.plans.clinic import CLINIC

_MONTHLY = CLINIC[: CLINIC.index("      - code: doctors")]
_CHARGE = """\
      - code: doctors
        plans: [clinic]
        interval_months: 1
        description: {id: Per dokter per bulan, en: Per doctor and month}
        pricing: {model: per_unit, unit_price: "100000"}
"""
PKP = (
    (_MONTHLY + _CHARGE)
    .replace("  signatory: Bagian", '  is_pkp: true\n  branch: "000001"\n  signatory: Bagian')
    .replace(
        "  seats: {policy: within_term}",
        '  goods: {opt: B, code: "620000", unit: UM.0024}\n  seats: {policy: within_term}',
    )
    .replace("    due: {days: 10}", "    due: {days: 10}\n    late_fee: {percent: 10}")
)
INCLUSIVE = PKP.replace("  goods:", "  prices_include_tax: true\n  goods:")
