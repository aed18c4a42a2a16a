"""The county at work: officers who act through the actions, and what then holds."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest
from sqlalchemy import event, select
from sqlmodel import col

from live.audience import Level
from live.event import Touch
from models.agencies import Officer
from models.audit import AuditRow
from models.cabinet import METADATA
from models.grants import Grant, Resource
from models.journal import JournalEntry
from models.sign_ins import Factor, SignIn
from models.tasks import CheckIn
from ops.access.asker import Asker
from ops.access.audiences import audience_of
from ops.actions.check_ins import check_in
from ops.actions.grants import Given, give_access
from ops.actions.posts import NewPost, make_post
from ops.actions.reports import NewReport, write_report
from ops.actions.terms import Terms
from ops.errors import Refusal
from ops.transaction import JOURNAL_LOCK, Desk
from tests import cast
from tests.cast import DAY, NOW, County

TERMS = Terms(
    level="read",
    necessity="They work on the same farm.",
    purpose="Protecting workers",
    basis="Public task",
    until=NOW + 10 * DAY,
)
LOCKED = "the journal's lock"  # how it stands among noted statements


@dataclass
class Office:
    """A desk, the county whose cabinet it writes to, and who stands at it."""

    desk: Desk
    county: County

    async def asks(self, officer: Officer) -> Asker:
        """Give the officer as one who asks now."""
        return await cast.asker(self.desk.database, officer, self.desk.clock.now())

    async def asks_confirmed(
        self, officer: Officer, by: Factor = Factor.PASSKEY, ago: timedelta = timedelta(0)
    ) -> Asker:
        """Give the officer as one who asks in a sign-in of their own, confirmed so long ago by that."""
        now = self.desk.clock.now()
        signed_in = SignIn(
            officer_id=officer.id,
            secret_hash=cast.new_id().hex,
            started_at=now - ago,
            seen_at=now,
            expires_at=now + DAY,
            factor=by,
            confirmed_at=now - ago,
            confirmed_by=by,
        )
        await cast.file(self.desk.database, signed_in)
        return replace(await self.asks(officer), sign_in=signed_in.id)

    async def later(self, by: timedelta = timedelta(minutes=1)) -> None:
        """Let time pass."""
        self.desk.clock.set(self.desk.clock.now() + by)

    async def level(self, officer: Officer, resource: Resource) -> Level:
        """Give how far an officer's access to a thing goes now."""
        asks = await self.asks(officer)
        async with self.desk.database.reading() as session:
            audience = await audience_of(session, resource.id)
        return audience.at(asks.at).level(asks.keys)

    async def levels(self, resource: Resource) -> dict[str, Level]:
        """Give everybody's level, those with none left out."""
        found = {name: await self.level(officer, resource) for name, officer in self.county.everyone().items()}
        return {name: level for name, level in found.items() if level}

    async def give(self, giver: Officer, resource: Resource, who: str, **terms: object) -> str:
        """Give access on the usual terms, but for those named here."""
        given = Given(who, replace(TERMS, **terms))  # type: ignore[arg-type]  # the test names fields of Terms
        return await give_access(self.desk, await self.asks(giver), resource.kind, resource.reference, given)

    async def write(self, author: Officer, **fields: object) -> Resource:
        """Write a report in the case on the usual terms, but for what is named here."""
        usual = NewReport(self.county.case.reference, "Seen today", "Words.", "other", cast.new_id().hex, TERMS)
        new = replace(usual, **fields)  # type: ignore[arg-type]  # the test names fields of NewReport
        reference = await write_report(self.desk, await self.asks(author), new, [])
        return await self.resource(reference)

    async def post(self, author: Officer, **fields: object) -> Resource:
        """Post on the operation, to everyone at the farm but for what is named here."""
        usual = NewPost(self.county.operation.reference, "Words.", "site", cast.new_id().hex)
        place = {} if fields.keys() & {"task", "site"} else {"site": self.county.farm.reference}
        new = replace(usual, **place | fields)  # type: ignore[arg-type]  # the test names fields of NewPost
        return await self.resource(await make_post(self.desk, await self.asks(author), new, []))

    async def say(self, officer: Officer, kind: str, note: str = "", key: str = "") -> None:
        """Check in on the operation."""
        await check_in(self.desk, await self.asks(officer), self.county.operation.reference, kind, note, key)

    async def check_ins(self, kind: str) -> list[CheckIn]:
        """Give what was said of one kind, in order."""
        async with self.desk.database.reading() as session:
            rows = await session.execute(select(CheckIn).where(col(CheckIn.kind) == kind).order_by(col(CheckIn.id)))
            return list(rows.scalars())

    @contextmanager
    def statements(self) -> Iterator[list[str]]:
        """Note what acts ask the database, each transaction from its BEGIN; not how many ids they name."""
        seen: list[str] = []

        def note(*told: object) -> None:
            seen.append(LOCKED if told[3] == (JOURNAL_LOCK,) else str(told[2]).partition(" IN (")[0])

        def begin(_connection: object) -> None:
            seen.append("BEGIN")

        engine = self.desk.database._writer.sync_engine
        event.listen(engine, "before_cursor_execute", note)
        event.listen(engine, "begin", begin)
        yield seen
        event.remove(engine, "before_cursor_execute", note)
        event.remove(engine, "begin", begin)

    async def resource(self, reference: str) -> Resource:
        """Give the resource of a reference."""
        async with self.desk.database.reading() as session:
            rows = await session.execute(select(Resource).where(col(Resource.reference) == reference))
            return rows.scalar_one()

    async def grants(self, resource: Resource) -> list[Grant]:
        """Give every grant there ever was on a thing, the oldest first."""
        async with self.desk.database.reading() as session:
            rows = await session.execute(
                select(Grant).where(col(Grant.resource_id) == resource.id).order_by(col(Grant.id))
            )
            return list(rows.scalars())

    async def journal(self) -> list[JournalEntry]:
        """Give the journal in order."""
        async with self.desk.database.reading() as session:
            rows = await session.execute(select(JournalEntry).order_by(col(JournalEntry.position)))
            return list(rows.scalars())

    async def audited(self) -> list[tuple[str, list[str]]]:
        """Give each audited act with its references, in order."""
        async with self.desk.database.reading() as session:
            rows = await session.execute(select(AuditRow).order_by(col(AuditRow.id)))
            return [(row.act, row.references) for row in rows.scalars()]

    async def told(self) -> list[tuple[str, str]]:
        """Give each fact with what it touches, in order."""
        return [(entry.kind, Touch(entry.touches).value) for entry in await self.journal()]

    @asynccontextmanager
    async def refusing(self, *kinds: type[Refusal]) -> AsyncIterator[pytest.ExceptionInfo[Refusal]]:
        """Expect a refusal, and that it leaves every row in the cabinet as it was."""
        before = await self._everything()
        with pytest.raises(kinds) as refused:
            yield refused
        assert await self._everything() == before

    async def _everything(self) -> dict[str, list[str]]:
        async with self.desk.database.reading() as session:
            return {
                table.name: sorted(repr(tuple(row)) for row in await session.execute(select(table)))
                for table in METADATA.sorted_tables
            }


def words(refused: pytest.ExceptionInfo[Refusal]) -> dict[str, str]:
    """Give the message beside each field of a refused form."""
    return getattr(refused.value, "messages", {})
