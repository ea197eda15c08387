"""A fifth product that no code knows: a clinic pays per doctor and quarter, graduated."""

CLINIC = """\
issuer:
  code: sehat
  legal_name: PT Sehat Selalu
  brand: Sehat
  address: Jl. Melati No. 5, Surabaya
  city: Surabaya
  email: tagihan@sehat.test
  phone: "+62 31 5550 3003"
  npwp: "0033456789012000"
  signatory: Bagian Keuangan Sehat
  bank_accounts:
    - {bank: BRI, number: "5270303003", holder: PT Sehat Selalu}
  number_formats: {invoice: "SH/{year}/{sequence:05}", late_fee: "SH/D/{year}/{sequence:05}"}
product:
  code: clinic
  name: Klinik
  tagline: {id: Rekam medis per dokter, en: Health records per doctor}
  unit: {id: dokter, en: doctors}
  accent: "#9a3412"
  seats: {policy: within_term}
terms:
  - code: ten-days
    name: {id: 10 hari, en: 10 days}
    due: {days: 10}
    suspend: {days_after_due: 20}
reminders:
  - code: quiet
    due:
      - {days: 2, channels: [email]}
plans:
  - code: clinic
    name: {id: Klinik, en: Clinic}
    default: true
    trial: {days: 14}
    terms: ten-days
    reminders: quiet
price_books:
  - code: clinic-2025
    effective_from: 2025-07-01
    charges:
      - code: doctors
        plans: [clinic]
        interval_months: 3
        description: {id: Per dokter per triwulan, en: Per doctor and quarter}
        pricing:
          model: graduated
          tiers:
            - {up_to: 5, unit_price: "300000"}
            - {up_to: null, unit_price: "200000"}
"""


def line_of(text: str, part: str) -> int:
    """The line, from 1, on which a part of a text first stands."""
    return text[: text.index(part)].count("\n") + 1
