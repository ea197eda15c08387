"""The code of 1–999 rupiah that tells transfers of one sum to one account apart."""

import secrets
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from billing.errors import NoUniqueCode
from billing.gateways.models import OPEN_TRANSFERS, BankTransfer
from tenants.models import Tenant

CODES = range(1, 1000)
# A code taken by somebody else in the same instant is found out by the database; each round looks anew at what is free.
_ROUNDS = 100


@dataclass(frozen=True, slots=True)
class Ask:
    """What a transfer asks for and where it goes, before it has its code."""

    issuer: str
    documents: list[str]
    amount: int
    bank: str
    account: str
    on: date


def give_code(*, tenant: Tenant, ask: Ask) -> BankTransfer:
    """Store the transfer under a random free code; NoUniqueCode if all 999 are in use. The database has the last
    word.
    """
    for _round in range(_ROUNDS):
        code = secrets.choice(_free_codes(ask))
        # Whoever asks for the same amount at the same time makes this insert wait, then fail: look again.
        with suppress(IntegrityError), transaction.atomic():
            return BankTransfer.objects.create(
                tenant=tenant,
                issuer_code=ask.issuer,
                documents=ask.documents,
                amount=ask.amount,
                code=code,
                asked=ask.amount + code,
                bank=ask.bank,
                account=ask.account,
                announced_on=ask.on,
                expires_on=ask.on + timedelta(days=settings.TRANSFER_DAYS),
            )
    raise _no_code()


def _free_codes(ask: Ask) -> list[int]:
    """Codes whose amount no open transfer to the account asks for; another amount with another code may be the same
    sum.
    """
    asked = BankTransfer.objects.filter(
        account=ask.account,
        state__in=OPEN_TRANSFERS,
        asked__range=(ask.amount + CODES[0], ask.amount + CODES[-1]),
    )
    taken = set(asked.values_list("asked", flat=True))
    free = [code for code in CODES if ask.amount + code not in taken]
    if not free:
        raise _no_code()
    return free


def _no_code() -> NoUniqueCode:
    return NoUniqueCode(_("Kode unik untuk jumlah ini sedang habis. Coba lagi nanti, atau bayar lewat Midtrans."))
