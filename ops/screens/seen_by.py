"""Who sees a thing, in words that every one of its readers may know: agencies, listed teams, and a number of people."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from live.audience import Admission
from live.ports import Known
from models.agencies import Account, Agency, Officer, Team
from ops.access.admissions import admissions_at
from ops.access.audiences import AUDIENCES, Place, places_of
from ops.access.holders import HOLDERS, holders
from ops.access.readers import Readers, readers_among
from ops.screens.values import SeenBy


async def seen_by(session: AsyncSession, resources: Collection[UUID], at: datetime) -> dict[UUID, SeenBy]:
    """Give the 'seen by' line of each resource; the same line for every reader.

    `everyone`: everyone who reads the box it lies in. An officer or an unlisted team shows as their agency. Who holds
    a key is read once for a session that shows one moment, and one line is worked out for all that share an audience.
    """
    places = await places_of(session, resources)
    boxes = await places_of(session, {place.gate_id for place in places if place.gate_id is not None})
    distinct = {(place.acl_id, place.gate_id): place for place in (*places, *boxes)}
    admissions = await _admissions(session, distinct.values(), at, resources)
    held = await _held(session, {p for one in _each(admissions.values()) for p in one.principals()}, at)
    readers = {id(one): readers_among(one, held) for one in _each(admissions.values())}
    names = await _names(session, {p for found in readers.values() for p in found.principals})
    reading = {where: readers[id(admissions[place.id])] for where, place in distinct.items()}
    of_boxes = {box.id: reading[box.acl_id, box.gate_id] for box in boxes}
    lines: dict[tuple[int, int], SeenBy] = {}
    found: dict[UUID, SeenBy] = {}
    for place in places:
        own, box = reading[place.acl_id, place.gate_id], of_boxes.get(place.gate_id) if place.gate_id else None
        alike = (id(own), id(box))
        if alike not in lines:
            lines[alike] = _line(own, box, names)
        found[place.id] = lines[alike]
    return {resource: found.get(resource, SeenBy(everyone=False, names=(), people=0)) for resource in resources}


def _each(admissions: Iterable[Admission]) -> Collection[Admission]:
    return {id(one): one for one in admissions}.values()


async def _admissions(
    session: AsyncSession, places: Collection[Place], at: datetime, asked: Collection[UUID]
) -> Mapping[UUID, Admission]:
    """Give who is admitted; audiences that the engine has just read at this moment are not read again."""
    kept: Mapping[UUID, Known] = session.info.get(AUDIENCES, {})
    if places and all(place.id in kept for place in places):
        return {place.id: kept[place.id].audience.at(at) for place in places}
    return await admissions_at(session, places, at, () if places else asked)


def _line(readers: Readers, box: Readers | None, names: Mapping[str, str]) -> SeenBy:
    everyone = box is not None and box.officers <= readers.officers and len(box.officers) > 1
    words = sorted({names[principal] for principal in readers.principals if principal in names})
    return SeenBy(everyone, tuple(words), len(readers.officers))


async def _held(session: AsyncSession, principals: Collection[str], at: datetime) -> Mapping[str, frozenset[UUID]]:
    kept: dict[str, frozenset[UUID]] = session.info.setdefault((HOLDERS, at), {})
    if missing := frozenset(principals).difference(kept):
        kept.update(dict.fromkeys(missing, frozenset[UUID]()) | await holders(session, missing, at))
    return kept


async def _names(session: AsyncSession, principals: Collection[str]) -> dict[str, str]:
    codes = await _codes(session)
    parted = [(principal, *principal.partition(":")[::2]) for principal in principals]
    teams = await _teams(session, [UUID(name) for _, kind, name in parted if kind == "team"])
    owners = await _owners(session, [UUID(name) for _, kind, name in parted if kind == "account"])
    employers = await _employers(session, [UUID(name) for _, kind, name in parted if kind == "officer"])
    names: dict[str, str] = {}
    for principal, kind, name in parted:
        if kind == "agency":
            names[principal] = codes[UUID(name)]
        elif kind == "detachment":
            names[principal] = codes[UUID(name.partition("@")[2])]
        elif kind == "team":
            team = teams[UUID(name)]
            names[principal] = f"{codes[team.agency_id]} {team.name}" if team.listed else codes[team.agency_id]
        elif kind == "officer":
            names[principal] = codes[employers[UUID(name)]]
        elif kind == "account":
            names[principal] = codes[owners[UUID(name)]]
    return names


async def _codes(session: AsyncSession) -> dict[UUID, str]:
    kept: dict[UUID, str] = session.info.setdefault(_codes, {})
    if not kept:
        kept.update({row[0]: row[1] for row in await session.execute(select(col(Agency.id), col(Agency.code)))})
    return kept


async def _teams(session: AsyncSession, teams: Collection[UUID]) -> dict[UUID, Team]:
    if not teams:
        return {}
    rows = await session.execute(select(Team).where(col(Team.id).in_(teams)))
    return {team.id: team for team in rows.scalars()}


async def _owners(session: AsyncSession, accounts: Collection[UUID]) -> dict[UUID, UUID]:
    if not accounts:
        return {}
    rows = await session.execute(select(col(Account.id), col(Account.agency_id)).where(col(Account.id).in_(accounts)))
    return {row[0]: row[1] for row in rows}


async def _employers(session: AsyncSession, officers: Collection[UUID]) -> dict[UUID, UUID]:
    if not officers:
        return {}
    rows = await session.execute(select(col(Officer.id), col(Officer.agency_id)).where(col(Officer.id).in_(officers)))
    return {row[0]: row[1] for row in rows}
