"""What a run of the product has written, as statements that would write the same: the content of the floor."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.benchmarks.database import connect
from tests.benchmarks.fleet import Member
from tests.benchmarks.moulds import read_as_text, tenant_tables
from tests.benchmarks.staging import Moulds, base_rows

TENANTS_PER_CONNECTION = 300
Row = tuple[str | None, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """One row: the table as SQL names it, whether it is new, and the columns with their values (of an old row only those
    that changed)."""

    table: str
    key: str
    new: bool
    values: dict[str, str | None]

    def statement(self) -> tuple[str, list[str | None]]:
        """One statement that writes this row, and its parameters."""
        names, values = list(self.values), list(self.values.values())
        if self.new:
            columns, marks = ", ".join(f'"{name}"' for name in names), ", ".join(["%s"] * len(names))
            return f"INSERT INTO {self.table} ({columns}) VALUES ({marks})", values
        settings = ", ".join(f'"{name}" = %s' for name in names)
        return f"UPDATE {self.table} SET {settings} WHERE id = %s", [*values, self.key]


@dataclass(slots=True)
class Written:
    """All rows a run wrote for one tenant; `numbers` are the series numbers were taken of (series, kind, year)."""

    member: Member
    changes: list[Change] = field(default_factory=list)
    numbers: list[tuple[str, str, str]] = field(default_factory=list)

    def counts(self) -> Counter[str]:
        """Rows by table and kind, the schema left out: {"billing_document +": 1, …}."""
        named = (f"{item.table.rpartition('.')[2].strip(chr(34))} {'+' if item.new else '~'}" for item in self.changes)
        return Counter(named)


def written(fleet: Sequence[Member], moulds: Moulds) -> list[Written]:
    """Compare these tenants with how they were staged. One read per table, on connections that are replaced in time."""
    found = []
    for at in range(0, len(fleet), TENANTS_PER_CONNECTION):
        with connect(autocommit=True) as connection:
            found += [_of(connection, member, moulds) for member in fleet[at : at + TENANTS_PER_CONNECTION]]
    return found


def _of(connection: Any, member: Member, moulds: Moulds) -> Written:
    mould = moulds[member.product]
    base = base_rows(mould, member)
    result = Written(member)
    for table in tenant_tables():
        columns, now = read_as_text(connection, f'"{member.schema}"."{table}"')
        name = f'"{member.schema}"."{table}"'
        result.changes += _changes(name, columns, base[table], now)
        if table == "billing_document":
            result.numbers = [
                _number(dict(zip(columns, row, strict=True)), member) for row in now if row[0] not in base[table]
            ]
    result.changes += _public(connection, member, moulds)
    return result


def _number(document: dict[str, str | None], member: Member) -> tuple[str, str, str]:
    return member.product, str(document["kind"]), str(document["issued_on"])[:4]


def _changes(table: str, columns: list[str], before: dict[str, Row], now: Sequence[Row]) -> Iterator[Change]:
    for row in now:
        key, old = str(row[0]), before.get(str(row[0]))
        if old is None:
            yield Change(table, key, new=True, values=dict(zip(columns, row, strict=True)))
        elif old != row:
            changed = {name: new for name, was, new in zip(columns, old, row, strict=True) if was != new}
            yield Change(table, key, new=False, values=changed)


def _public(connection: Any, member: Member, moulds: Moulds) -> Iterator[Change]:
    mould = moulds[member.product]
    columns, rows = read_as_text(connection, "tenants_tenant", "id = %s", [member.id])
    standing = dict(zip(columns, rows[0], strict=True))
    changed = {name: standing[name] for name, was in mould.standing.items() if standing[name] != was}
    if changed:
        yield Change("tenants_tenant", str(member.id), new=False, values=changed)
    known = len(mould.events[1])
    columns, events = read_as_text(connection, "tenants_event", "tenant_id = %s ORDER BY id", [member.id])
    for row in events[known:]:
        yield Change("tenants_event", "", new=True, values=dict(zip(columns[1:], row[1:], strict=True)))
    columns, tasks = read_as_text(connection, "tenants_stafftask", "tenant_id = %s", [member.id])
    for row in tasks:
        yield Change("tenants_stafftask", str(row[0]), new=True, values=dict(zip(columns, row, strict=True)))


def differences(first: Written, second: Written) -> str:
    """What one run wrote and the other did not, row by row; empty where both wrote the same."""
    ours, theirs = _flat(first), _flat(second)
    lines = [f"only the first: {item}" for item in ours - theirs] + [
        f"only the second: {item}" for item in theirs - ours
    ]
    return "\n".join([first.member.schema, *sorted(lines)]) if lines else ""


def _flat(found: Written) -> Counter[tuple[str, ...]]:
    return Counter(
        (item.table, item.key, *(f"{name}={value}" for name, value in item.values.items())) for item in found.changes
    )
