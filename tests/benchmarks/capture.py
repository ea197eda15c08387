"""What a run of the product has written, as statements that would write the same: the content of the floor."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.benchmarks.database import connect
from tests.benchmarks.fleet import Member
from tests.benchmarks.moulds import Mould, columns_of, read_as_text, tenant_tables
from tests.benchmarks.staging import Moulds, base_rows

TENANTS_PER_CONNECTION = 300
PUBLIC = ("tenants_tenant", "tenants_event", "tenants_stafftask")
Row = tuple[str | None, ...]
Columns = Mapping[str, list[str]]


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
    with connect(autocommit=True) as connection:
        public = {table: columns_of(connection, table) for table in PUBLIC}
    for at in range(0, len(fleet), TENANTS_PER_CONNECTION):
        with connect(autocommit=True) as connection:
            part = fleet[at : at + TENANTS_PER_CONNECTION]
            found += [_of(connection, member, moulds[member.product], public) for member in part]
    return found


def _of(connection: Any, member: Member, mould: Mould, public: Columns) -> Written:
    base, result = base_rows(mould, member), Written(member)
    for table in tenant_tables():
        name, columns = f'"{member.schema}"."{table}"', mould.tables[table][0]
        now = read_as_text(connection, name, columns)
        result.changes += _changes(name, columns, base[table], now)
        if table == "billing_document":
            issued = [dict(zip(columns, row, strict=True)) for row in now if row[0] not in base[table]]
            result.numbers = [(member.product, str(one["kind"]), str(one["issued_on"])[:4]) for one in issued]
    result.changes += _public(connection, member, mould, public)
    return result


def _changes(table: str, columns: Sequence[str], before: Mapping[str, Row], now: Sequence[Row]) -> Iterator[Change]:
    for row in now:
        key, old = str(row[0]), before.get(str(row[0]))
        if old is None:
            yield Change(table, key, new=True, values=dict(zip(columns, row, strict=True)))
        elif old != row:
            changed = {name: new for name, was, new in zip(columns, old, row, strict=True) if was != new}
            yield Change(table, key, new=False, values=changed)


def _public(connection: Any, member: Member, mould: Mould, columns: Columns) -> Iterator[Change]:
    """The tenant's row as far as it changed, new events (their ids are the sequence's) and tasks for people."""
    table, events, tasks = PUBLIC
    (row,) = read_as_text(connection, table, columns[table], "id = %s", [member.id])
    standing = dict(zip(columns[table], row, strict=True))
    changed = {name: standing[name] for name, was in mould.standing.items() if standing[name] != was}
    if changed:
        yield Change(table, str(member.id), new=False, values=changed)
    told = read_as_text(connection, events, columns[events], "tenant_id = %s ORDER BY tenants_event.id", [member.id])
    for row in told[len(mould.events[1]) :]:
        yield Change(events, "", new=True, values=dict(zip(columns[events][1:], row[1:], strict=True)))
    for row in read_as_text(connection, tasks, columns[tasks], "tenant_id = %s", [member.id]):
        yield Change(tasks, str(row[0]), new=True, values=dict(zip(columns[tasks], row, strict=True)))


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
