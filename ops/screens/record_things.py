"""What an entry of the audit is about, as far as its reader may know: a title needs a grant, a kind needs ownership."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from live.audience import Level
from models.cases import Case
from models.grants import Resource
from ops.access.asker import Asker
from ops.access.rules import visible_to
from ops.screens.titles import titles_of

TITLED = frozenset({"case", "report", "profile"})  # the audit says of an operation that it was one, and no more
PAGED = frozenset({"case", "report", "profile", "operation"})  # kinds that have a page of their own


@dataclass(frozen=True, slots=True)
class RecordThing:
    """A thing by its reference. `kind` and `theme` are empty for what is neither ours nor visible."""

    reference: str
    kind: str
    theme: str
    title: str
    readable: bool

    @property
    def register(self) -> str:
        """Give the address of its disclosure register; empty for kinds that have none."""
        return f"/{self.kind}s/{self.reference}/register" if self.kind in {"case", "profile"} else ""

    @property
    def address(self) -> str:
        """Give the address of its page, for who may read it."""
        return f"/{self.kind}s/{self.reference}" if self.readable and self.kind in PAGED else ""


async def things_named(session: AsyncSession, asker: Asker, references: Collection[str]) -> dict[str, RecordThing]:
    """Give each reference as the asker may know it; one that names no resource stands for itself."""
    rows = list((await session.execute(select(Resource).where(col(Resource.reference).in_(references)))).scalars())
    names = [row.id for row in rows]
    readable = await _visible(session, asker, names, Level.READ)
    known = await _visible(session, asker, names, Level.DISCOVER)
    titles = await titles_of(session, [row for row in rows if row.id in readable and row.kind in TITLED])
    themes = await session.execute(select(col(Case.id), col(Case.theme)).where(col(Case.id).in_(names)))
    theme_of = {row[0]: row[1] for row in themes}
    found = {reference: RecordThing(reference, "", "", "", readable=False) for reference in references}
    for row in rows:
        if row.owner_agency_id == asker.agency or row.id in known:
            title = titles.get(row.id, "")
            theme = theme_of.get(row.id, "")
            found[row.reference] = RecordThing(row.reference, row.kind, theme, title, readable=row.id in readable)
    return found


async def _visible(session: AsyncSession, asker: Asker, names: Collection[UUID], level: Level) -> set[UUID]:
    rows = await session.execute(select(col(Resource.id)).where(col(Resource.id).in_(names), visible_to(asker, level)))
    return set(rows.scalars())
