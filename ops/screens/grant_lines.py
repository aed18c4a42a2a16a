"""A grant as a line of a list says it: on what, to whom, and how many people that is."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from models.grants import Grant, Resource
from ops.access.asker import Asker
from ops.access.holders import holders
from ops.screens.lines import agency_tags
from ops.screens.principals_in_words import in_words
from ops.screens.titles import titles_of
from ops.screens.values import AgencyTag


@dataclass(frozen=True, slots=True)
class Given:
    """What every list of grants says of each: the thing, who was given it, in words, and how many hold it now."""

    grant: str
    kind: str
    thing: str
    title: str
    agency: AgencyTag
    part: str
    people: int

    @property
    def called(self) -> str:
        """Name the thing: its kind, and its title if it has one."""
        return f"{self.kind.capitalize()}: {self.title}" if self.title else self.kind.capitalize()


async def given_lines(
    session: AsyncSession, asker: Asker, found: Iterable[tuple[Grant, Resource]]
) -> dict[UUID, Given]:
    """Give the line of each grant, by its id, with as many statements for hundreds as for one.

    The caller found that the asker manages each thing: its title is told.
    """
    pairs = list(found)
    words = await in_words(
        session, asker, await agency_tags(session), {(grant.principal, grant.grantee_agency_id) for grant, _ in pairs}
    )
    held = await holders(session, {grant.principal for grant, _ in pairs}, asker.at)
    titles = await titles_of(session, [thing for _, thing in pairs])
    return {
        grant.id: Given(
            grant=grant.reference,
            kind=thing.kind,
            thing=thing.reference,
            title=titles[thing.id],
            agency=words[grant.principal].agency,
            part=words[grant.principal].part,
            people=len(held.get(grant.principal, ())),
        )
        for grant, thing in pairs
    }
