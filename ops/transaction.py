"""An officer at work: rows and journal in one commit; the doorbell rings only after it."""

from collections import defaultdict
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, nullcontext
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from functools import cache
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import Insert, func, insert, inspect, select, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import SQLModel

from live.audience import Level
from live.doorbell import Doorbell
from live.event import Touch
from models.audit import Act, AuditRow, refer
from models.base import NewRow, new_id, table_of
from models.database import Database, database_now
from models.found_by import INDEXED, index
from models.grants import Resource
from models.journal import JournalEntry
from models.party import Party
from ops.access.asker import Asker
from ops.access.asking import asked_anew
from ops.access.doors import (
    Found,
    Wanted,
    find,
    find_all,
    find_by_id,
    find_row,
    judge_again,
    standings_again,
)
from ops.access.principals import officers_now
from ops.audit.entries import entry
from ops.clearance import clear
from ops.clock import Clock
from ops.errors import NotFound

JOURNAL_LOCK = 0x7A11B0A4D  # one lock for the one order of the deployment

T = TypeVar("T", bound=SQLModel)


class Fact(StrEnum):
    """What happened, in the past tense. The journal keeps these words."""

    ACCESS_GIVEN = "AccessGiven"
    ACCESS_REVOKED = "AccessRevoked"
    RESOURCE_HELD = "ResourceHeld"
    HOLD_ENDED = "HoldEnded"
    REPORT_WIDENED = "ReportWidened"
    WIDENING_SEEN = "WideningSeen"
    FENCE_RAISED = "FenceRaised"
    FENCE_LIFTED = "FenceLifted"
    OFFICER_CHANGED = "OfficerChanged"
    CASE_OPENED = "CaseOpened"
    CASE_REVISED = "CaseRevised"
    CASE_HANDED_OVER = "CaseHandedOver"
    CASES_LINKED = "CasesLinked"
    LINK_REMOVED = "LinkRemoved"
    REPORT_WRITTEN = "ReportWritten"
    REPORT_REVISED = "ReportRevised"
    WITHDRAWN = "Withdrawn"
    PROFILE_MADE = "ProfileMade"
    OPERATION_PLANNED = "OperationPlanned"
    OPERATION_REVISED = "OperationRevised"
    DETACHMENT_INVITED = "DetachmentInvited"
    DETACHMENT_ANSWERED = "DetachmentAnswered"
    DETACHMENT_JOINED = "DetachmentJoined"
    BRIEFING_PUBLISHED = "BriefingPublished"
    BRIEFING_ACKNOWLEDGED = "BriefingAcknowledged"
    DEBRIEF_NOTED = "DebriefNoted"
    STAGE_REACHED = "StageReached"
    COMMAND_TAKEN = "CommandTaken"
    COMMAND_ACKNOWLEDGED = "CommandAcknowledged"
    SITE_ADDED = "SiteAdded"
    WINDOW_SET = "WindowSet"
    WINDOW_WITHDRAWN = "WindowWithdrawn"
    OVERLAP_SETTLED = "OverlapSettled"
    TASK_MADE = "TaskMade"
    TASK_REVISED = "TaskRevised"
    TASK_MOVED = "TaskMoved"
    TASK_CLAIMED = "TaskClaimed"
    TASK_RELEASED = "TaskReleased"
    POST_MADE = "PostMade"
    POST_CORRECTED = "PostCorrected"
    CHECKED_IN = "CheckedIn"
    FILE_ATTACHED = "FileAttached"
    OUTCOME_RECORDED = "OutcomeRecorded"
    PERSON_MET = "PersonMet"
    PERSON_MOVED = "PersonMoved"
    DECISION_TAKEN = "DecisionTaken"
    DECISION_CONFIRMED = "DecisionConfirmed"
    HEARD_CONFIRMED = "HeardConfirmed"
    ACCESS_ASKED = "AccessAsked"
    REQUEST_MOVED = "RequestMoved"
    GLASS_BROKEN = "GlassBroken"
    GLASS_REVIEWED = "GlassReviewed"
    EMERGENCY_MARKED = "EmergencyMarked"


_APPEND = insert(table_of(JournalEntry))
_HEAD = select(func.coalesce(func.max(table_of(JournalEntry).c.position), 0))


@cache
def _order_of_tables() -> dict[str, int]:
    return {table.name: place for place, table in enumerate(SQLModel.metadata.sorted_tables)}


@cache
def _insert(table: str) -> Insert:
    return insert(SQLModel.metadata.tables[table])


@dataclass
class _Recorded:
    fact: Fact
    touches: Touch
    subject: UUID
    topics: tuple[str, ...]
    stamps: list[tuple[SQLModel | NewRow, str]]


@dataclass(frozen=True, slots=True)
class Done:
    """The places of what one act recorded, none for an act without facts."""

    first: int = 0
    last: int = 0
    changed_access: bool = False


@dataclass
class Work:
    """One transaction of one officer. Whatever passes a door here is judged again before the commit."""

    session: AsyncSession
    asker: Asker
    clock: Clock
    recorded: list[_Recorded] = field(default_factory=list)
    passed: list[tuple[Resource, Level]] = field(default_factory=list)
    last: list[SQLModel | NewRow] = field(default_factory=list)
    audited: list[AuditRow] = field(default_factory=list)  # written when what they name is there to be found
    guests: list["Work"] = field(default_factory=list)  # acts that share this transaction
    locked: bool = False

    def add(self, *rows: SQLModel) -> None:
        """File new rows."""
        self.session.add_all(rows)

    def file_last(self, *rows: SQLModel | NewRow) -> None:
        """File new rows with the transaction's end: a statement a table, and their places in the order with them."""
        if any(isinstance(row, NewRow) and row.model in INDEXED for row in rows):
            raise TypeError("what is found by its words is filed as a mapped row: else nobody ever finds it")
        self.last.extend(rows)

    async def find_all(self, wanted: Sequence[Wanted]) -> list[Found]:
        """Go through several doors at once; see `ops.access.doors.find_all`."""
        every = await find_all(self.session, self.asker, wanted)
        self.passed.extend((found.resource, one.least) for found, one in zip(every, wanted, strict=True))
        return every

    async def find(self, reference: str, kind: str, least: Level = Level.READ) -> Found:
        """Go through the door; see `ops.access.doors.find`."""
        found = await find(self.session, self.asker, reference, kind, least)
        self.passed.append((found.resource, least))
        return found

    async def find_row(self, reference: str, table: type[T], least: Level = Level.READ) -> tuple[T, Found]:
        """Go through the door to a row of its own table."""
        row, found = await find_row(self.session, self.asker, reference, table, least)
        self.passed.append((found.resource, least))
        return row, found

    async def find_by_id(self, resource_id: UUID, least: Level = Level.READ) -> Found:
        """Go through the door to what another found row names."""
        found = await find_by_id(self.session, self.asker, resource_id, least)
        self.passed.append((found.resource, least))
        return found

    def record(
        self,
        fact: Fact,
        subject: UUID,
        topics: tuple[str, ...],
        *stamped: SQLModel | NewRow,
        touches: Touch = Touch.CONTENT,
        stamp: str = "position",
    ) -> None:
        """Note what happened; `stamped` rows receive the fact's place in the journal's order."""
        self.recorded.append(_Recorded(fact, touches, subject, topics, [(row, stamp) for row in stamped]))

    def audit(self, act: Act, *references: str) -> None:
        """Write who did what into the audit, references only. `models.audit.Act` holds every kind of act."""
        self.audited.append(entry(self.asker, act, references))

    async def guest(self, asker: Asker) -> "Work":
        """Let another act share this transaction, which holds the lock, with its own asker asked anew."""
        return Work(self.session, await _asked_anew(self.session, asker, self.clock.now()), self.clock, locked=True)

    async def finish(self) -> Done:
        """Judge every door again under the journal's lock, then append: what one's guests did comes after one's own."""
        if not self.locked:  # whoever held it from the start has missed nothing, and may just have ended their sign-in
            await self.session.flush()
            await self.lock()
            await standings_again(self.session, self.passed)
        acts = [self, *self.guests]
        if any(act.passed for act in acts):
            await judge_again(self.session, [(act.asker, act.passed) for act in acts])
        recorded = [(act.asker, one) for act in acts for one in act.recorded]
        head = int((await self.session.execute(_HEAD)).scalar_one()) if recorded else 0
        numbered = [(head + n, asker, one) for n, (asker, one) in enumerate(recorded, start=1)]
        last = [row for act in acts for row in act.last]
        await self._file_last(last, {id(row): {stamp: n} for n, _, one in numbered for row, stamp in one.stamps})
        kept = {id(row) for row in last}
        for position, _, one in numbered:
            for row, stamp in one.stamps:
                if id(row) not in kept:
                    setattr(row, stamp, position)  # a NewRow is kept for the end, always
        await self.session.flush()
        await self._write_down([row for act in acts for row in act.audited])
        if numbered:
            await self.session.execute(_APPEND, [_entry(*one) for one in numbered])
        access = any(one.touches is not Touch.CONTENT for _, one in recorded)
        return Done(head + 1, head + len(recorded), access) if recorded else Done()

    async def _file_last(self, last: Sequence[SQLModel | NewRow], stamps: Mapping[int, dict[str, int]]) -> None:
        """File the rows that were kept for the end, what others refer to first. One is stamped once: it is new."""
        by_table = defaultdict[str, list[dict[str, Any]]](list)
        for row in last:
            model, values = (row.model, row.values) if isinstance(row, NewRow) else (type(row), inspect(row).dict)
            by_table[table_of(model).name].append({**values, **stamps.get(id(row), {})})
        for table in sorted(by_table, key=_order_of_tables().__getitem__):
            await self.session.execute(_insert(table), by_table[table])
        if mapped := [row for row in last if not isinstance(row, NewRow)]:
            await (await self.session.connection()).run_sync(index, mapped)

    async def _write_down(self, audited: Sequence[AuditRow]) -> None:
        if audited:
            await self.session.execute(_insert("audit"), [inspect(row).dict for row in audited])
            await (await self.session.connection()).run_sync(refer, audited)

    async def lock(self) -> None:
        """Take the journal's lock, and ask anew who the asker is: what was lost while waiting is lost here too."""
        await take_journal_lock(self.session)
        self.locked = True
        self.asker = await _asked_anew(self.session, self.asker, self.clock.now())


def _entry(position: int, asker: Asker, recorded: _Recorded) -> dict[str, Any]:
    return {
        "position": position,
        "at": asker.at,
        "kind": recorded.fact,
        "touches": recorded.touches,
        "subject_id": recorded.subject,
        "topics": list(recorded.topics),
        "actor_id": asker.officer,
    }


async def _asked_anew(session: AsyncSession, asker: Asker, now: datetime) -> Asker:
    """Give the asker with the keys of this moment. NotFound once their sign-in has ended, or their keys have."""
    if asker.sign_in is not None:
        found = await asked_anew(session, asker, now)
        if found is None:
            raise NotFound
        return found
    at = max(now, asker.at)
    standing = (await officers_now(session, [asker.officer], at)).get(asker.officer)
    if standing is None:  # suspended while waiting, or their agency was: no duty outlives the keys
        return replace(asker, keys=frozenset(), at=at, duties=frozenset())
    return replace(asker, keys=standing.keys.held, at=at, duties=standing.duties)


async def take_journal_lock(session: AsyncSession) -> None:
    """Serialise appends on PostgreSQL; on SQLite BEGIN IMMEDIATE already has."""
    if session.get_bind().dialect.name != "sqlite":
        await session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": JOURNAL_LOCK})


@dataclass(frozen=True)
class Desk:
    """What every action works with: the cabinet, the doorbell, the clock."""

    database: Database
    doorbell: Doorbell
    clock: Clock
    party: Party[Work] = field(default_factory=Party, kw_only=True)

    @asynccontextmanager
    async def work(self, asker: Asker, *, changes_access: bool = False, in_line: bool = False) -> AsyncIterator[Work]:
        """Open one transaction; all of it is committed, or nothing. An act on access takes the lock first.

        Whatever changed access, by whatever act, ends only when it holds in every process (ops.clearance). Acts of a
        kind that comes by the hundred stand `in_line`: what takes access away passes by all of them but the first, and
        so does a process that reports that it holds.
        """
        async with self.database.line if in_line else nullcontext(), self.database.writing() as session:
            work = Work(session, asker, self.clock)
            if changes_access:
                await work.lock()
            yield work
            done = await work.finish()
        if done.last:
            await self.doorbell.ring(done.last)
        if done.changed_access:
            await clear(self.database, done.first, done.last)

    @asynccontextmanager
    async def work_together(self, asker: Asker) -> AsyncIterator[Work]:
        """Share one transaction under the lock with acts that come meanwhile: one commit, one ring, for all of them.

        For acts that change nothing that the others judge by, and file all their rows with `file_last`: what is
        refused leaves nothing behind.
        """
        async with self.party.come() as visit:
            if (host := visit.shared) is not None:
                work = await host.guest(asker)
                yield work
                host.guests.append(work)
                return
            async with self.work(asker, changes_access=True, in_line=True) as work:
                yield work
                await self.party.let_in(visit, work)

    async def set_clock(self) -> None:
        """Ask the database for the time."""
        async with self.database.reading() as session:
            self.clock.set(await database_now(session))


def new_resource(kind: str, owner: UUID, *, acl: UUID | None = None, gate: UUID | None = None) -> Resource:
    """Make a resource; without `acl` its own grants count."""
    made = new_id()
    return Resource(id=made, kind=kind, owner_agency_id=owner, acl_id=acl or made, gate_id=gate)
