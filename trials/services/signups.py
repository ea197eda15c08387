"""Signing a new tenant up: the request is checked and kept at once, the schema is made in the background."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from partners.services.referring import check_referral, refer
from plans.rules.catalogue import Catalogue, RegistrationField
from plans.rules.eligibility import as_named
from plans.rules.experiments import Assigned
from plans.selectors.catalogue import catalogue_of
from plans.selectors.experiments import Taken
from plans.services.claims import want_offers
from plans.services.discounts import Taking, give_back, redeem
from plans.services.experiments import enrol
from tenants.context import local_today, outside
from tenants.errors import SubdomainTaken
from tenants.models import Domain, Membership, Organisation, Role, Tenant, User
from tenants.services.hosts import forget_hosts
from tenants.services.locks import hold
from tenants.services.schemas import drop_schema
from trials.errors import AlreadyRegistered, SignupRefused
from trials.rules.answers import answer_to, answers_to
from trials.selectors.quotes import Quote, Wish, quote_from
from trials.services.groups import join_groups

SUBDOMAIN = re.compile(r"[a-z](?:[a-z0-9]|-(?!-)){1,38}[a-z0-9]")


@dataclass(frozen=True, slots=True)
class Signup:
    """What somebody who signs up says. `password` only where a new login is to be made (the browser).

    `taken` are the variants of experiments that they saw and will be billed by (K13); `referral` is the code of who brought
    them along (K10).
    """

    product: str
    quantity: Decimal
    name: str
    subdomain: str
    contact_name: str
    contact_email: str
    contact_phone: str = ""
    plan: str | None = None
    interval_months: int | None = None
    timezone: str = Tenant.TimeZone.WIB.value
    language: str = "id"
    address: str = ""
    registration: Mapping[str, str] = field(default_factory=dict)
    password: str | None = None
    user: User | None = None
    organisation: Organisation | None = None
    addons: Mapping[str, Decimal] = field(default_factory=dict)
    taken: tuple[Taken, ...] = ()
    offers: Sequence[str] = ()
    anchor: str | None = None
    referral: str = ""

    @property
    def variants(self) -> tuple[Assigned, ...]:
        """The variants alone."""
        return tuple(item.assigned for item in self.taken)


def request_signup(*, signup: Signup, now: datetime) -> Tenant:
    """Check everything and reserve name and address; provisioning follows in the background. Nothing is half-written.

    Raises a `DomainError` that names the field: taken or reserved address, known NPSN, quantity or plan not on sale, an
    offer that is used up (K9).
    """
    catalogue = catalogue_of(signup.product)
    made = _check(signup, catalogue, now)
    try:
        with transaction.atomic(), outside():
            return _reserve(signup, catalogue, made, now)
    except (IntegrityError, ValidationError) as error:
        # Two at the same instant: the database decides who was first (django-tenants looks once more, and says it its way).
        if "user_email" in str(error):
            raise _known_email() from error
        said = _("Alamat %(address)s baru saja dipakai.") % {"address": signup.subdomain}
        raise SubdomainTaken(said, field="subdomain") from error


def _check(signup: Signup, catalogue: Catalogue, now: datetime) -> Quote:
    if not 2 <= len(signup.name.strip()) <= 200:
        raise SignupRefused(_("Isi nama lembaga, 2 sampai 200 huruf."), field="name")
    if signup.timezone not in Tenant.TimeZone.values:
        raise SignupRefused(_("Pilih zona waktu WIB, WITA, atau WIT."), field="timezone")
    try:
        validate_email(signup.contact_email)
    except ValidationError as error:
        raise SignupRefused(
            _("Alamat email tidak lengkap. Contoh: ayu@sekolah.sch.id"), field="contact_email"
        ) from error
    check_subdomain(signup.subdomain)
    _check_registration(signup, catalogue)
    check_referral(code=signup.referral, product=signup.product)
    return quote_from(catalogue, _wish(signup, catalogue, now))


def check_subdomain(subdomain: str) -> None:
    """A free address: 3–40 letters, digits or single dashes, beginning with a letter, neither reserved nor taken."""
    if not SUBDOMAIN.fullmatch(subdomain):
        raise SignupRefused(
            _("Alamat terdiri dari 3–40 huruf kecil, angka, atau tanda hubung, dan diawali huruf."), field="subdomain"
        )
    if subdomain in settings.RESERVED_SUBDOMAINS or subdomain.startswith("sim-"):
        said = _("Alamat %(address)s tidak dapat dipakai. Pilih yang lain.") % {"address": subdomain}
        raise SubdomainTaken(said, field="subdomain", code="reserved")
    if Domain.objects.filter(domain=host_of(subdomain)).exists():
        said = _("Alamat %(address)s sudah dipakai. Pilih yang lain.") % {"address": subdomain}
        raise SubdomainTaken(said, field="subdomain")


def _check_registration(signup: Signup, catalogue: Catalogue) -> None:
    known = {item.name: item for item in catalogue.product.registration}
    for name in signup.registration:
        if name not in known:
            raise SignupRefused(
                _("Data pendaftaran %(name)s tidak dikenal.") % {"name": name}, field=f"registration.{name}"
            )
    for name, item in known.items():
        written = signup.registration.get(name, "").strip()
        value = answer_to(item, written)
        wrong = item.required if not written else not value or re.fullmatch(item.pattern, value) is None
        if wrong:
            raise SignupRefused(_why_not(item, written, signup.language), field=f"registration.{name}")
        taken = Tenant.objects.filter(product_code=signup.product, **{f"registration__{name}": value})
        if item.unique and value and taken.exists():
            facts = {"label": item.label.of(signup.language), "value": value}
            raise AlreadyRegistered(
                _("%(label)s %(value)s sudah terdaftar. Hubungi kami bila ini lembaga Anda.") % facts,
                field=f"registration.{name}",
            )


def _why_not(item: RegistrationField, written: str, language: str) -> str:
    facts = {"label": item.label.of(language), "value": written}
    if written and item.error:
        return item.error.of(language)
    if written and item.choices:
        return _("%(label)s %(value)s tidak dikenal.") % facts
    return _("Isi %(label)s.") % facts


def _reserve(signup: Signup, catalogue: Catalogue, made: Quote, now: datetime) -> Tenant:
    _hold_registration(signup, catalogue)
    _check_registration(signup, catalogue)
    tenant = _new_tenant(signup, catalogue, now)
    tenant.save(force_insert=True)
    Domain.objects.create(domain=host_of(signup.subdomain), tenant=tenant, is_primary=True)
    _welcome_owner(signup, tenant)
    refer(tenant=tenant, code=signup.referral, on=local_today(tenant, now))
    if signup.taken:
        months = made.offer.interval_months
        enrol(tenant=tenant, taken=signup.taken, interval_months=months, on=local_today(tenant, now))
    # Last: the counter of a limited offer is held until this transaction ends, and others wait for it.
    taking = Taking(tenant, local_today(tenant, now))
    join_groups(made=made, offers=signup.offers, taking=taking)
    want_offers(discounts=made.later, taking=taking)
    at_once = [item.discount for item in made.agreement.discounts if item.discount.group is None]
    redeem(discounts=as_named(at_once, signup.offers), taking=taking)
    return tenant


def _hold_registration(signup: Signup, catalogue: Catalogue) -> None:
    """Registration numbers live in JSON, so their uniqueness is held by a lock on the number instead of an index.

    On the number as it is stored: one typed with a space beside it is the same school.
    """
    numbers = {
        item.name: signup.registration.get(item.name, "").strip()
        for item in catalogue.product.registration
        if item.unique
    }
    for name, number in numbers.items():
        if number:
            hold(f"{signup.product}:{name}:{number}")


def _new_tenant(signup: Signup, catalogue: Catalogue, now: datetime) -> Tenant:
    """The tenant's row, not saved yet: waiting for its schema, with what was asked for and on which of its own days."""
    tenant = Tenant(
        schema_name=f"t_{signup.subdomain.replace('-', '_')}",
        name=signup.name.strip(),
        product_code=signup.product,
        timezone=signup.timezone,
        language=signup.language,
        contact_name=signup.contact_name.strip()[:200],
        contact_email=signup.contact_email.strip().lower(),
        contact_phone=signup.contact_phone.strip()[:30],
        address=signup.address.strip()[:300],
        registration=answers_to(catalogue.product.registration, signup.registration),
        organisation=signup.organisation,
        provisioning_step=1,
        is_test=settings.DEMO,
    )
    today = local_today(tenant, now)
    # In the demo every tenant has a test clock, so that a visitor can see a year pass.
    tenant.clock_on = today if settings.DEMO else None
    tenant.signup = _asked(signup) | {"on": today.isoformat()}
    return tenant


def _asked(signup: Signup) -> dict[str, object]:
    """What was chosen, for the background that makes the tenant: {"quantity": "150", "plan": None, …}."""
    asked: dict[str, object] = {
        "quantity": str(signup.quantity),
        "plan": signup.plan,
        "interval_months": signup.interval_months,
    }
    if signup.addons:
        asked["addons"] = {code: str(count) for code, count in signup.addons.items()}
    if signup.anchor:
        asked["anchor"] = signup.anchor
    if signup.offers:
        asked["offers"] = list(signup.offers)
    if signup.taken:
        # whole, not by name: the schema is made later, and the experiment may be over by then
        asked["variants"] = [variant.model_dump(mode="json") for variant in signup.variants]
    return asked


def _known_email() -> SignupRefused:
    said = _("Email ini sudah memiliki akun. Masuk dulu, lalu daftarkan lembaga baru.")
    return SignupRefused(said, field="contact_email", code="known_email")


def _welcome_owner(signup: Signup, tenant: Tenant) -> None:
    """Who signs up owns the tenant: the person logged in, or a new login. A known address must log in first."""
    user = signup.user
    if user is None and signup.password:
        email = signup.contact_email.strip().lower()
        if User.objects.filter(email__iexact=email).exists():
            raise _known_email()
        user = User.objects.create_user(
            email,
            signup.password,
            first_name=signup.contact_name[:150],
            phone=signup.contact_phone[:30],
            language=signup.language,
        )
    if user is not None:
        Membership.objects.create(user=user, tenant=tenant, role=Role.OWNER)


def withdraw_signup(*, tenant: Tenant) -> None:
    """Remove a sign-up that could not be provisioned, so that its name and address are free again."""
    with transaction.atomic():
        # Locked, so that a worker that claims it again at this moment waits and finds nothing.
        if (
            Tenant.objects.select_for_update()
            .filter(pk=tenant.pk, provisioning=Tenant.ProvisioningState.FAILED)
            .exists()
        ):
            drop_schema(tenant=tenant)
            forget_hosts(tenant)
            give_back(tenant=tenant)
            Domain.objects.filter(tenant=tenant).delete()
            Tenant.objects.filter(pk=tenant.pk).delete()


def _wish(signup: Signup, catalogue: Catalogue, now: datetime) -> Wish:
    probe = Tenant(timezone=signup.timezone)
    return Wish(
        product=signup.product,
        quantity=signup.quantity,
        on=local_today(probe, now),
        plan=signup.plan,
        interval_months=signup.interval_months,
        addons=signup.addons,
        variants=signup.variants,
        offers=tuple(signup.offers),
        registration=answers_to(catalogue.product.registration, signup.registration),
        anchor=signup.anchor,
    )


def host_of(subdomain: str) -> str:
    """The host name of an address: `sman1` → `sman1.langganan.id`."""
    return f"{subdomain}.{settings.BASE_DOMAIN}"
