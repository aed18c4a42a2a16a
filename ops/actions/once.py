"""A command that arrives twice happens once: its client's key is kept with what it answered."""

import hashlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import bindparam, select, text, update
from sqlmodel import col

from models.base import new_id, new_row, table_of
from models.journal import Answer
from ops.access.asker import Asker
from ops.errors import Invalid
from ops.transaction import Desk, Work

KEPT_FOR = timedelta(hours=72)  # a phone may come back after a weekend without signal
LONGEST_KEY = 80

_KEPT = select(table_of(Answer).c.body_hash, table_of(Answer).c.reference).where(
    table_of(Answer).c.officer_id == bindparam("officer"), table_of(Answer).c.key == bindparam("key")
)


async def answered_before(work: Work, key: str, body: str) -> str | None:
    """Give the reference that this key's first command made, if it came before.

    Raises Invalid for a missing key and for the same key with another body. Of two retries at once the second waits
    here until the first is filed, so that both are told of the one row.
    """
    if not usable(key):
        raise Invalid({"key": "This form lost its key. Send it again; what you typed is kept."})
    await _one_at_a_time(work, key)
    answer = (
        _kept_here(work).get((work.asker.officer, key))
        or (await work.session.execute(_KEPT, {"officer": work.asker.officer, "key": key})).one_or_none()
    )
    if answer is None:
        return None
    kept_hash, reference = answer
    if kept_hash != body_hash(body):
        raise Invalid({"key": "This form was already sent with other words. Open a new one for a second post."})
    return reference


def usable(key: str) -> bool:
    """Say whether a command can be kept under this key; a form with another one needs a new one."""
    return 0 < len(key) <= LONGEST_KEY


def keep_answer(work: Work, key: str, body: str, reference: str) -> None:
    """Keep what a command made, in its own transaction."""
    _kept_here(work)[work.asker.officer, key] = (body_hash(body), reference)
    work.file_last(
        new_row(
            Answer,
            id=new_id(),
            officer_id=work.asker.officer,
            key=key,
            body_hash=body_hash(body),
            reference=reference,
            at=work.asker.at,
        )
    )


def _kept_here(work: Work) -> dict[tuple[UUID, str], tuple[str, str]]:
    """Give what was kept in this transaction, which several may share, and is not filed before its end."""
    kept: dict[tuple[UUID, str], tuple[str, str]] = work.session.info.setdefault(keep_answer, {})
    return kept


class AnsweredBeforeError(Exception):
    """This command was done before; nothing was done again."""

    def __init__(self, reference: str) -> None:
        """Take what the first one made; empty for one that made nothing."""
        super().__init__("answered before")
        self.reference = reference


@dataclass(frozen=True)
class OnceDesk(Desk):
    """A desk for one command of a program: its key is filed in the command's own transaction, and stops a second one.

    For acts that keep no key themselves. Raises AnsweredBeforeError for a retry, Invalid for the same key with another
    body.
    """

    key: str
    body: str

    @asynccontextmanager
    async def work(self, asker: Asker, *, changes_access: bool = False, in_line: bool = False) -> AsyncIterator[Work]:
        """Open the one transaction of the command."""
        async with super().work(asker, changes_access=changes_access, in_line=in_line) as work:
            before = await answered_before(work, self.key, self.body)
            if before is not None:
                raise AnsweredBeforeError(before)
            yield work
            keep_answer(work, self.key, self.body, "")

    async def made(self, asker: Asker, reference: str) -> None:
        """Keep what the command made, for a retry to be told."""
        async with self.database.writing() as session:
            await session.execute(
                update(Answer)
                .where(col(Answer.officer_id) == asker.officer, col(Answer.key) == self.key)
                .values(reference=reference)
            )


async def _one_at_a_time(work: Work, key: str) -> None:
    """Let one command of this officer and key through at a time; on SQLite, or under the journal's lock, one is."""
    if not work.locked and work.session.get_bind().dialect.name != "sqlite":
        digest = hashlib.sha256(f"{work.asker.officer.hex} {key}".encode()).digest()
        lock = int.from_bytes(digest[:8], signed=True)
        await work.session.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": lock})


def body_hash(body: str) -> str:
    """Hash what was sent; the words themselves are not kept a second time."""
    return hashlib.sha256(body.encode()).hexdigest()
