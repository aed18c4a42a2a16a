"""Where nobody can sign in yet: an agency and its administrator, made by who runs the server."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

from sqlalchemy import or_, select
from sqlmodel import col

from models.agencies import Agency, Duty, Officer, OfficerDuty, Standing
from models.audit import Act, AuditRow
from models.base import new_id
from models.sign_ins import Credential, Passkey
from ops.access.asker import Asker
from ops.access.duties import duties_of, holding
from ops.actions.administration import record_keys
from ops.actions.agencies import NewAgency, checked, file_administrator, file_agency
from ops.actions.invitations import Invited, invited, invited_anew
from ops.errors import Conflict
from ops.transaction import Desk, Work

BEGUN = "Somebody administers an agency here already, and can sign in."


async def begin(desk: Desk, new: NewAgency) -> Invited:
    """Make the first agency and invite its administrator, who operates the platform too.

    Again before they came in: the same e-mail gets a new link, and the earlier one stops working. Raises Conflict once
    an administrator can sign in, Invalid for what does not fit.
    """
    async with on_the_server(desk) as work:
        if await _somebody_holds(work, Duty.ADMINISTRATOR):
            raise Conflict(BEGUN)
        return await _administrator_of(work, checked(new))


async def begin_again(desk: Desk, new: NewAgency) -> Invited:
    """Do so although administrators exist: for the day on which none of them has a way in left.

    An agency with these letters keeps what it is called. Who has this e-mail there loses every way in that they have,
    and the link is their only one.
    """
    async with on_the_server(desk) as work:
        return await _administrator_of(work, checked(new))


@asynccontextmanager
async def on_the_server(desk: Desk) -> AsyncIterator[Work]:
    """Open a transaction of nobody: there is no officer yet, and who runs the server is none."""
    nobody = Asker(officer=new_id(), agency=new_id(), keys=frozenset(), at=desk.clock.now())
    async with desk.work(nobody, changes_access=True) as work:
        yield work


async def _administrator_of(work: Work, new: NewAgency) -> Invited:
    agency = await _agency(work, new)
    officer = await _officer(work, agency, new.email)
    known = officer is not None
    if officer is None:
        officer = await file_administrator(work, agency, new.administrator)
    work.asker = replace(work.asker, officer=officer.id, agency=agency.id)  # the link needs a maker: it is their own
    await _give_duties(work, officer)
    work.add(
        AuditRow(at=work.asker.at, act=Act.ADMINISTRATOR_MADE, agency_id=agency.id, references=[officer.reference])
    )
    record_keys(work, [officer.id])
    if known and await _signs_in(work, officer):
        return await invited_anew(work, officer)
    return await invited(work, officer, new.email)


async def _agency(work: Work, new: NewAgency) -> Agency:
    rows = await work.session.execute(select(Agency).where(col(Agency.code) == new.code))
    agency = rows.scalar_one_or_none()
    if agency is None:
        agency = await file_agency(work, new)
        work.add(AuditRow(at=work.asker.at, act=Act.AGENCY_MADE, agency_id=agency.id, references=[agency.reference]))
    elif agency.standing != Standing.ACTIVE:
        raise Conflict(f"The agency with these letters is {agency.standing}: nobody signs in there.")
    return agency


async def _officer(work: Work, agency: Agency, email: str) -> Officer | None:
    rows = await work.session.execute(
        select(Officer)
        .join(Credential, col(Credential.officer_id) == col(Officer.id))
        .where(col(Officer.agency_id) == agency.id, col(Credential.email) == email)
    )
    officer = rows.scalar_one_or_none()
    if officer is not None and not officer.active:
        raise Conflict("The officer with this e-mail is not active. Name somebody else.")
    return officer


async def _give_duties(work: Work, officer: Officer) -> None:
    """Give what they lack; operating the platform only where nobody does."""
    wanted = {Duty.ADMINISTRATOR}
    if not await _somebody_holds(work, Duty.PLATFORM_OPERATOR):
        wanted.add(Duty.PLATFORM_OPERATOR)
    await work.session.flush()
    held = await duties_of(work.session, officer.id, work.asker.at)
    work.add(*(OfficerDuty(officer_id=officer.id, duty=duty, starts=work.asker.at) for duty in sorted(wanted - held)))


async def _somebody_holds(work: Work, duty: Duty) -> bool:
    """Tell whether a duty is held by somebody who can sign in: an unopened invitation helps nobody."""
    rows = await work.session.execute(
        select(col(Officer.id))
        .join(Agency, col(Agency.id) == col(Officer.agency_id))
        .where(
            col(Officer.id).in_(holding(duty, work.asker.at)),
            col(Agency.standing) == Standing.ACTIVE,
            or_(col(Officer.id).in_(_WITH_PASSWORD), col(Officer.id).in_(_WITH_PASSKEY)),
        )
        .limit(1)
    )
    return rows.first() is not None


async def _signs_in(work: Work, officer: Officer) -> bool:
    rows = await work.session.execute(
        select(col(Officer.id)).where(
            col(Officer.id) == officer.id,
            or_(col(Officer.id).in_(_WITH_PASSWORD), col(Officer.id).in_(_WITH_PASSKEY)),
        )
    )
    return rows.first() is not None


_WITH_PASSWORD = select(col(Credential.officer_id)).where(col(Credential.password_hash).is_not(None))
_WITH_PASSKEY = select(col(Passkey.officer_id)).where(col(Passkey.ended_at).is_(None))
