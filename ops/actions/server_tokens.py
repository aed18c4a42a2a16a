"""Tokens of programs as who runs the server makes, lists and revokes them: on its command line, for accounts alone."""

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select
from sqlmodel import col

from models.agencies import Account, Agency, Officer, Standing
from models.audit import Act
from models.sign_ins import Factor, SignIn
from models.tokens import ApiToken
from ops.actions.administration import checked_name
from ops.actions.beginning import on_the_server
from ops.actions.tokens import Made, NewToken, acts_as, checked_for_account, end_token, file_account_token
from ops.errors import Invalid, NotFound
from ops.transaction import Desk, Work


@dataclass(frozen=True, slots=True)
class OpenToken:
    """An open token; `account` is empty for an officer's own."""

    reference: str
    agency: str
    account: str
    name: str
    scopes: tuple[str, ...]
    used_at: datetime | None
    expires_at: datetime


async def make_token_on_server(desk: Desk, agency: str, account: str, new: NewToken) -> Made:
    """Make a token for an account of the agency with these letters; an account that is not there yet is made.

    Raises Invalid for what does not fit, Conflict for an ended account.
    """
    days = checked_for_account(new)
    async with on_the_server(desk) as work:
        found = await _account(work, agency, checked_name(account, "account"))
        program = await acts_as(work.session, found)
        work.asker = replace(work.asker, officer=program, agency=found.agency_id)  # filed under its own name
        return await file_account_token(work, found, new, days, None)


async def revoke_token_on_server(desk: Desk, reference: str) -> None:
    """End an open token, whoever's it is. NotFound for any other."""
    async with on_the_server(desk) as work:
        rows = await work.session.execute(
            select(Officer)
            .join(SignIn, col(SignIn.officer_id) == col(Officer.id))
            .where(col(SignIn.reference) == reference, col(SignIn.factor) == Factor.TOKEN)
        )
        holder = rows.scalar_one_or_none()
        if holder is None:
            raise NotFound
        work.asker = replace(work.asker, officer=holder.id, agency=holder.agency_id)
        await end_token(work, reference, [holder.id])


async def list_tokens_on_server(desk: Desk) -> list[OpenToken]:
    """List every open token, by agency."""
    async with desk.database.reading() as session:
        rows = await session.execute(
            select(SignIn, ApiToken, col(Agency.code), col(Account.name))
            .join(ApiToken, col(ApiToken.sign_in_id) == col(SignIn.id))
            .join(Officer, col(Officer.id) == col(SignIn.officer_id))
            .join(Agency, col(Agency.id) == col(Officer.agency_id))
            .outerjoin(Account, col(Account.id) == col(Officer.account_id))
            .where(col(SignIn.ended_at).is_(None), col(SignIn.expires_at) > desk.clock.now())
            .order_by(col(Agency.code), col(Account.name), col(SignIn.started_at))
        )
        return [
            OpenToken(
                reference=signed_in.reference,
                agency=code,
                account=account or "",
                name=token.name,
                scopes=tuple(token.scopes),
                used_at=signed_in.seen_at if signed_in.seen_at >= signed_in.started_at else None,
                expires_at=signed_in.expires_at,
            )
            for signed_in, token, code, account in rows
        ]


async def _account(work: Work, letters: str, name: str) -> Account:
    rows = await work.session.execute(select(Agency).where(col(Agency.code) == letters.strip().upper()))
    agency = rows.scalar_one_or_none()
    if agency is None or agency.standing != Standing.ACTIVE:
        raise Invalid({"agency": "No agency that takes part has these letters."})
    known = await work.session.execute(
        select(Account)
        .where(col(Account.agency_id) == agency.id, col(Account.name) == name)
        .order_by(col(Account.active).desc())
        .limit(1)
    )
    account = known.scalar_one_or_none()
    if account is not None:
        return account
    account = Account(agency_id=agency.id, name=name)
    work.add(account)
    await work.session.flush()
    work.audit(Act.ACCOUNT_MADE, account.reference)
    return account
