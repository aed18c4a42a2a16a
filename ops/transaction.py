"""An officer at work: rows and journal in one commit; the doorbell rings only after it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import TypeVar
from uuid import UUID

from sqlalchemy import func, or_, select, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import SQLModel, col

from live.audience import Level
from live.doorbell import Doorbell
from live.event import Touch
from models.audit import Act
from models.base import new_id
from models.database import Database, database_now
from models.grants import Resource
from models.journal import JournalEntry
from models.sign_ins import SignIn
from ops.access.asker import Asker
from ops.access.doors import Found, find, find_by_id, find_row
from ops.access.duties import duties_of
from ops.access.principals import keys_of
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
    STAGE_REACHED = "StageReached"
    SITE_ADDED = "SiteAdded"
    WINDOW_SET = "WindowSet"
    TASK_MADE = "TaskMade"
    TASK_MOVED = "TaskMoved"
    TASK_CLAIMED = "TaskClaimed"
    TASK_RELEASED = "TaskReleased"
    POST_MADE = "PostMade"
    POST_CORRECTED = "PostCorrected"
    CHECKED_IN = "CheckedIn"
    FILE_ATTACHED = "FileAttached"
    OUTCOME_RECORDED = "OutcomeRecorded"
    DECISION_TAKEN = "DecisionTaken"
    ACCESS_ASKED = "AccessAsked"
    REQUEST_MOVED = "RequestMoved"
    GLASS_BROKEN = "GlassBroken"
    GLASS_REVIEWED = "GlassReviewed"
    EMERGENCY_MARKED = "EmergencyMarked"


@dataclass
class _Recorded:
    fact: Fact
    touches: Touch
    subject: UUID
    topics: tuple[str, ...]
    stamps: list[tuple[SQLModel, str]]


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
    _recorded: list[_Recorded] = field(default_factory=list)
    _passed: list[tuple[UUID, Level]] = field(default_factory=list)
    _locked: bool = False

    def add(self, *rows: SQLModel) -> None:
        """File new rows."""
        self.session.add_all(rows)

    async def find(self, reference: str, kind: str, least: Level = Level.READ) -> Found:
        """Go through the door; see `ops.access.doors.find`."""
        found = await find(self.session, self.asker, reference, kind, least)
        self._passed.append((found.resource.id, least))
        return found

    async def find_row(self, reference: str, table: type[T], least: Level = Level.READ) -> tuple[T, Found]:
        """Go through the door to a row of its own table."""
        row, found = await find_row(self.session, self.asker, reference, table, least)
        self._passed.append((found.resource.id, least))
        return row, found

    async def find_by_id(self, resource_id: UUID, least: Level = Level.READ) -> Found:
        """Go through the door to what another found row names."""
        found = await find_by_id(self.session, self.asker, resource_id, least)
        self._passed.append((found.resource.id, least))
        return found

    def record(
        self,
        fact: Fact,
        subject: UUID,
        topics: tuple[str, ...],
        *stamped: SQLModel,
        touches: Touch = Touch.CONTENT,
        stamp: str = "position",
    ) -> None:
        """Note what happened; `stamped` rows receive the fact's place in the journal's order."""
        self._recorded.append(_Recorded(fact, touches, subject, topics, [(row, stamp) for row in stamped]))

    def audit(self, act: Act, *references: str) -> None:
        """Write who did what into the audit, references only. `models.audit.Act` holds every kind of act."""
        self.add(entry(self.asker, act, references))

    async def finish(self) -> Done:
        """Judge every door again under the journal's lock, then append."""
        await self.session.flush()
        if not self._locked:  # whoever held it from the start has missed nothing, and may just have ended their sign-in
            await self.lock()
        for resource, least in self._passed:
            await find_by_id(self.session, self.asker, resource, least)
        if not self._recorded:
            return Done()
        head = (await self.session.execute(select(func.coalesce(func.max(col(JournalEntry.position)), 0)))).scalar_one()
        for position, recorded in enumerate(self._recorded, start=head + 1):
            self.add(self._entry(position, recorded))
            for row, stamp in recorded.stamps:
                setattr(row, stamp, position)
        await self.session.flush()
        access = any(recorded.touches is not Touch.CONTENT for recorded in self._recorded)
        return Done(int(head) + 1, int(head) + len(self._recorded), access)

    async def lock(self) -> None:
        """Take the journal's lock, and ask anew who the asker is: what was lost while waiting is lost here too."""
        await take_journal_lock(self.session)
        self._locked = True
        self.asker = await _asked_anew(self.session, self.asker, self.clock.now())

    def _entry(self, position: int, recorded: _Recorded) -> JournalEntry:
        return JournalEntry(
            position=position,
            at=self.asker.at,
            kind=recorded.fact,
            touches=recorded.touches,
            subject_id=recorded.subject,
            topics=list(recorded.topics),
            actor_id=self.asker.officer,
        )


async def _asked_anew(session: AsyncSession, asker: Asker, now: datetime) -> Asker:
    """Give the asker with the keys of this moment. NotFound once their sign-in has ended, or their keys have."""
    if asker.sign_in is not None:
        ended = await session.execute(
            select(col(SignIn.id)).where(
                col(SignIn.id) == asker.sign_in, or_(col(SignIn.ended_at).is_not(None), col(SignIn.expires_at) <= now)
            )
        )
        if ended.first() is not None:
            raise NotFound
    at = max(now, asker.at)
    keys = (await keys_of(session, [asker.officer], at)).get(asker.officer)
    if keys is None:  # suspended while waiting, or their agency was: no duty outlives the keys
        if asker.sign_in is not None:
            raise NotFound
        return replace(asker, keys=frozenset(), at=at, duties=frozenset())
    return replace(asker, keys=keys.held, at=at, duties=await duties_of(session, asker.officer, at))


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

    @asynccontextmanager
    async def work(self, asker: Asker, *, changes_access: bool = False) -> AsyncIterator[Work]:
        """Open one transaction; all of it is committed, or nothing. An act on access takes the lock first.

        Whatever changed access, by whatever act, ends only when it holds in every process (ops.clearance).
        """
        async with self.database.writing() as session:
            work = Work(session, asker, self.clock)
            if changes_access:
                await work.lock()
            yield work
            done = await work.finish()
        if done.last:
            await self.doorbell.ring(done.last)
        if done.changed_access:
            await clear(self.database, done.first, done.last)

    async def set_clock(self) -> None:
        """Ask the database for the time."""
        async with self.database.reading() as session:
            self.clock.set(await database_now(session))


def new_resource(kind: str, owner: UUID, *, acl: UUID | None = None, gate: UUID | None = None) -> Resource:
    """Make a resource; without `acl` its own grants count."""
    made = new_id()
    return Resource(id=made, kind=kind, owner_agency_id=owner, acl_id=acl or made, gate_id=gate)
