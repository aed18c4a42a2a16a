"""Tokens of programs: made for an account or for an officer's own scripts, shown once, ended by either side at once."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from live.event import Touch
from models.agencies import Account, Officer
from models.audit import Act
from models.sign_ins import Factor, SignIn
from models.tokens import ApiToken, Scope
from ops.access.asker import Asker
from ops.access.asking import asker_by_token
from ops.actions.administration import administering, administering_afresh, own
from ops.actions.freshness import must_be_fresh
from ops.actions.opening import new_secret, secret_hash
from ops.actions.sign_ins import SEEN_EVERY, note_seen
from ops.errors import Conflict, Invalid, NotFound
from ops.transaction import Desk, Fact, Work

PREFIX = "tally_"  # so that a token which was pasted into a public place can be told and ended
LONGEST_NAME = 60
MOST_OPEN = 50  # tokens of one account or officer: more are forgotten ones
OWN_DAYS, ACCOUNT_DAYS = 90, 366  # a script is looked after by one person, a program by its agency
FOR_DUTIES = frozenset({Scope.ADMINISTER, Scope.AUDIT})


@dataclass(frozen=True, slots=True)
class NewToken:
    """What the form of a new token sends."""

    name: str
    scopes: tuple[str, ...]
    days: str


@dataclass(frozen=True, slots=True)
class Made:
    """A new token: its secret, which is shown this once and kept nowhere."""

    reference: str
    name: str
    secret: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Caller:
    """Who sends a request with a token, and what the token may be used for."""

    asker: Asker
    scopes: frozenset[str]
    token: str


async def make_own_token(desk: Desk, asker: Asker, new: NewToken) -> Made:
    """Make a token for the asker's own scripts: what it may do is never more than they may at that moment."""
    days = _checked(new, OWN_DAYS)
    async with desk.work(asker, changes_access=True) as work:
        await must_be_fresh(work)
        return await _file(work, work.asker.officer, new, days, work.asker.officer)


async def make_account_token(desk: Desk, asker: Asker, account: str, new: NewToken) -> Made:
    """Make a token for a program of the administrator's agency, which has only what the account was given."""
    days = checked_for_account(new)
    async with administering_afresh(desk, asker) as work:
        found = await own(work, Account, account)
        return await file_account_token(work, found, new, days, work.asker.officer)


def checked_for_account(new: NewToken) -> int:
    """Check a token of a program; gives its days. Raises Invalid."""
    days = _checked(new, ACCOUNT_DAYS)
    if not FOR_DUTIES.isdisjoint(new.scopes):
        raise Invalid({"scopes": "Administering and reading records are officers' duties. A program has none."})
    return days


async def file_account_token(work: Work, account: Account, new: NewToken, days: int, maker: UUID | None) -> Made:
    """File a token of an account; one without a maker was made on the server. Conflict for an ended account."""
    if not account.active:
        raise Conflict("This account was ended. Make a new one.")
    return await _file(work, await acts_as(work.session, account), new, days, maker)


async def revoke_own_token(desk: Desk, asker: Asker, reference: str) -> None:
    """End one of the asker's own tokens; its sockets close at once. NotFound for anyone else's."""
    async with desk.work(asker, changes_access=True) as work:
        await end_token(work, reference, [work.asker.officer])


async def revoke_account_token(desk: Desk, asker: Asker, reference: str) -> None:
    """End a token of one of the administrator's agency's accounts. NotFound for any other."""
    async with administering(desk, asker) as work:
        programs = await work.session.execute(
            select(col(Officer.id)).where(
                col(Officer.agency_id) == work.asker.agency, col(Officer.account_id).is_not(None)
            )
        )
        await end_token(work, reference, list(programs.scalars()))


async def end_token(work: Work, reference: str, holders: Collection[UUID]) -> None:
    """End an open token of one of these. NotFound for any other."""
    rows = await work.session.execute(
        select(SignIn).where(
            col(SignIn.reference) == reference,
            col(SignIn.factor) == Factor.TOKEN,
            col(SignIn.officer_id).in_(holders),
            col(SignIn.ended_at).is_(None),
        )
    )
    token = rows.scalar_one_or_none()
    if token is None:
        raise NotFound
    token.ended_at, token.ended_by = work.asker.at, work.asker.officer
    work.audit(Act.TOKEN_REVOKED, reference)
    work.record(Fact.OFFICER_CHANGED, token.officer_id, (), touches=Touch.SIGN_IN)


async def caller_of(desk: Desk, secret: str) -> Caller | None:
    """Give who sends this token now, with their keys; None once it was ended or has expired, or the keys are gone."""
    now = desk.clock.now()
    async with desk.database.reading() as session:
        found = await asker_by_token(session, secret_hash(secret), now)
        if found is None:
            return None
        asker, seen_at = found
        row = await session.get_one(ApiToken, asker.sign_in)
        reference = (await session.get_one(SignIn, asker.sign_in)).reference
    await note_seen(desk, asker, seen_at)
    return Caller(asker, frozenset(row.scopes), reference)


async def acts_as(session: AsyncSession, account: Account) -> UUID:
    """Give under whose id an account acts; made when it first does."""
    rows = await session.execute(select(col(Officer.id)).where(col(Officer.account_id) == account.id))
    found: UUID | None = rows.scalar_one_or_none()
    if found is not None:
        return found
    name = Officer(agency_id=account.agency_id, name=account.name, active=False, account_id=account.id)
    session.add(name)
    await session.flush()
    return name.id


async def _file(work: Work, holder: UUID, new: NewToken, days: int, maker: UUID | None) -> Made:
    if len(await _open(work, holder)) >= MOST_OPEN:
        raise Conflict(f"There are {MOST_OPEN} open tokens already. Revoke those that nobody uses.")
    secret, at = PREFIX + new_secret(), work.asker.at
    opened = SignIn(
        officer_id=holder,
        secret_hash=secret_hash(secret),
        started_at=at,
        seen_at=at - 2 * SEEN_EVERY,  # before it began: its first use is noted, however soon
        expires_at=at + timedelta(days=days),
        factor=Factor.TOKEN,
        confirmed_by=Factor.TOKEN,
    )
    work.add(opened)
    await work.session.flush()
    name, scopes = new.name.strip(), sorted(set(new.scopes))
    work.add(ApiToken(sign_in_id=opened.id, name=name, scopes=scopes, made_by=maker, made_at=at))
    work.audit(Act.TOKEN_MADE, opened.reference)
    return Made(opened.reference, name, secret, opened.expires_at)


async def _open(work: Work, holder: UUID) -> list[UUID]:
    rows = await work.session.execute(
        select(col(SignIn.id)).where(
            col(SignIn.officer_id) == holder,
            col(SignIn.factor) == Factor.TOKEN,
            col(SignIn.ended_at).is_(None),
            col(SignIn.expires_at) > work.asker.at,
        )
    )
    return list(rows.scalars())


def _checked(new: NewToken, most: int) -> int:
    messages: dict[str, str] = {}
    if not new.name.strip() or len(new.name.strip()) > LONGEST_NAME:
        messages["name"] = f"Say what uses it, in at most {LONGEST_NAME} characters."
    if not new.scopes or not set(new.scopes) <= set(Scope):
        messages["scopes"] = "Choose what it may be used for."
    days = int(new.days) if new.days.isascii() and new.days.isdecimal() and len(new.days) <= len("999") else 0
    if not 1 <= days <= most:
        messages["days"] = f"Write for how many days, from 1 to {most}."
    if messages:
        raise Invalid(messages)
    return days
