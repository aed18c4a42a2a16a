"""Which agencies take part: made, suspended, reopened and closed by the platform operator."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from uuid import UUID

from sqlalchemy import exists, func, literal, or_, select
from sqlalchemy.orm import aliased
from sqlalchemy.sql.elements import ColumnElement, SQLCoreOperations
from sqlmodel import col

from models.agencies import Agency, Duty, Kind, Officer, OfficerDuty, Standing
from models.audit import Act
from models.sign_ins import Credential, Passkey
from ops.access.asker import Asker
from ops.access.duties import in_force, must_hold
from ops.actions.administration import checked_name, end_open_sign_ins, record_keys
from ops.actions.freshness import must_be_fresh
from ops.actions.invitations import Invited, invited, well_formed
from ops.errors import Conflict, Invalid, NotFound
from ops.transaction import Desk, Work

TALLIES = 8  # so many colours tell apart; then they repeat
LONGEST_DESK = 200
CODE = re.compile(r"[A-Z]{2,4}")
_MOVES = {  # from which standings an agency comes to this one; a closed one stays closed, so that nothing revives
    Standing.SUSPENDED: (Standing.ACTIVE, Standing.LEAVING),
    Standing.ACTIVE: (Standing.SUSPENDED,),
    Standing.CLOSED: (Standing.ACTIVE, Standing.LEAVING, Standing.SUSPENDED),
}
_ACTS = {
    Standing.SUSPENDED: Act.AGENCY_SUSPENDED,
    Standing.ACTIVE: Act.AGENCY_REOPENED,
    Standing.CLOSED: Act.AGENCY_CLOSED,
}


@dataclass(frozen=True, slots=True)
class NewAgency:
    """What the form of a new agency sends; `administrator` is its first one, invited at `email`."""

    code: str
    name: str
    kind: str
    desk: str
    administrator: str
    email: str
    enforcement: bool = False


async def make_agency(desk: Desk, asker: Asker, new: NewAgency) -> Invited:
    """Make an agency with its first administrator. Gives the administrator's invitation, to be handed over."""
    async with _operating(desk, asker) as work:
        await must_be_fresh(work)
        new = checked(new)
        agency = await file_agency(work, new)
        first = await file_administrator(work, agency, new.administrator)
        work.audit(Act.AGENCY_MADE, agency.reference, first.reference)
        record_keys(work, [first.id])
        return await invited(work, first, new.email)


async def invite_first(desk: Desk, asker: Asker, reference: str) -> Invited:
    """Make a link for the administrator of an agency that nobody has entered yet. Gives it, to be handed over.

    Conflict once anybody of the agency signs in: then its own administrators invite.
    """
    async with _operating(desk, asker) as work:
        agency = await _agency(work, reference)
        await must_be_fresh(work)
        if await work.session.scalar(select(entered(literal(agency.id)))):
            raise Conflict("Somebody of this agency signs in already: its own administrators invite.")
        rows = await work.session.execute(
            select(Officer, Credential)
            .join(OfficerDuty, col(OfficerDuty.officer_id) == col(Officer.id))
            .join(Credential, col(Credential.officer_id) == col(Officer.id))
            .where(col(Officer.agency_id) == agency.id, col(Officer.active))
            .where(col(OfficerDuty.duty) == Duty.ADMINISTRATOR, in_force(work.asker.at))
            .order_by(col(OfficerDuty.starts), col(Officer.id))
        )
        found = rows.first()
        if found is None:
            raise Conflict("This agency has no administrator with an e-mail.")
        return await invited(work, found[0], found[1].email)


def entered(agency: SQLCoreOperations[UUID]) -> ColumnElement[bool]:
    """Judge whether anybody of an agency can sign in."""
    own = aliased(Officer, name="own")
    here = select(col(own.id)).where(col(own.agency_id) == agency)
    return or_(
        exists().where(col(Credential.officer_id).in_(here), col(Credential.password_hash).is_not(None)),
        exists().where(col(Passkey.officer_id).in_(here), col(Passkey.ended_at).is_(None)),
    )


def checked(new: NewAgency) -> NewAgency:
    """Give what was sent as it is kept. Raises Invalid beside its field."""
    code = new.code.strip().upper()
    if not CODE.fullmatch(code):
        raise Invalid({"letters": "Write two to four letters."})
    name = checked_name(new.name, "name")
    if new.kind not in set(Kind):
        raise Invalid({"kind": "Choose in which capacity it takes part."})
    if len(new.desk.strip()) > LONGEST_DESK:
        raise Invalid({"desk": f"Write at most {LONGEST_DESK} characters."})
    administrator = checked_name(new.administrator, "administrator")
    email = well_formed(new.email)
    return replace(new, code=code, name=name, desk=new.desk.strip(), administrator=administrator, email=email)


async def file_agency(work: Work, new: NewAgency) -> Agency:
    """File a new agency. Raises Invalid when another has its letters."""
    taken = await work.session.execute(select(col(Agency.id)).where(col(Agency.code) == new.code))
    if taken.first() is not None:
        raise Invalid({"letters": "Another agency has these letters."})
    agency = Agency(
        code=new.code,
        name=new.name,
        kind=new.kind,
        desk=new.desk,
        enforcement=new.enforcement,
        tally=await _next_tally(work),
    )
    work.add(agency)
    await work.session.flush()
    return agency


async def file_administrator(work: Work, agency: Agency, name: str) -> Officer:
    """File an officer who administers an agency, from now on."""
    officer = Officer(agency_id=agency.id, name=name)
    work.add(officer)
    await work.session.flush()
    work.add(OfficerDuty(officer_id=officer.id, duty=Duty.ADMINISTRATOR, starts=work.asker.at))
    return officer


async def move_agency(desk: Desk, asker: Asker, reference: str, standing: Standing) -> None:
    """Suspend, reopen or close an agency. Without standing its officers hold no key and their screens close at once.

    Grants to it are kept and dead. What it shared stays readable to those who had it, and nobody changes it.
    Nobody moves their own agency: nobody would be left to move it back.
    """
    async with _operating(desk, asker) as work:
        agency = await _agency(work, reference)
        await must_be_fresh(work)
        if agency.id == work.asker.agency:
            raise Conflict("Nobody moves their own agency.")
        if agency.standing not in _MOVES[standing]:
            raise Conflict(f"This agency is {agency.standing}, so it cannot become {standing}.")
        agency.standing = standing
        officers = await work.session.execute(select(col(Officer.id)).where(col(Officer.agency_id) == agency.id))
        moved = list(officers.scalars())
        if standing is not Standing.ACTIVE:
            await end_open_sign_ins(work, moved)
        work.audit(_ACTS[standing], reference)
        record_keys(work, moved)


async def _agency(work: Work, reference: str) -> Agency:
    rows = await work.session.execute(select(Agency).where(col(Agency.reference) == reference))
    found = rows.scalar_one_or_none()
    if found is None:
        raise NotFound
    return found


@asynccontextmanager
async def _operating(desk: Desk, asker: Asker) -> AsyncIterator[Work]:
    async with desk.work(asker, changes_access=True) as work:
        must_hold(work.asker, Duty.PLATFORM_OPERATOR)
        if not work.asker.keys:
            raise NotFound
        yield work


async def _next_tally(work: Work) -> int:
    count = await work.session.execute(select(func.count()).select_from(Agency))
    return int(count.scalar_one()) % TALLIES + 1
