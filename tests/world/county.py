"""Questions about a loaded world in its own words: agency codes, officers' names, titles."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from live.audience import Level
from live.ports import Known
from models.agencies import Agency, Officer
from models.cases import Case
from models.grants import Resource
from models.operations import Operation, Site
from models.reports import Report, ReportVersion
from models.tasks import Task
from ops.access.asker import Asker
from ops.access.audiences import known
from ops.access.principals import keys_of


@dataclass(frozen=True)
class County:
    """Everything that access is worked out from, and names for it."""

    session: AsyncSession
    now: datetime
    agencies: dict[str, Agency]
    officers: dict[str, Officer]
    keys: dict[str, frozenset[str]]
    resources: dict[UUID, Resource]
    facts: dict[UUID, Known]

    def asker(self, name: str) -> Asker:
        officer = self.officers[name]
        return Asker(officer.id, officer.agency_id, self.keys[name], self.now)

    def seeing(self, resource: UUID, level: Level = Level.READ) -> set[str]:
        """Name the officers who reach a level on a resource."""
        admission = self.facts[resource].audience.at(self.now)
        return {name for name, keys in self.keys.items() if admission.level(keys) >= level}

    def of(self, *codes: str) -> set[str]:
        """Name every officer of some agencies."""
        wanted = {self.agencies[code].id for code in codes}
        return {name for name, officer in self.officers.items() if officer.agency_id in wanted}

    def agencies_of(self, names: set[str]) -> set[str]:
        """Give the codes of the agencies that officers work for."""
        codes = {agency.id: code for code, agency in self.agencies.items()}
        return {codes[self.officers[name].agency_id] for name in names}

    def seen_by(self, name: str, kind: str, level: Level = Level.READ) -> list[UUID]:
        """List the resources of a kind on which an officer reaches a level."""
        return [
            resource.id
            for resource in self.resources.values()
            if resource.kind == kind and name in self.seeing(resource.id, level)
        ]

    async def report(self, agency: str, kind: str) -> UUID:
        """Find the report of a kind that an agency wrote in LAPWING Mill Rd."""
        rows = await self.session.execute(
            select(col(Report.id))
            .join(Resource, col(Resource.id) == col(Report.id))
            .where(
                col(Resource.owner_agency_id) == self.agencies[agency].id,
                col(Report.kind) == kind,
                col(Report.case_id) == await self.case("LAPWING Mill Rd"),
            )
        )
        return rows.scalar_one()

    async def case(self, title: str) -> UUID:
        return (await self.session.execute(select(col(Case.id)).where(col(Case.title) == title))).scalar_one()

    async def operation(self) -> UUID:
        return (await self.session.execute(select(col(Operation.id)))).scalar_one()

    async def site(self, code: str) -> UUID:
        return (await self.session.execute(select(col(Site.id)).where(col(Site.code) == code))).scalar_one()

    async def tasks(self, words: str) -> list[UUID]:
        """Find tasks by words in their title."""
        return list((await self.session.execute(select(col(Task.id)).where(col(Task.title).contains(words)))).scalars())

    async def newest_text(self, report: UUID) -> str:
        rows = await self.session.execute(
            select(col(ReportVersion.text))
            .where(col(ReportVersion.report_id) == report)
            .order_by(col(ReportVersion.number).desc())
            .limit(1)
        )
        return rows.scalar_one()


async def read_county(session: AsyncSession, now: datetime) -> County:
    """Gather who there is, their keys, and what access each resource has."""
    agencies = {agency.code: agency for agency in (await session.execute(select(Agency))).scalars()}
    officers = {officer.name: officer for officer in (await session.execute(select(Officer))).scalars()}
    held = await keys_of(session, [officer.id for officer in officers.values()], now)
    keys = {name: held[officer.id].held for name, officer in officers.items()}
    resources = {resource.id: resource for resource in (await session.execute(select(Resource))).scalars()}
    return County(session, now, agencies, officers, keys, resources, await known(session, list(resources)))
