"""Whose sign-in is over: by what was done since it began, never by the row that the product ends itself."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlmodel import col

from models.agencies import Agency, Officer
from models.audit import Act, AuditRow
from models.database import Database
from models.sign_ins import Credential, Factor, SignIn

# Done to an officer, to their agency or to the sign-in itself, these end it.
ENDINGS = frozenset(
    {Act.OFFICER_SUSPENDED, Act.OFFICER_LEFT, Act.AGENCY_SUSPENDED, Act.AGENCY_CLOSED, Act.SIGN_IN_RESET}
)
# These too, but for the one with which they were done.
ENDINGS_OF_OTHERS = frozenset({Act.ALL_SIGN_INS_ENDED})
ENDINGS_OF_ONE = frozenset({Act.SIGN_IN_ENDED, Act.TOKEN_REVOKED})  # a wall ends with its account: no sign-in alone


@dataclass(frozen=True)
class SignIns:
    """One reading of the cabinet: every officer's newest sign-in, the one that their browser carries."""

    newest: Mapping[UUID, SignIn]
    tokens: Mapping[UUID, SignIn]  # every officer's first, the one that their script carries
    ended: frozenset[UUID]  # of those, the ones that an act ended
    reset: frozenset[UUID]  # officers for whom no password opens anything

    def over(self, officer: UUID, at: datetime) -> bool:
        """Say whether what this officer's browser carries opens nothing any more."""
        return self._over(self.newest.get(officer), at)

    def token_over(self, officer: UUID, at: datetime) -> bool:
        """Say the same of what this officer's script carries."""
        return self._over(self.tokens.get(officer), at)

    def _over(self, newest: SignIn | None, at: datetime) -> bool:
        return newest is None or newest.id in self.ended or newest.expires_at <= at


async def sign_ins_of(database: Database) -> SignIns:
    """Read the sign-ins, and from the audit what was done to their officers since."""
    async with database.reading() as session:
        begun = await session.execute(select(SignIn).order_by(col(SignIn.started_at), col(SignIn.id)))
        rows = list(begun.scalars())
        newest = {row.officer_id: row for row in rows if row.factor != Factor.TOKEN}
        tokens = {row.officer_id: row for row in reversed(rows) if row.factor == Factor.TOKEN}
        agencies = {row.id: row.reference for row in (await session.execute(select(Agency))).scalars()}
        officers = (await session.execute(select(Officer))).scalars().all()
        acts = await session.execute(
            select(AuditRow).where(col(AuditRow.act).in_(ENDINGS | ENDINGS_OF_OTHERS | ENDINGS_OF_ONE))
        )
        done = defaultdict[str, list[AuditRow]](list)
        for act in acts.scalars():
            for reference in act.references:
                done[reference].append(act)
        reset = await session.execute(select(col(Credential.officer_id)).where(col(Credential.password_hash).is_(None)))
        no_password = frozenset(reset.scalars())
    ended: set[UUID] = set()
    for officer in officers:
        for own in (newest.get(officer.id), tokens.get(officer.id)):
            if own is None:
                continue
            about = (*done[officer.reference], *done[agencies[officer.agency_id]], *done[own.reference])
            ended |= {own.id for act in about if _ends(act, own)}
    return SignIns(newest, tokens, frozenset(ended), no_password)


def _ends(act: AuditRow, sign_in: SignIn) -> bool:
    if act.at < sign_in.started_at:
        return False
    return act.act not in ENDINGS_OF_OTHERS or act.sign_in_id != sign_in.id
