"""An agency's officers: who comes, who is suspended, who leaves. Their reports remain the agency's."""

from typing import Protocol, TypeVar

from sqlalchemy import or_, select
from sqlmodel import col

from models.agencies import Account, Officer, OfficerDuty, TeamMembership
from models.audit import Act
from ops.access.asker import Asker
from ops.actions.administration import (
    LONGEST_MOBILE,
    administering,
    administering_afresh,
    checked_name,
    end_open_sign_ins,
    keeping_managers,
    must_keep_administrator,
    own,
    record_keys,
)
from ops.actions.fingerprints import fingerprint_of, must_be_as_read
from ops.actions.tokens import acts_as
from ops.errors import Conflict, Invalid
from ops.transaction import Desk, Work

ROW = TypeVar("ROW", TeamMembership, OfficerDuty)


class Said(Protocol):
    """What is said of an officer, wherever it was read."""

    @property
    def name(self) -> str: ...
    @property
    def mobile(self) -> str: ...


async def add_officer(desk: Desk, asker: Asker, name: str, mobile: str) -> str:
    """Add an officer, in no team and with no way to sign in yet. Gives their reference."""
    async with administering_afresh(desk, asker) as work:
        officer = Officer(agency_id=work.asker.agency, name=checked_name(name, "name"), mobile=_mobile(mobile))
        work.add(officer)
        await work.session.flush()
        work.audit(Act.OFFICER_ADDED, officer.reference)
        record_keys(work, [officer.id])
        return officer.reference


async def revise_officer(desk: Desk, asker: Asker, reference: str, name: str, mobile: str, based_on: str) -> None:
    """Change an officer's name or work mobile. Changed when somebody did since `based_on`, `officer_version` then."""
    async with administering(desk, asker) as work:
        officer, named, reached = await own(work, Officer, reference), checked_name(name, "name"), _mobile(mobile)
        must_be_as_read(based_on, officer_version(officer))
        officer.name, officer.mobile = named, reached
        work.audit(Act.OFFICER_REVISED, reference)


def officer_version(officer: Said) -> str:
    """Name what is said of an officer now."""
    return fingerprint_of(officer.name, officer.mobile)


async def suspend_officer(desk: Desk, asker: Asker, reference: str) -> None:
    """Take an officer's keys away now and close their screens, whatever is left without a manager by that."""
    async with administering_afresh(desk, asker) as work:
        officer = await _active(work, reference)
        officer.active = False
        await must_keep_administrator(work, work.asker.agency)
        await end_open_sign_ins(work, [officer.id])
        work.audit(Act.OFFICER_SUSPENDED, reference)
        record_keys(work, [officer.id])


async def reinstate_officer(desk: Desk, asker: Asker, reference: str) -> None:
    """Give a suspended officer their keys back. Whoever left comes back as a new officer, so that nothing revives."""
    async with administering_afresh(desk, asker) as work:
        officer = await own(work, Officer, reference)
        if officer.left_at is not None:
            raise Conflict("This officer has left. Add them anew: nothing that they could see comes back by itself.")
        if officer.active:
            raise Conflict("This officer is not suspended.")
        if officer.id == work.asker.officer:
            raise Conflict("Nobody reinstates themselves.")
        officer.active = True
        work.audit(Act.OFFICER_REINSTATED, reference)
        record_keys(work, [officer.id])


async def officer_leaves(desk: Desk, asker: Asker, reference: str) -> None:
    """Record that an officer left: keys, teams and duties end now. Conflict when things would be left to nobody."""
    async with administering_afresh(desk, asker) as work:
        officer = await own(work, Officer, reference)
        if officer.left_at is not None:
            raise Conflict("This officer has left already.")
        async with keeping_managers(work):
            officer.active, officer.left_at = False, work.asker.at
            await _end_all(work, officer)
            await must_keep_administrator(work, work.asker.agency)
        await end_open_sign_ins(work, [officer.id])
        work.audit(Act.OFFICER_LEFT, reference)
        record_keys(work, [officer.id])


async def make_account(desk: Desk, asker: Asker, name: str) -> str:
    """Make an account for a program or a wall display; it can do nothing until it is given access."""
    async with administering(desk, asker) as work:
        account = Account(agency_id=work.asker.agency, name=checked_name(name, "name"))
        work.add(account)
        await work.session.flush()
        await acts_as(work.session, account)
        work.audit(Act.ACCOUNT_MADE, account.reference)
        return account.reference


async def deactivate_account(desk: Desk, asker: Asker, reference: str) -> None:
    """End an account for good, and every token of it; its sockets close at once."""
    async with administering_afresh(desk, asker) as work:
        account = await own(work, Account, reference)
        if not account.active:
            raise Conflict("This account was ended already.")
        account.active = False
        program = await acts_as(work.session, account)
        await end_open_sign_ins(work, [program])
        record_keys(work, [program])
        work.audit(Act.ACCOUNT_ENDED, reference)


async def _active(work: Work, reference: str) -> Officer:
    officer = await own(work, Officer, reference)
    if not officer.active:
        raise Conflict("This officer has left." if officer.left_at else "This officer is suspended already.")
    return officer


async def _end_all(work: Work, officer: Officer) -> None:
    for membership in await _open_rows(work, TeamMembership, officer):
        membership.ends = max(work.asker.at, membership.starts)
    for duty in await _open_rows(work, OfficerDuty, officer):
        duty.ends = max(work.asker.at, duty.starts)


async def _open_rows(work: Work, table: type[ROW], officer: Officer) -> list[ROW]:
    rows = await work.session.execute(
        select(table).where(
            col(table.officer_id) == officer.id, or_(col(table.ends).is_(None), col(table.ends) > work.asker.at)
        )
    )
    return list(rows.scalars())


def _mobile(mobile: str) -> str:
    if len(mobile.strip()) > LONGEST_MOBILE:
        raise Invalid({"mobile": f"Write at most {LONGEST_MOBILE} characters."})
    return mobile.strip()
