"""What a world file finds in the cabinet already, in the file's own words."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from models.agencies import Agency, Officer, Team
from models.agreements import Agreement, AgreementParty
from models.cases import CaseLink
from models.grants import Resource
from models.operations import Operation
from models.sign_ins import Credential
from models.worlds import LoadedThing
from ops.topics import case_topic, operation_topic


class Filed(NamedTuple):
    """A thing that has been filed, and the topics of the box it lies in."""

    resource: Resource
    topics: tuple[str, ...]


class Signed(NamedTuple):
    """An agreement and the codes of the agencies that signed it."""

    agreement: Agreement
    parties: frozenset[str]


class Planned(NamedTuple):
    """An operation, and when what was given for it ends."""

    resource: Resource
    over: datetime


AFTERWARDS = timedelta(hours=24)  # grants of an operation end so long after it


@dataclass
class Known:
    """Who and what there is already. Teams go by name, officers by their agency's letters and e-mail."""

    agencies: dict[str, Agency] = field(default_factory=dict)
    teams: dict[str, Team] = field(default_factory=dict)
    officers: dict[tuple[str, str], Officer] = field(default_factory=dict)
    agreements: dict[str, Signed] = field(default_factory=dict)
    things: dict[str, Filed] = field(default_factory=dict)
    operations: dict[str, Planned] = field(default_factory=dict)
    links: set[frozenset[UUID]] = field(default_factory=set)

    def named_officers(self) -> dict[str, Officer]:
        """Give officers by e-mail, and by name where only one of them has it."""
        emails = Counter(email for _, email in self.officers)
        names = Counter(officer.name for officer in self.officers.values())
        found = {email: officer for (_, email), officer in self.officers.items() if emails[email] == 1}
        return found | {one.name: one for one in self.officers.values() if names[one.name] == 1}


async def read_known(session: AsyncSession, world: str) -> Known:
    """Read what a file of this world may name although it does not describe it."""
    known = Known()
    agencies = {row.id: row for row in (await session.execute(select(Agency))).scalars()}
    known.agencies = {agency.code: agency for agency in agencies.values()}
    for team in (await session.execute(select(Team).where(col(Team.closed_at).is_(None)))).scalars():
        known.teams[f"{agencies[team.agency_id].code}/{team.name}"] = team
    officers = await session.execute(
        select(Officer, col(Credential.email)).join(Credential, col(Credential.officer_id) == col(Officer.id))
    )
    known.officers = {(agencies[officer.agency_id].code, email): officer for officer, email in officers}
    await _read_agreements(session, known, {agency.id: agency.code for agency in agencies.values()})
    await _read_things(session, known, world)
    return known


async def _read_agreements(session: AsyncSession, known: Known, codes: dict[UUID, str]) -> None:
    parties: dict[UUID, set[str]] = {}
    for party in (await session.execute(select(AgreementParty).where(col(AgreementParty.left_at).is_(None)))).scalars():
        parties.setdefault(party.agreement_id, set()).add(codes[party.agency_id])
    for agreement in (await session.execute(select(Agreement))).scalars():
        known.agreements[agreement.name] = Signed(agreement, frozenset(parties.get(agreement.id, ())))


async def _read_things(session: AsyncSession, known: Known, world: str) -> None:
    rows = await session.execute(
        select(col(LoadedThing.code), Resource)
        .join(Resource, col(Resource.id) == col(LoadedThing.resource_id))
        .where(col(LoadedThing.world) == world)
    )
    found: dict[str, Resource] = {row[0]: row[1] for row in rows}
    boxes = {resource.id: resource for resource in found.values()}
    for code, resource in found.items():
        known.things[code] = Filed(resource, _topics(resource, boxes))
        if resource.kind == "operation":
            row = await session.get_one(Operation, resource.id)
            known.operations[code] = Planned(resource, row.ends + AFTERWARDS)
    links = await session.execute(select(CaseLink).where(col(CaseLink.removed_at).is_(None)))
    known.links = {frozenset((link.from_id, link.to_id)) for link in links.scalars()}


def _topics(resource: Resource, boxes: dict[UUID, Resource]) -> tuple[str, ...]:
    box = boxes.get(resource.gate_id, resource) if resource.gate_id else resource
    if box.kind == "case":
        return (case_topic(box.reference),)
    return (operation_topic(box.reference),) if box.kind == "operation" else ()
