"""What of a mould has to differ from tenant to tenant: found once in a text, put in for each tenant in a single pass."""

import re
from collections.abc import Callable
from uuid import UUID

from tests.benchmarks.fleet import Member
from tests.benchmarks.moulds import Mould


class Cast:
    """A mould's ids, document numbers, tenant and schema, to be replaced by a member's own.

    "INSERT INTO t_mould_due_xclass.billing_document VALUES ('0193…', 'INV/2026/7')" becomes, for tenant 12,
    "INSERT INTO t_bench_000012.billing_document VALUES ('0193…', 'INV/2026/7/12')".
    """

    def __init__(self, mould: Mould) -> None:
        self._mould = mould
        known = [*mould.ids, *mould.numbers, mould.tenant_id, mould.schema]
        # The longest first: one number may begin like another.
        self._known = re.compile("|".join(re.escape(name) for name in sorted(known, key=len, reverse=True)))

    def of(self, member: Member) -> Callable[[str], str]:
        """Makes a text of the mould one of this member."""
        mould, number = self._mould, member.number
        own = {key: derived(key, number) for key in mould.ids}
        own |= {name: f"{name}/{number}" for name in mould.numbers}
        own |= {mould.tenant_id: str(member.id), mould.schema: member.schema}
        return lambda text: self._known.sub(lambda found: own[found[0]], text)


def derived(key: str, number: int) -> str:
    """A time-ordered id of the same instant, another for every tenant, and the same one every time."""
    return str(UUID(int=UUID(key).int ^ number))
