"""A case on paper: what one reader may see of it, whole, made for them and saying so."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from models.agencies import Agency, Officer
from models.grants import Resource
from ops.access.asker import Asker
from ops.screens.case_file import read_case
from ops.screens.case_values import CaseFile, ReportCard
from ops.screens.tables import newest_versions


@dataclass(frozen=True, slots=True)
class CasePaper:
    """The case, the whole text of each report that the reader may read, and who the reader is."""

    case: CaseFile
    texts: dict[str, str]
    reader: str
    agency: str
    marking: str

    @property
    def shown(self) -> list[str]:
        """Give the references of what is printed whole; a stub's case is not."""
        own = [] if self.case.head.stub else [self.case.reference]
        return [*own, *(card.reference for card in self.case.cards)]

    @property
    def listed(self) -> list[str]:
        """Give the references of which a line is printed."""
        links = [link.case_reference for link in self.case.links if link.title]
        return [*links, *(person.reference for person in self.case.people)]


MARKING = "OFFICIAL-SENSITIVE"  # of a paper whose case may not be read


async def case_paper(session: AsyncSession, asker: Asker, reference: str) -> CasePaper:
    """Read a case for print; NotFound as the case's own page."""
    case = await read_case(session, asker, reference)
    reader = await session.get_one(Officer, asker.officer)
    agency = await session.get_one(Agency, asker.agency)
    texts = await _texts(session, case.cards)
    return CasePaper(case, texts, reader.name, agency.name, case.head.marking or MARKING)


async def _texts(session: AsyncSession, cards: tuple[ReportCard, ...]) -> dict[str, str]:
    rows = await session.execute(
        select(col(Resource.id), col(Resource.reference)).where(
            col(Resource.reference).in_([card.reference for card in cards])
        )
    )
    references: dict[UUID, str] = {row[0]: row[1] for row in rows}
    versions = await newest_versions(session, references)
    return {references[report]: version.text for report, version in versions.items()}
