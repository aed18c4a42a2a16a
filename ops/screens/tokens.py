"""Open tokens, as their officer or their agency's administrator sees them listed."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from models.agencies import Account, Officer
from models.sign_ins import Factor, SignIn
from models.tokens import ApiToken
from ops.access.asker import Asker
from ops.errors import NotFound

SCOPE_WORDS = {
    "read": "See what it may see",
    "contribute": "Write: reports, posts, tasks, files",
    "manage": "Change and share, decide requests",
    "administer": "Administer the agency",
    "audit": "Read records and disclosure registers",
}


@dataclass(frozen=True, slots=True)
class TokenLine:
    """A token; its secret is not kept, so nobody can be shown it again."""

    reference: str
    name: str
    scopes: tuple[str, ...]
    made_at: datetime
    used_at: datetime | None
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class AccountPage:
    """A program or wall display of the administrator's agency, with its open tokens."""

    reference: str
    name: str
    active: bool
    tokens: tuple[TokenLine, ...]


async def own_tokens(session: AsyncSession, asker: Asker) -> tuple[TokenLine, ...]:
    """List the asker's own open tokens, the newest first."""
    return await _lines(session, _open(asker).where(col(SignIn.officer_id) == asker.officer))


async def read_account(session: AsyncSession, asker: Asker, reference: str) -> AccountPage:
    """Read an account of the administrator's agency. NotFound for another agency's."""
    rows = await session.execute(
        select(Account).where(col(Account.reference) == reference, col(Account.agency_id) == asker.agency)
    )
    account = rows.scalar_one_or_none()
    if account is None:
        raise NotFound
    acts_as = select(col(Officer.id)).where(col(Officer.account_id) == account.id)
    tokens = await _lines(session, _open(asker).where(col(SignIn.officer_id).in_(acts_as)))
    return AccountPage(account.reference, account.name, account.active, tokens)


def _open(asker: Asker) -> Select[SignIn, ApiToken]:
    return (
        select(SignIn, ApiToken)
        .join(ApiToken, col(ApiToken.sign_in_id) == col(SignIn.id))
        .where(col(SignIn.factor) == Factor.TOKEN, col(SignIn.ended_at).is_(None), col(SignIn.expires_at) > asker.at)
        .order_by(col(SignIn.started_at).desc(), col(SignIn.reference))
    )


async def _lines(session: AsyncSession, statement: Select[SignIn, ApiToken]) -> tuple[TokenLine, ...]:
    return tuple(
        TokenLine(
            reference=signed_in.reference,
            name=token.name,
            scopes=tuple(token.scopes),
            made_at=token.made_at,
            used_at=signed_in.seen_at if signed_in.seen_at >= signed_in.started_at else None,
            expires_at=signed_in.expires_at,
        )
        for signed_in, token in await session.execute(statement)
    )
