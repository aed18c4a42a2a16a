"""How an officer comes to sign in, or comes back: a link for once, made by an administrator of their own agency."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from live.event import Touch
from models.agencies import Agency, Duty, Officer
from models.audit import Act, AuditRow
from models.sign_ins import (
    CodeApp,
    Credential,
    Factor,
    Invitation,
    InvitationKind,
    Passkey,
    RecoveryCode,
)
from ops.access.asker import Asker
from ops.access.duties import must_hold
from ops.access.principals import keys_of
from ops.actions.freshness import must_be_fresh
from ops.actions.opening import end_open, letting_in, must_have_keys, new_secret, open_sign_in, secret_hash
from ops.actions.password_strength import check_password
from ops.actions.passwords import hashed_aside
from ops.errors import Conflict, Invalid, NotAllowed, NotFound
from ops.transaction import Desk, Fact, Work

OPEN_FOR = timedelta(hours=72)  # a weekend; a link lying in a mailbox is a key under the mat
LONGEST_NAME, LONGEST_EMAIL = 120, 200
EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
TAKEN = "An officer of your agency signs in with this e-mail already."
CLOSED = "This link was used, withdrawn, or is older than 72 hours. Ask your agency’s administrator for a new one."


@dataclass(frozen=True, slots=True)
class Invited:
    """An invitation as it was made: whom it is for, its reference, and the token that is shown this once."""

    officer: str
    invitation: str
    token: str

    def link(self, address: str) -> str:
        """Give what is handed over; `address` is the one that browsers use."""
        return f"{address}/invitations/open#{self.token}"


@dataclass(frozen=True, slots=True)
class Guest:
    """Whom an open invitation is for, as the link's own page greets them."""

    officer: Officer
    agency: str
    email: str
    kind: str


async def invite_officer(desk: Desk, asker: Asker, name: str, email: str) -> Invited:
    """Add an officer to the asker's own agency, and invite them."""
    async with desk.work(asker, changes_access=True) as work:
        must_hold(work.asker, Duty.ADMINISTRATOR)
        await must_be_fresh(work)
        if not 0 < len(name.strip()) <= LONGEST_NAME:
            raise Invalid({"name": f"Write a name of at most {LONGEST_NAME} characters."})
        address = await _address(work, email)
        officer = Officer(agency_id=work.asker.agency, name=name.strip())
        work.add(officer)
        await work.session.flush()
        work.audit(Act.OFFICER_ADDED, officer.reference)
        work.record(Fact.OFFICER_CHANGED, officer.id, (), touches=Touch.OFFICER)
        return await invited(work, officer, address)


async def invite_to_sign_in(desk: Desk, asker: Asker, reference: str, email: str) -> Invited:
    """Invite an officer who never signed in; an earlier link stops working. Conflict for who signs in already."""
    async with desk.work(asker, changes_access=True) as work:
        officer = await _colleague(work, reference)
        credential = await work.session.get(Credential, officer.id)
        if (credential is not None and credential.password_hash is not None) or await _has_passkey(work, officer):
            raise Conflict("This officer signs in already. Reset their sign-in if they lost the way in.")
        return await invited(work, officer, await _address(work, email, officer))


async def reset_sign_in(desk: Desk, asker: Asker, reference: str) -> Invited:
    """End all that an officer signed in with, and every open sign-in, now; the new link is their only way in.

    Nobody does it for themselves. NotFound for an officer of another agency.
    """
    async with desk.work(asker, changes_access=True) as work:
        return await invited_anew(work, await _colleague(work, reference))


async def invited_anew(work: Work, officer: Officer) -> Invited:
    """End every way in of an officer whom the caller may reset, and make the link that is their only one."""
    credential = await work.session.get(Credential, officer.id)
    if credential is None:
        raise Conflict("This officer was never invited.")
    credential.password_hash, credential.changed_at = None, work.asker.at
    for table in (Passkey, CodeApp, RecoveryCode):
        await work.session.execute(
            update(table)
            .where(col(table.officer_id) == officer.id, col(table.ended_at).is_(None))
            .values(ended_at=work.asker.at)
        )
    await end_open(work, officer.id)
    work.audit(Act.SIGN_IN_RESET, officer.reference)
    return await _link(work, officer, InvitationKind.RESET)


async def revoke_invitation(desk: Desk, asker: Asker, reference: str) -> None:
    """Withdraw an open invitation of the asker's own agency. NotFound for any other."""
    async with desk.work(asker, changes_access=True) as work:
        must_hold(work.asker, Duty.ADMINISTRATOR)
        found = await work.session.execute(
            select(Invitation)
            .join(Officer, col(Officer.id) == col(Invitation.officer_id))
            .where(
                col(Invitation.reference) == reference,
                col(Officer.agency_id) == work.asker.agency,
                col(Invitation.used_at).is_(None),
                col(Invitation.ended_at).is_(None),
            )
        )
        invitation = found.scalar_one_or_none()
        if invitation is None:
            raise NotFound
        invitation.ended_at, invitation.ended_by = work.asker.at, work.asker.officer
        work.audit(Act.INVITATION_WITHDRAWN, reference)


async def guest_of(desk: Desk, token: str) -> Guest:
    """Give whom an open link is for. Raises Conflict, with what to do, for every other one."""
    now = desk.clock.now()
    async with desk.database.reading() as session:
        found = await session.execute(
            select(Invitation, Officer, Agency, Credential)
            .join(Officer, col(Officer.id) == col(Invitation.officer_id))
            .join(Agency, col(Agency.id) == col(Officer.agency_id))
            .join(Credential, col(Credential.officer_id) == col(Officer.id))
            .where(
                col(Invitation.token_hash) == secret_hash(token),
                col(Invitation.used_at).is_(None),
                col(Invitation.ended_at).is_(None),
                col(Invitation.expires_at) > now,
            )
        )
        row = found.first()
        if row is None or not await keys_of(session, [row[1].id], now):
            raise Conflict(CLOSED)
        invitation, officer, agency, credential = row
        return Guest(officer, agency.name, credential.email, invitation.kind)


async def accept_invitation(desk: Desk, token: str, password: str, device: str) -> str:
    """Choose a password and sign in; the link is used up. Gives the cookie's secret.

    Raises Invalid for a weak password (the link stays open), Conflict for a link that is closed.
    """
    guest = await guest_of(desk, token)
    check_password(password, (guest.officer.name, guest.email, guest.agency))
    password_hash, now = await hashed_aside(password), desk.clock.now()
    async with letting_in(desk) as session:
        await use_up(session, token, guest, now)
        credential = await session.get_one(Credential, guest.officer.id)
        credential.password_hash, credential.changed_at = password_hash, now
        return await open_sign_in(session, guest.officer.id, Factor.PASSWORD, device, now)


async def use_up(session: AsyncSession, token: str, guest: Guest, now: datetime) -> None:
    """Let an open link have worked, this once. Raises Conflict for what was used, ended or suspended meanwhile."""
    used = await session.execute(
        update(Invitation)
        .where(
            col(Invitation.token_hash) == secret_hash(token),
            col(Invitation.used_at).is_(None),
            col(Invitation.ended_at).is_(None),
            col(Invitation.expires_at) > now,
        )
        .values(used_at=now)
        .returning(col(Invitation.reference))
    )
    reference = used.scalar_one_or_none()
    if reference is None:
        raise Conflict(CLOSED)
    await must_have_keys(session, guest.officer.id, now, Conflict(CLOSED))
    accepted, whose = Act.INVITATION_ACCEPTED, guest.officer
    session.add(AuditRow(at=now, act=accepted, officer_id=whose.id, agency_id=whose.agency_id, references=[reference]))


async def _colleague(work: Work, reference: str) -> Officer:
    """Find another officer of the asker's agency, for an administrator who just confirmed."""
    must_hold(work.asker, Duty.ADMINISTRATOR)
    found = await work.session.execute(
        select(Officer).where(col(Officer.reference) == reference, col(Officer.agency_id) == work.asker.agency)
    )
    officer = found.scalar_one_or_none()
    if officer is None:
        raise NotFound
    if officer.id == work.asker.officer:
        raise NotAllowed("Nobody does this for themselves. Ask another administrator of your agency.")
    if not officer.active:
        raise Conflict("This officer is not active.")
    await must_be_fresh(work)
    return officer


def well_formed(email: str) -> str:
    """Give an e-mail as it is kept. Raises Invalid for what is none."""
    address = email.strip().lower()
    if len(address) > LONGEST_EMAIL or not EMAIL.fullmatch(address):
        raise Invalid({"email": "Write a work e-mail, such as name@agency.example."})
    return address


async def _address(work: Work, email: str, officer: Officer | None = None) -> str:
    """Give the e-mail as it is kept. Other agencies are not asked: a refusal would tell whom they employ."""
    address = well_formed(email)
    taken = await work.session.execute(
        select(col(Credential.officer_id))
        .join(Officer, col(Officer.id) == col(Credential.officer_id))
        .where(col(Credential.email) == address, col(Officer.agency_id) == work.asker.agency)
    )
    if any(holder != (officer.id if officer else None) for holder in taken.scalars()):
        raise Invalid({"email": TAKEN})
    return address


async def invited(work: Work, officer: Officer, address: str) -> Invited:
    """Invite an officer whom the caller may invite, at an address that was judged."""
    credential = await work.session.get(Credential, officer.id)
    if credential is None:
        work.add(Credential(officer_id=officer.id, email=address, changed_at=work.asker.at))
    else:
        credential.email, credential.changed_at = address, work.asker.at
    return await _link(work, officer, InvitationKind.JOIN)


async def _link(work: Work, officer: Officer, kind: InvitationKind) -> Invited:
    """Make the link; earlier ones of the same officer stop working."""
    await work.session.execute(
        update(Invitation)
        .where(
            col(Invitation.officer_id) == officer.id,
            col(Invitation.used_at).is_(None),
            col(Invitation.ended_at).is_(None),
        )
        .values(ended_at=work.asker.at, ended_by=work.asker.officer)
    )
    token = new_secret()
    invitation = Invitation(
        officer_id=officer.id,
        kind=kind,
        token_hash=secret_hash(token),
        made_by=work.asker.officer,
        made_at=work.asker.at,
        expires_at=work.asker.at + OPEN_FOR,
    )
    work.add(invitation)
    work.audit(Act.INVITATION_MADE, officer.reference, invitation.reference)
    return Invited(officer.reference, invitation.reference, token)


async def _has_passkey(work: Work, officer: Officer) -> bool:
    found = await work.session.execute(
        select(col(Passkey.id)).where(col(Passkey.officer_id) == officer.id, col(Passkey.ended_at).is_(None)).limit(1)
    )
    return found.first() is not None
