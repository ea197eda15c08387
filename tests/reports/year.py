"""A year of six invented customers: what each brings a month, in thousands, so that every figure can be checked by head.

      Jan   Feb   Mar   Apr   May   Jun   Jul   Aug   Sep   Oct   Nov   Dec
A     600   600   600   600   600   600   600   600   600   600   600   600   klustera, 200 units, in an experiment
B     300   300   300   600   600   600   600   600   600   600   600   600   klustera, 100, then 200 units
C           100   100   100   100   100   100   100   100   100   100   100   xclass, 240 students a year
D                 500   500   500     –     –     –   500   500   500   500   koperasi in Jawa Barat; gone on 30 June
E                 480   480   480   480   480   480   600   600   600   600   klustera, an offer until September (K9)
F                                                           100    50    50   naikkelas, brought along by a partner
sum   900  1000  1980  2280  2280  1780  1780  1780  2400  2500  2450  2450
"""

from datetime import date

from partners.models import Partner, Referral
from plans.models import Enrolment, Experiment
from reports.services.following import follow_events
from tenants.models import Event, Tenant

THOUSAND = 1_000
MRR_2026 = [900, 1000, 1980, 2280, 2280, 1780, 1780, 1780, 2400, 2500, 2450, 2450]
Step = tuple[date, int, str]


def customer(name: str, product: str, steps: list[Step], plan: str = "only", **registration: str) -> Tenant:
    """A tenant without a schema, and the events that say what it brings from a day on: thousands a month, and the count."""
    facts = {"name": f"Pelanggan {name}", "product_code": product, "registration": registration}
    tenant = Tenant.objects.create(schema_name=f"t_{name.lower()}", facts_changed=True, **facts)
    for on, thousands, counted in steps:
        recurring = {"it": ["main", thousands * THOUSAND * 12, counted]} if thousands else {}
        event = "subscription.changed" if thousands else "subscription.cancelled"
        Event.objects.create(tenant=tenant, name=event, occurred_on=on, data={"plan": plan}, recurring=recurring)
    return tenant


def day(month: int, on: int = 1) -> date:
    """A day of the year."""
    return date(2026, month, on)


def live_the_year() -> dict[str, Tenant]:
    """All six, followed."""
    made = {
        "A": customer("A", "klustera", [(day(1, 5), 600, "200")]),
        "B": customer("B", "klustera", [(day(1, 31), 300, "100"), (day(4), 600, "200")]),
        "C": customer("C", "xclass", [(day(2), 100, "240")]),
        "D": customer(
            "D", "koperasi", [(day(3), 500, "1"), (day(6, 30), 0, ""), (day(9), 500, "1")], province=" jawa  BARAT"
        ),
        "E": customer("E", "klustera", [(day(3, 31), 480, "200"), (day(9), 600, "200")]),
        "F": customer("F", "naikkelas", [(day(10), 100, "10"), (day(11, 30), 50, "5")]),
    }
    agent = Partner.objects.create(code="budi.agen", kind="agent", name="Budi", email="budi@example.test")
    Referral.objects.create(tenant=made["F"], partner=agent, code=agent.code, referred_on=day(9))
    prices = Experiment.objects.get(code="price-points")
    seen = {"variant": "higher", "visitor": made["A"].pk, "interval_months": 1, "signed_up_on": day(1)}
    Enrolment.objects.create(tenant=made["A"], experiment=prices, **seen)
    follow_events()
    return made
