"""Tenants to look at in the demo: each stands somewhere else in a customer's life, on its own test clock."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from django.conf import settings
from django.db import transaction

from billing.selectors.accounts import balance_of, open_documents
from billing.selectors.change_choices import Wanted
from billing.services.charges.purchases import Purchase, buy_item
from billing.services.charges.usage import Usage, report_usage
from billing.services.payments.receiving import Received, record_payment
from billing.services.subscriptions.changes import change_plan
from tenants.context import inside
from tenants.models import (
    Membership,
    Organisation,
    OrganisationMember,
    OrganisationRole,
    ProvinceViewer,
    Role,
    Tenant,
    User,
)
from tenants.services.province_viewers import Official, give_view
from trials.services.clock import move_clock
from trials.services.provisioning import provision_tenant
from trials.services.signups import Signup, request_signup

PASSWORD = "langganan-demo"  # the demo's own, printed on the screen
STAFF, OWNER, FINANCE, VIEWER, DEVELOPER = (
    "bizops@langganan.test",
    "ayu@langganan.test",
    "rudi@langganan.test",
    "budi@langganan.test",
    "sinta@langganan.test",
)
NAMES = {
    STAFF: "Dewi BizOps",
    OWNER: "Ayu Lestari",
    FINANCE: "Rudi Hartono",
    VIEWER: "Budi Santoso",
    DEVELOPER: "Sinta Wijaya",
}
OFFICIAL = Official(
    "dinas@langganan.test", "Wawan Setiawan", "Dinas Komunikasi dan Informatika Provinsi Jawa Barat", "Jawa Barat"
)


@dataclass(frozen=True, slots=True)
class Life:
    """A demo tenant: who it is, when it signed up, when it pays what is open, and the day its clock stands on."""

    product: str
    subdomain: str
    name: str
    quantity: int
    signup: date
    today: date
    registration: dict[str, str]
    pays_on: tuple[date, ...] = ()
    owner: str = OWNER
    timezone: str = "Asia/Jakarta"
    organisation: str = ""
    address: str = ""
    plan: str | None = None
    interval_months: int | None = None
    addons: Mapping[str, int] = field(default_factory=dict)
    turnover: tuple[tuple[date, int], ...] = ()
    buys: tuple[tuple[date, str, int], ...] = ()
    contract: tuple[date, str, int] | None = None  # staff put it on a plan sold by contract, at a price a month (C1)

    @property
    def days(self) -> list[date]:
        """Those on which it does something, in order."""
        signed = [self.contract[0]] if self.contract else []
        told, bought = [on for on, _ in self.turnover], [on for on, _, _ in self.buys]
        return sorted({*self.pays_on, *told, *bought, *signed})


LIVES = (
    Life("xclass", "sman1", "SMAN 1 Nusantara", 150, date(2026, 11, 2), date(2026, 11, 23), {"npsn": "20100001", "level": "SMA", "province": "Jawa Barat"},
         address="Jl. Pendidikan No. 1, Bandung"),
    Life("xclass", "smp-harapan", "SMP Harapan Bangsa", 320, date(2026, 9, 5), date(2026, 10, 23), {"npsn": "20100002", "level": "SMP", "province": "DKI Jakarta"}),
    Life("xclass", "smk-karya", "SMK Karya Mandiri", 640, date(2026, 8, 1), date(2026, 10, 5), {"npsn": "20100003", "level": "SMK"}),
    Life("xclass", "sd-melati", "SD Melati", 42, date(2026, 10, 1), date(2026, 11, 23), {"npsn": "20100004", "level": "SD", "province": "Papua"},
         timezone="Asia/Jayapura"),
    Life("klustera", "griya-asri", "Griya Asri", 200, date(2026, 8, 2), date(2026, 11, 23), {"city": "Bekasi", "complex_type": "Cluster", "province": "Jawa Barat"},
         pays_on=(date(2026, 9, 10), date(2026, 10, 8), date(2026, 11, 9)), owner=DEVELOPER, organisation="PT Bumi Sejahtera"),
    Life("klustera", "taman-sari", "Taman Sari", 80, date(2026, 9, 20), date(2026, 11, 23), {"city": "Depok", "province": "Jawa Barat"},
         owner=DEVELOPER, organisation="PT Bumi Sejahtera"),
    Life("klustera", "bukit-indah", "Bukit Indah", 520, date(2026, 10, 2), date(2026, 11, 5), {"city": "Bogor", "province": "Jawa Barat"},
         owner=DEVELOPER, organisation="PT Bumi Sejahtera"),
    Life("koperasi", "kopdes-maju", "Koperasi Desa Maju", 420, date(2026, 9, 3), date(2026, 11, 20),
         {"cooperative_number": "3273010010001", "province": "Jawa Barat"}, plan="growth", pays_on=(date(2026, 10, 9), date(2026, 11, 9)),
         turnover=((date(2026, 10, 20), 12_345_600), (date(2026, 11, 15), 8_000_000))),
    Life("koperasi", "ksp-sejahtera", "KSP Sejahtera", 180, date(2026, 11, 1), date(2026, 11, 23),
         {"cooperative_number": "3578010010002", "province": "Jawa Timur"}),
    Life("koperasi", "federasi-nusantara", "Federasi Koperasi Nusantara", 2400, date(2026, 8, 3), date(2026, 11, 23),
         {"cooperative_number": "3171010010003", "province": "DKI Jakarta"}, plan="professional",
         pays_on=(date(2026, 9, 8), date(2026, 10, 8), date(2026, 11, 9)), contract=(date(2026, 9, 10), "enterprise", 3_500_000)),
    Life("koperasi", "kud-mandiri", "KUD Mandiri", 3200, date(2026, 9, 7), date(2026, 11, 23),
         {"cooperative_number": "3374010010004", "province": "Jawa Tengah"}, plan="professional",
         pays_on=(date(2026, 10, 12), date(2026, 11, 10))),
    Life("naikkelas", "pt-maju-teknologi", "PT Maju Teknologi", 25, date(2026, 10, 12), date(2026, 11, 23), {"buyer": "perusahaan", "province": "Jawa Barat"},
         plan="corporate", pays_on=(date(2026, 10, 26),)),
    Life("naikkelas", "smk-vokasi", "SMK Vokasi Mandiri", 36, date(2026, 11, 3), date(2026, 11, 23), {"buyer": "sekolah", "province": "Jawa Barat"},
         plan="cohort"),
    Life("naikkelas", "sd-cendekia", "SD Cendekia", 3, date(2026, 10, 7), date(2026, 11, 23), {"buyer": "sekolah"},
         plan="cohort-class", pays_on=(date(2026, 10, 20), date(2026, 11, 12))),
    Life("naikkelas", "bagas-belajar", "Bagas Belajar", 1, date(2026, 10, 6), date(2026, 11, 23), {"buyer": "perorangan", "province": "Jawa Barat"},
         plan="learner", pays_on=(date(2026, 10, 7), date(2026, 11, 7))),
    Life("naikkelas", "akademi-digital", "Akademi Digital Nusantara", 40, date(2026, 10, 5), date(2026, 11, 23), {"buyer": "akademi", "province": "DKI Jakarta"},
         plan="academy", pays_on=(date(2026, 10, 20), date(2026, 11, 12))),
    Life("naikkelas", "smp-robotik", "SMP Robotik Bandung", 60, date(2026, 9, 1), date(2026, 11, 23), {"buyer": "sekolah", "province": "Jawa Barat"},
         plan="school", interval_months=4, addons={"robot-kits": 12}, pays_on=(date(2026, 9, 15), date(2026, 10, 5), date(2026, 11, 5))),
    Life("naikkelas", "rina-belajar", "Rina Belajar", 1, date(2026, 11, 2), date(2026, 11, 23), {"buyer": "perorangan", "province": "Jawa Barat"},
         buys=((date(2026, 11, 21), "robotics-bundle", 1),)),
)  # fmt: skip


def make_demo(*, now: datetime) -> list[Tenant]:
    """Make what is missing of the demo's people and tenants; safe to repeat, finished tenants are left alone."""
    people = {email: _person(email) for email in NAMES}
    _show_province(people[STAFF], now)
    made = []
    for life in LIVES:
        schema = f"t_{life.subdomain.replace('-', '_')}"
        if not Tenant.objects.filter(schema_name=schema).exists():
            made.append(_make(life, people, now))
    return made


def _person(email: str) -> User:
    user = User.objects.filter(email=email).first()
    if user is None:
        staff = email == STAFF
        user = User.objects.create_user(
            email, PASSWORD, first_name=NAMES[email], is_staff=staff, is_superuser=staff, phone="+6281200000001"
        )
    return user


def _show_province(staff: User, now: datetime) -> None:
    """Give the official the province, once: who takes it back in the admin has taken it back."""
    if not ProvinceViewer.objects.filter(user__email=OFFICIAL.email).exists():
        viewer = give_view(official=OFFICIAL, reason="Perjanjian contoh", staff=staff, now=now)
        viewer.user.set_password(PASSWORD)
        viewer.user.save(update_fields=["password"])


def _organisation(name: str, owner: User) -> Organisation:
    organisation = Organisation.objects.get_or_create(name=name)[0]
    role = {"role": OrganisationRole.MANAGER}
    OrganisationMember.objects.get_or_create(organisation=organisation, user=owner, defaults=role)
    return organisation


def _make(life: Life, people: dict[str, User], now: datetime) -> Tenant:
    with transaction.atomic():
        tenant = request_signup(signup=_signup(life, people[life.owner]), now=now)
        tenant.is_test, tenant.clock_on = True, life.signup
        tenant.signup = tenant.signup | {"on": life.signup.isoformat()}
        tenant.save()
        for email, role in ((FINANCE, Role.FINANCE), (VIEWER, Role.VIEWER)):
            if life.subdomain == "sman1":
                Membership.objects.create(user=people[email], tenant=tenant, role=role)
    tenant = provision_tenant(tenant=tenant, now=now)
    for day in life.days:
        _act(life, move_clock(tenant=tenant, to=day), day)
    return move_clock(tenant=tenant, to=life.today)


def _signup(life: Life, owner: User) -> Signup:
    organisation = _organisation(life.organisation, owner) if life.organisation else None
    return Signup(
        product=life.product,
        quantity=Decimal(life.quantity),
        name=life.name,
        subdomain=life.subdomain,
        contact_name=NAMES[life.owner],
        contact_email=life.owner,
        contact_phone="+6281200000001",
        timezone=life.timezone,
        address=life.address,
        registration=life.registration,
        plan=life.plan,
        interval_months=life.interval_months,
        addons={code: Decimal(count) for code, count in life.addons.items()},
        user=owner,
        organisation=organisation,
    )


def _act(life: Life, tenant: Tenant, day: date) -> None:
    for on, rupiah in life.turnover:
        if on == day:
            usage = Usage("marketplace-turnover", Decimal(rupiah), on, "demo", f"demo:{on}")
            report_usage(tenant=tenant, usage=usage, today=day)
    for on, item, count in life.buys:
        if on == day:
            buy_item(tenant=tenant, purchase=Purchase(item, Decimal(count), f"demo:{on}"), today=day)
    if life.contract is not None and life.contract[0] == day:
        wanted = Wanted(life.contract[1], price=life.contract[2])
        change_plan(tenant=tenant, wanted=wanted, today=day, reason="Kontrak contoh")
    if day in life.pays_on:
        _pay(tenant, day)


def _pay(tenant: Tenant, day: date) -> None:
    with inside(tenant):
        amount = balance_of(open_documents())
    if amount:
        record_payment(
            tenant=tenant, received=Received(amount, "transfer", f"demo:{day}", day, note="Pembayaran contoh")
        )


def logins() -> list[tuple[str, str, str]]:
    """(address, login, what it is for) of the demo."""
    port = f":{settings.PUBLIC_PORT}" if settings.PUBLIC_PORT else ""
    base = f"{settings.PUBLIC_SCHEME}://{settings.BASE_DOMAIN}{port}"
    host = f"{settings.PUBLIC_SCHEME}://sman1.{settings.BASE_DOMAIN}{port}"
    return [
        (f"{base}/", "", "halaman publik, harga, pendaftaran"),
        (f"{base}/admin/", STAFF, "BizOps"),
        (f"{host}/", OWNER, "pemilik sekolah"),
        (f"{host}/", FINANCE, "keuangan sekolah"),
        (f"{host}/", VIEWER, "pembaca"),
        (f"{base}/accounts/login/", DEVELOPER, "pengembang dengan tiga kompleks"),
        (f"{base}/provinsi/", OFFICIAL.email, f"pemantau {OFFICIAL.province}"),
        (f"{base}/demo/pesan/", "", "semua pesan yang terkirim"),
        (f"{base}/sandbox/midtrans/", "", "simulator Midtrans"),
    ]
