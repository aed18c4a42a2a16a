"""Principals as a sharing page names them: officers by name only to their own agency, else as one person of it."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from models.agencies import Account, Officer, Team
from models.grants import Resource
from models.operations import Operation
from ops.access.asker import Asker
from ops.access.rules import visible_to
from ops.screens.values import AgencyTag


@dataclass(frozen=True, slots=True)
class InWords:
    """An agency, and who in it: a team, a name, 'one officer'; empty for the whole agency."""

    agency: AgencyTag
    part: str


async def in_words(
    session: AsyncSession, asker: Asker, agencies: dict[UUID, AgencyTag], principals: Collection[tuple[str, UUID]]
) -> dict[str, InWords]:
    """Name principals, each given with the agency that it belongs to. An unlisted team shows as its agency."""
    ids: dict[str, dict[UUID, str]] = {}
    for key, _ in principals:
        kind, _, name = key.partition(":")
        ids.setdefault(kind, {})[UUID(name.partition("@")[0])] = key
    teams = await session.execute(select(Team).where(col(Team.id).in_(ids.get("team", {}))))
    officers = await session.execute(select(Officer).where(col(Officer.id).in_(ids.get("officer", {}))))
    accounts = await session.execute(select(Account).where(col(Account.id).in_(ids.get("account", {}))))
    titles = await _titles(session, asker, ids.get("detachment", {}))
    parts: dict[str, str] = {}
    for team in teams.scalars():
        shown = team.listed or team.agency_id == asker.agency
        parts[ids["team"][team.id]] = team.name if shown else "one of its teams"
    for officer in officers.scalars():
        own = officer.agency_id == asker.agency
        parts[ids["officer"][officer.id]] = officer.name if own else "one officer"
    for account in accounts.scalars():
        parts[ids["account"][account.id]] = account.name if account.agency_id == asker.agency else "one program"
    for key, _ in principals:
        if key.startswith("detachment:"):
            parts[key] = f"its officers on {titles.get(UUID(key[11:].partition('@')[0]), 'the operation')}"
    return {key: InWords(agencies[agency], parts.get(key, "")) for key, agency in principals}


async def _titles(session: AsyncSession, asker: Asker, operations: Collection[UUID]) -> dict[UUID, str]:
    """Give the titles of those operations that the asker reads: a stub has none."""
    rows = await session.execute(
        select(col(Operation.id), col(Operation.title))
        .join(Resource, col(Resource.id) == col(Operation.id))
        .where(col(Operation.id).in_(operations), visible_to(asker))
    )
    return {row[0]: row[1] for row in rows}
