"""Taking access back from one place: who has any, what would close, what had been seen of it, what was taken lately."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from models.agencies import Officer, Team
from models.grants import Grant, Resource
from ops.access.asker import Asker
from ops.access.holders import holders
from ops.actions.revocations import OUTSIDE, Scope, grants_in, managed_within
from ops.screens.audited import Use, disclosures, readers_in, with_files
from ops.screens.cleared import Cleared, cleared
from ops.screens.grant_lines import Given, given_lines
from ops.screens.lines import agency_tags
from ops.screens.offline import Offline, offline_since
from ops.screens.principals_in_words import in_words
from ops.screens.titles import title_of

LATELY = timedelta(days=1)
MOST = 200  # what a page works out; an act takes all


@dataclass(frozen=True, slots=True)
class RemovalLine:
    """One grant, and what was seen under it."""

    given: Given
    listed: int
    opened: int
    last_opened_at: datetime | None
    downloaded: int
    revoked_at: datetime | None
    why: str
    cleared: Cleared | None
    offline: tuple[Offline, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """Somebody from whom access can be taken back."""

    value: str
    label: str


@dataclass(frozen=True, slots=True)
class Removals:
    """The page. `standing`: what would be taken from `who`; `lately`: what the asker took in the last day."""

    within: str
    title: str
    who: str
    choices: tuple[Choice, ...]
    standing: tuple[RemovalLine, ...]
    lately: tuple[RemovalLine, ...]
    people: int
    opened: int
    downloaded: int

    @property
    def back(self) -> str:
        """Give the address of what this is about."""
        kind, _, reference = self.within.partition(":")
        return f"/{kind}s/{reference}/sharing" if kind else "/watch"

    @property
    def references(self) -> list[str]:
        """Give the things of which a line is shown."""
        return [line.given.thing for line in (*self.standing, *self.lately)]


async def read_removals(session: AsyncSession, asker: Asker, scope: Scope) -> Removals:
    """Read the page. NotFound for a case or operation that the asker does not manage, Invalid for a wrong `who`."""
    mine = await managed_within(session, asker, scope.within)
    found = await grants_in(session, asker, scope) if scope.who else []
    lately = await session.execute(
        select(Grant, Resource)
        .join(Resource, col(Resource.id) == col(Grant.resource_id))
        .where(mine, col(Grant.revoked_by) == asker.officer, col(Grant.revoked_at) > asker.at - LATELY)
        .order_by(col(Grant.revoked_at).desc(), col(Grant.id))
        .limit(MOST)
    )
    taken = [(grant, thing) for grant, thing in lately]
    held = await holders(session, {grant.principal for grant, _ in found}, asker.at)
    use = {grant.id: await _use(session, asker, grant, thing) for grant, thing in [*found[:MOST], *taken]}
    seen = [use[grant.id] for grant, _ in found[:MOST]]
    box = await _box(session, scope.within)
    return Removals(
        within=scope.within,
        title=await title_of(session, box) if box else "",
        who=scope.who,
        choices=await _choices(session, asker, scope),
        standing=await _lines(session, asker, found[:MOST], use),
        lately=await _lines(session, asker, taken, use),
        people=len(frozenset[UUID]().union(*held.values())),
        opened=len({officer for one in seen for officer in one.opened}),
        downloaded=sum(len(one.downloads) for one in seen),
    )


async def _use(session: AsyncSession, asker: Asker, grant: Grant, thing: Resource) -> Use:
    held = (await holders(session, [grant.principal], asker.at)).get(grant.principal, frozenset())
    use = Use()
    for row, listed in await disclosures(session, await with_files(session, thing), grant.starts):
        use.count(row, held & readers_in(row), listed=listed)
    return use


async def _lines(
    session: AsyncSession, asker: Asker, found: Iterable[tuple[Grant, Resource]], use: dict[UUID, Use]
) -> tuple[RemovalLine, ...]:
    pairs = list(found)
    given = await given_lines(session, asker, pairs)
    away = {grant.id: await _offline(session, asker, grant, thing) for grant, thing in pairs}
    how = await cleared(session, {grant.revoked_position for grant, _ in pairs if grant.revoked_position})
    return tuple(
        RemovalLine(
            given=given[grant.id],
            listed=use[grant.id].only_listed,
            opened=len(use[grant.id].opened),
            last_opened_at=max(use[grant.id].opened.values(), default=None),
            downloaded=len(use[grant.id].downloads),
            revoked_at=grant.revoked_at,
            why=grant.revoked_why,
            cleared=how.get(grant.revoked_position or 0),
            offline=away[grant.id],
        )
        for grant, _ in pairs
    )


async def _offline(session: AsyncSession, asker: Asker, grant: Grant, thing: Resource) -> tuple[Offline, ...]:
    if grant.revoked_at is None:
        return ()
    held = (await holders(session, [grant.principal], asker.at)).get(grant.principal, frozenset())
    return await offline_since(session, grant, thing, held, asker.at)


async def _box(session: AsyncSession, within: str) -> Resource | None:
    rows = await session.execute(select(Resource).where(col(Resource.reference) == within.partition(":")[2]))
    return rows.scalar_one_or_none()


async def _choices(session: AsyncSession, asker: Asker, scope: Scope) -> tuple[Choice, ...]:
    """List who has access to any of it: agencies, then teams and officers that were given it as such."""
    rows = await session.execute(
        select(col(Grant.principal), col(Grant.grantee_agency_id))
        .join(Resource, col(Resource.id) == col(Grant.resource_id))
        .where(await managed_within(session, asker, scope.within), col(Grant.revoked_at).is_(None))
        .distinct()
    )
    principals = {row[0]: row[1] for row in rows}
    agencies = await agency_tags(session)
    words = await in_words(session, asker, agencies, principals.items())
    others = sorted(
        {agency for agency in principals.values() if agency != asker.agency}, key=lambda a: agencies[a].code
    )
    choices = [Choice(OUTSIDE, "Every other agency")] if others else []
    choices += [Choice(f"agency:{agencies[a].reference}", f"{agencies[a].code} {agencies[a].name}") for a in others]
    tables: dict[str, type[Team | Officer]] = {"team": Team, "officer": Officer}
    for kind, table in tables.items():
        named = {UUID(key.partition(":")[2]): key for key in principals if key.startswith(f"{kind}:")}
        found = await session.execute(select(col(table.id), col(table.reference)).where(col(table.id).in_(named)))
        choices += sorted(
            (
                Choice(f"{kind}:{reference}", f"{words[named[name]].agency.code} › {words[named[name]].part}")
                for name, reference in found
            ),
            key=lambda choice: choice.label,
        )
    return tuple(choices)
