"""A product whose plans are steps of a ladder: 0, 300.000, 600.000, 900.000 a month; a year costs ten months (C11).

In a month of 30 days a day costs 10.000, 20.000 or 30.000: every amount can be checked by head.
"""

LADDER = """\
issuer:
  code: gudang
  legal_name: PT Gudang Rapi
  brand: Gudang
  address: Jl. Kenanga No. 7, Semarang
  city: Semarang
  email: tagihan@gudang.test
  phone: "+62 24 5550 4004"
  npwp: "0043456789012000"
  signatory: Bagian Keuangan Gudang
  bank_accounts:
    - {bank: BRI, number: "5270304004", holder: PT Gudang Rapi}
  number_formats: {invoice: "GD/{year}/{sequence:05}", late_fee: "GD/D/{year}/{sequence:05}"}
product:
  code: gudang
  name: Gudang
  tagline: {id: Stok yang selalu cocok, en: Stock that always tallies}
  unit: {id: gudang, en: warehouses}
  accent: "#7c2d12"
  seats: {policy: within_term}
  changes:
    order: [free, starter, growth, pro]
    upgrade: {when: now, billing: pro_rata, rule: C11}
    downgrade: {when: period_end, rule: C11}
    longer: {when: period_end, rule: C11}
    shorter: {when: period_end, rule: C11}
  registration: []
terms:
  - code: ten-days
    name: {id: 10 hari, en: 10 days}
    due: {days: 10}
    suspend: {days_after_due: 20}
  - code: net-30
    name: {id: 30 hari, en: 30 days}
    due: {days: 30}
    suspend: {days_after_due: 20}
reminders:
  - code: quiet
    due:
      - {days: 2, channels: [email]}
    term_end:
      - {days: 3, channels: [email]}
plans:
  - {code: free, name: {id: Gratis, en: Free}, terms: ten-days, reminders: quiet}
  - code: starter
    name: {id: Starter, en: Starter}
    default: true
    trial: {days: 30}
    terms: ten-days
    other_terms: [net-30]
    reminders: quiet
    entitlements: {features: [stock]}
  - code: growth
    name: {id: Growth, en: Growth}
    summary: {id: Untuk beberapa gudang, en: For several warehouses}
    trial: {days: 30}
    terms: ten-days
    other_terms: [net-30]
    reminders: quiet
    entitlements: {features: [stock, transfers]}
  - code: pro
    name: {id: Pro, en: Pro}
    trial: {days: 30}
    terms: ten-days
    reminders: quiet
    entitlements: {features: [stock, transfers, forecasts]}
offers:
  - {code: quarter, name: {id: Seperempat, en: A quarter}, percent: "25", months: 2, combines: true}
  - {code: less, name: {id: Potongan, en: Less}, amount: 70000, months: 3, combines: true}
price_books:
  - code: gudang-2025
    effective_from: 2025-01-01
    charges:
      - &fee
        code: fee
        plans: [free]
        interval_months: 1
        quantity: one
        rule: C1
        description: {id: Langganan Gudang, en: Gudang subscription}
        pricing: {model: flat, amount: "0"}
      - {<<: *fee, plans: [starter], pricing: {model: flat, amount: "300000"}}
      - {<<: *fee, plans: [growth], pricing: {model: flat, amount: "600000"}}
      - {<<: *fee, plans: [pro], pricing: {model: flat, amount: "900000"}}
      - {<<: *fee, plans: [starter], interval_months: 12, pricing: {model: flat, amount: "3000000"}}
      - {<<: *fee, plans: [growth], interval_months: 12, pricing: {model: flat, amount: "6000000"}}
  - code: gudang-2027
    effective_from: 2027-01-01
    steep_move: {reason: "so that a test sees at once which book it is"}
    charges:
      - *fee
      - {<<: *fee, plans: [starter, growth, pro], pricing: {model: flat, amount: "3000000"}}
"""
