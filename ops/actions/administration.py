"""What every act of an agency's administrator shares: the duty, what is the agency's own, and what must stay so."""

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from datetime import datetime
from typing import TypeVar
from uuid import UUID

from sqlalchemy import func, or_, select, update
from sqlmodel import SQLModel, col

from live.event import Touch
from models.agencies import Account, Agency, Duty, Officer, OfficerDuty, Standing, Team
from models.sign_ins import SignIn
from ops.access.asker import Asker
from ops.access.duties import must_hold
from ops.actions.freshness import must_be_fresh
from ops.actions.managed import unmanaged
from ops.errors import Conflict, Invalid, NotFound
from ops.transaction import Desk, Fact, Work

LONGEST_NAME = 120
LONGEST_MOBILE = 40
OWN = TypeVar("OWN", Team, Officer, Account)


@asynccontextmanager
async def administering(desk: Desk, asker: Asker) -> AsyncIterator[Work]:
    """Open a transaction of an administrator. NotFound for everyone else, also for who lost the duty meanwhile."""
    async with desk.work(asker, changes_access=True) as work:
        must_hold(work.asker, Duty.ADMINISTRATOR)
        if not work.asker.keys:
            raise NotFound
        yield work


@asynccontextmanager
async def administering_afresh(desk: Desk, asker: Asker) -> AsyncIterator[Work]:
    """Open a transaction of an administrator who just confirmed who they are: for what gives, moves or locks out.

    Who found an administrator's open phone could otherwise make themselves keys, or shut an agency out on its day.
    """
    async with administering(desk, asker) as work:
        await must_be_fresh(work)
        yield work


async def own(work: Work, table: type[OWN], reference: str) -> OWN:
    """Find a team, officer or account of the administrator's agency; another agency's is not there."""
    statement = select(table).where(col(table.reference) == reference, col(table.agency_id) == work.asker.agency)
    if table is Officer:
        statement = statement.where(col(Officer.account_id).is_(None))
    found = (await work.session.execute(statement)).scalar_one_or_none()
    if found is None:
        raise NotFound
    return found


@asynccontextmanager
async def keeping_managers(work: Work, *moments: datetime) -> AsyncIterator[None]:
    """Refuse what is done inside when it would leave some of the agency's things to nobody, now or at these moments.

    Says how many things, never which: an administrator may not know of them.
    """
    when = [work.asker.at, *moments]
    before = [await unmanaged(work.session, work.asker.agency, at) for at in when]
    yield
    await work.session.flush()
    after = [await unmanaged(work.session, work.asker.agency, at) for at in when]
    left = set[UUID]().union(*(now - then for then, now in zip(before, after, strict=True)))
    if left:
        things = "1 thing" if len(left) == 1 else f"{len(left)} things"
        raise Conflict(f"{things} of your agency would have nobody to manage them. First give that to somebody else.")


async def must_keep_administrator(work: Work, agency: UUID) -> None:
    """Refuse what leaves an active agency without anybody to administer it."""
    await work.session.flush()
    at = work.asker.at
    found = await work.session.execute(
        select(func.count(col(Officer.id).distinct()))
        .join(OfficerDuty, col(OfficerDuty.officer_id) == col(Officer.id))
        .join(Agency, col(Agency.id) == col(Officer.agency_id))
        .where(
            col(Officer.agency_id) == agency,
            col(Officer.active),
            col(OfficerDuty.duty) == Duty.ADMINISTRATOR,
            col(OfficerDuty.starts) <= at,
            or_(col(OfficerDuty.ends).is_(None), col(OfficerDuty.ends) > at),
            col(Agency.standing) == Standing.ACTIVE,
        )
    )
    if not found.scalar_one():
        raise Conflict("Your agency would have no administrator. Give that duty to somebody else first.")


def record_keys(work: Work, officers: Iterable[UUID], *stamped: SQLModel) -> None:
    """Note that officers' keys changed: their open screens are judged anew or closed at once."""
    for place, officer in enumerate(sorted(set(officers))):
        rows = stamped if place == 0 else ()
        work.record(Fact.OFFICER_CHANGED, officer, (), *rows, touches=Touch.OFFICER)


async def end_open_sign_ins(work: Work, officers: Iterable[UUID]) -> None:
    """End every open sign-in of these officers, so that none comes back to life with a reinstatement."""
    await work.session.execute(
        update(SignIn)
        .where(col(SignIn.officer_id).in_(sorted(officers)), col(SignIn.ended_at).is_(None))
        .values(ended_at=work.asker.at, ended_by=work.asker.officer)
    )


def checked_name(name: str, field: str) -> str:
    """Give a name without the space around it. Raises Invalid beside its field."""
    if not name.strip():
        raise Invalid({field: "Write a name."})
    if len(name.strip()) > LONGEST_NAME:
        raise Invalid({field: f"Write at most {LONGEST_NAME} characters."})
    return name.strip()
