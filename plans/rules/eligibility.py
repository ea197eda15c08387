"""Who may have which offer, and the reason where somebody may not. Codes are read as people type them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import combinations

from plans.errors import CatalogueError
from plans.rules.catalogue import Catalogue, Charge, PriceBook, Text
from plans.rules.discounts import Discount
from plans.rules.spelling import spell_day


@dataclass(frozen=True, slots=True)
class Asked:
    """Who asks: on which day, for which plan, how often billed, with which charges.

    `registration` is None where nothing is known of it yet (a price preview); then offers are shown as if it fitted.
    """

    on: date
    plan: str
    plan_name: Text
    interval_months: int
    charges: tuple[Charge, ...]
    registration: Mapping[str, str] | None = None


def choose_discounts(catalogue: Catalogue, codes: Sequence[str], asked: Asked) -> tuple[Discount, ...]:
    """The offers of these codes, in the catalogue's order; a `CatalogueError` on "offers[0]" says why one is refused.

    C4: `launch30` on 1 June 2026 from Jawa Barat → 30 % off; from Bali → "hanya untuk Provinsi: Jawa Barat".
    """
    named = list(dict.fromkeys(code.strip().lower() for code in codes))
    chosen = [check_discount(catalogue, code, asked, at) for at, code in enumerate(named)]
    check_together(chosen, asked.charges)
    return in_file_order(catalogue, chosen)


def in_file_order(catalogue: Catalogue, discounts: Sequence[Discount]) -> tuple[Discount, ...]:
    """The same in the order of the catalogue: the order in which percentages are taken, whoever typed them."""
    places = {item.code: at for at, item in enumerate(catalogue.offers)}
    return tuple(sorted(discounts, key=lambda item: places.get(item.code, len(places))))


def open_discounts(catalogue: Catalogue, book: PriceBook, on: date) -> tuple[Discount, ...]:
    """The offers that a code opens to who signs up on a day, in the catalogue's order; those of staff are nobody's to see.

    C4: `launch30` from 1 January to 31 December 2026; one that takes nothing off any price of the book is left out.
    """
    return tuple(
        item
        for item in catalogue.offers
        if item.by == "code"
        and (item.from_ is None or item.from_ <= on)
        and (item.until is None or on <= item.until)
        and any(item.is_for(charge) and _has_a_plan(item, charge) for charge in book.charges)
    )


def _has_a_plan(discount: Discount, charge: Charge) -> bool:
    """Whether some plan and rhythm that a charge comes with may have the offer."""
    rhythms = charge.rhythms or discount.intervals or (charge.interval_months,)
    return any(discount.is_for_plan(plan, months) for plan in charge.plans for months in rhythms)


def as_named(discounts: Sequence[Discount], codes: Sequence[str]) -> tuple[Discount, ...]:
    """The same in the order of the codes that were typed, by which a refusal names its field."""
    named = list(dict.fromkeys(code.strip().lower() for code in codes))
    return tuple(sorted(discounts, key=lambda item: named.index(item.code)))


def find_discount(catalogue: Catalogue, code: str, at: int = 0) -> Discount:
    """The offer of a code; unknown is a `CatalogueError`."""
    for item in catalogue.offers:
        if item.code == code.strip().lower():
            return item
    raise refused(at, "unknown_offer", f"Penawaran “{code[:60]}” tidak ada.", f"There is no offer “{code[:60]}”.")


def check_discount(catalogue: Catalogue, code: str, asked: Asked, at: int = 0) -> Discount:
    """One offer, unless who asks may not have it."""
    discount = find_discount(catalogue, code, at)
    if discount.by == "reward":
        raise refused(
            at,
            "offer_is_earned",
            f"Penawaran {discount.name.id} didapat dengan mengajak pelanggan lain.",
            f"Offer {discount.name.en} is earned by referring others.",
        )
    if discount.by == "staff":
        raise refused(
            at,
            "offer_by_staff",
            f"Penawaran {discount.name.id} hanya diberikan oleh staf kami.",
            f"Offer {discount.name.en} is given by our staff alone.",
        )
    _check_window(discount, asked.on, at)
    check_place(discount, asked, at)
    _check_registration(catalogue, discount, asked, at)
    return discount


def _check_window(discount: Discount, on: date, at: int) -> None:
    if discount.from_ is not None and on < discount.from_:
        raise refused(
            at,
            "offer_not_begun",
            f"Penawaran {discount.name.id} baru berlaku mulai {spell_day(discount.from_, 'id')}.",
            f"Offer {discount.name.en} begins on {spell_day(discount.from_, 'en')}.",
        )
    if discount.until is not None and on > discount.until:
        raise refused(
            at,
            "offer_over",
            f"Penawaran {discount.name.id} berakhir {spell_day(discount.until, 'id')}.",
            f"Offer {discount.name.en} ended on {spell_day(discount.until, 'en')}.",
        )


def check_place(discount: Discount, asked: Asked, at: int = 0) -> None:
    """Refuse a plan or interval that the offer is not for, and one of which it takes nothing off."""
    for_plan = discount.is_for_plan(asked.plan, asked.interval_months)
    if for_plan and any(discount.is_for(charge) for charge in asked.charges):
        return
    raise refused(
        at,
        "offer_for_other_plan",
        f"Penawaran {discount.name.id} tidak berlaku untuk paket {asked.plan_name.id} dengan masa tagih ini.",
        f"Offer {discount.name.en} is not for plan {asked.plan_name.en} in this billing rhythm.",
    )


def _check_registration(catalogue: Catalogue, discount: Discount, asked: Asked, at: int) -> None:
    labels = {item.name: item.label for item in catalogue.product.registration}
    for name, wanted in discount.registration.items():
        if asked.registration is None or _folded(asked.registration.get(name, "")) in map(_folded, wanted):
            continue
        label, listed = labels.get(name, Text(id=name, en=name)), ", ".join(wanted)
        raise refused(
            at,
            "offer_for_others",
            f"Penawaran {discount.name.id} hanya untuk {label.id}: {listed}.",
            f"Offer {discount.name.en} is only for {label.en}: {listed}.",
        )


def check_together(discounts: Sequence[Discount], charges: Sequence[Charge], field: str = "offers") -> None:
    """Refuse two offers that take something off the same charge, unless both say that they combine."""
    for one, other in combinations(discounts, 2):
        shared = any(one.is_for(charge) and other.is_for(charge) for charge in charges)
        if shared and not (one.combines and other.combines):
            raise CatalogueError(
                f"Penawaran {one.name.id} dan {other.name.id} tidak dapat digabung.",
                field=field,
                code="offers_do_not_combine",
                data={"en": f"Offers {one.name.en} and {other.name.en} cannot be combined."},
            )


def used_up(discount: Discount, at: int = 0) -> CatalogueError:
    """All redemptions are taken: K9's fifty-first customer."""
    most = discount.redemptions
    return refused(
        at,
        "offer_used_up",
        f"Penawaran {discount.name.id} untuk {most} pelanggan pertama sudah habis.",
        f"Offer {discount.name.en} for the first {most} customers is used up.",
    )


def used_before(discount: Discount, at: int = 0) -> CatalogueError:
    """This customer has had it as often as it may."""
    return refused(
        at,
        "offer_used",
        f"Penawaran {discount.name.id} sudah Anda pakai.",
        f"You have used offer {discount.name.en} already.",
    )


def not_the_first(discount: Discount, at: int = 0) -> CatalogueError:
    """For a first order alone, and this is none."""
    return refused(
        at,
        "offer_for_first_order",
        f"Penawaran {discount.name.id} hanya untuk pendaftaran pertama.",
        f"Offer {discount.name.en} is for a first sign-up alone.",
    )


def group_closed(discount: Discount, at: int = 0) -> CatalogueError:
    """The group of a code takes nobody any more, or there is none (C7)."""
    return refused(
        at,
        "group_closed",
        f"Kelompok untuk penawaran {discount.name.id} sudah ditutup. Kode {discount.code} membuka yang baru.",
        f"The group for offer {discount.name.en} is closed. Code {discount.code} opens a new one.",
    )


def needs_no_document(discount: Discount, at: int = 0) -> CatalogueError:
    """An offer that is had by its code or from staff, and not for a document."""
    return refused(
        at,
        "offer_without_document",
        f"Penawaran {discount.name.id} tidak memerlukan dokumen.",
        f"Offer {discount.name.en} asks for no document.",
    )


def refused(at: int, code: str, text_id: str, text_en: str) -> CatalogueError:
    """Why not, on the field of the code that was given."""
    return CatalogueError(text_id, field=f"offers[{at}]", code=code, data={"en": text_en})


def _folded(value: str) -> str:
    return " ".join(value.casefold().split())
