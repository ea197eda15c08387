"""One transaction over the default database and a tenant's own.

With one database nothing here is in the way. A tenant that lives in another one (a cell) is written together with public rows:
standing, agenda, events, numbers. The default connection leads: while it has a transaction open, the cell's connection joins
it, with every savepoint. At the end the cell prepares, the default database commits, which decides, and the cell commits what
it has prepared. The prepared transaction bears the number of the deciding one, so that after a crash anybody can ask the
default database what was decided (`tenants.services.cells.settle_in_doubt`).
"""

from typing import Any
from uuid import uuid4

import structlog
from django.db import DEFAULT_DB_ALIAS, InternalError, connections, transaction
from psycopg.pq import TransactionStatus

from tenants.backend.places import current_alias
from tenants.backend.session import SessionWrapper

log = structlog.get_logger(__name__)
PREFIX = "langganan:"


class TwoPhaseWrapper(SessionWrapper):
    """A connection that leads others, or is led."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._led: list[TwoPhaseWrapper] = []
        self._joined: transaction.Atomic | None = None

    # --- leading -----------------------------------------------------------------------------------------------------
    def take_in(self, cell: "TwoPhaseWrapper") -> None:
        """Let a cell's connection take part in the transaction that is open here."""
        if cell._joined is None:
            cell._join([sid for sid in self.savepoint_ids if sid is not None])
            self._led.append(cell)

    def set_autocommit(self, autocommit: bool, *args: Any, **kwargs: Any) -> None:
        """A transaction that begins while a cell's tenant is worked on takes the cell in at once."""
        super().set_autocommit(autocommit, *args, **kwargs)
        if not autocommit and self.alias == DEFAULT_DB_ALIAS != current_alias():
            cell: Any = connections[current_alias()]
            self.take_in(cell)

    def _savepoint(self, sid: str) -> None:
        super()._savepoint(sid)
        for cell in self._led:
            cell._savepoint(sid)

    def _savepoint_commit(self, sid: str) -> None:
        super()._savepoint_commit(sid)
        for cell in self._led:
            cell._savepoint_commit(sid)

    def savepoint_rollback(self, sid: str) -> None:
        """Everybody goes back to it."""
        super().savepoint_rollback(sid)
        for cell in self._led:
            cell.needs_rollback = False
            cell.savepoint_rollback(sid)

    def _commit(self) -> None:
        led, self._led = self._led, []
        if not led:
            super()._commit()
            return
        prepared = self._prepare(led)
        # From here on only the default database's word counts: what it does not answer is left to be settled later.
        super()._commit()
        for cell, name in prepared:
            cell._settle(name)

    def _prepare(self, led: "list[TwoPhaseWrapper]") -> "list[tuple[TwoPhaseWrapper, str]]":
        prepared: list[tuple[TwoPhaseWrapper, str]] = []
        try:
            # Trap: Django rolls a failed commit back only where the error is one of its own.
            with self.wrap_database_errors:
                number = self.connection.execute("SELECT pg_current_xact_id()::text").fetchone()[0]
            for cell in led:
                name = f"{PREFIX}{number}:{uuid4().hex}"
                if cell._prepare_as(name):
                    prepared.append((cell, name))
        except Exception:
            for cell, name in prepared:
                cell.connection.execute(f"ROLLBACK PREPARED '{name}'")
            for cell in led:
                cell._leave(rollback=True)
            raise
        return prepared

    def _rollback(self) -> None:
        led, self._led = self._led, []
        try:
            super()._rollback()
        finally:
            for cell in led:
                cell._leave(rollback=True)

    def close(self) -> None:
        """A lost leader decides nothing: the cells roll back."""
        led, self._led = self._led, []
        super().close()
        for cell in led:
            cell._leave(rollback=True)

    # --- being led ---------------------------------------------------------------------------------------------------
    def _join(self, savepoints: list[str]) -> None:
        self._joined = transaction.Atomic(using=self.alias, savepoint=True, durable=False)
        self._joined.__enter__()
        for sid in savepoints:
            self._savepoint(sid)

    def _leave(self, *, rollback: bool) -> None:
        """End the part in another's transaction; after a PREPARE there is nothing left to end."""
        joined, self._joined = self._joined, None
        if joined is not None:
            self.needs_rollback = rollback
            joined.__exit__(None, None, None)

    def _prepare_as(self, name: str) -> bool:
        """Promise to commit. False where nothing was written: that is committed at once."""
        if self.needs_rollback or self.connection.info.transaction_status == TransactionStatus.INERROR:
            raise InternalError(f"The transaction on {self.alias} has failed; nothing of it can be kept.")
        if self.connection.info.transaction_status == TransactionStatus.UNKNOWN:
            raise InternalError(f"The connection to {self.alias} is lost; nothing of its transaction can be kept.")
        # Trap: Django rolls a failed commit back only where the error is one of its own.
        with self.wrap_database_errors:
            wrote = self.connection.execute("SELECT pg_current_xact_id_if_assigned()").fetchone()[0] is not None
            if wrote:
                self.connection.execute(f"PREPARE TRANSACTION '{name}'")
        self._leave(rollback=False)
        return wrote

    def _settle(self, name: str) -> None:
        """Commit what was prepared and decided. A failure is no failure of the caller's: it is settled a little later."""
        try:
            self.connection.execute(f"COMMIT PREPARED '{name}'")
        except self.Database.Error:
            log.exception("commit_in_doubt", database=self.alias, transaction=name)
