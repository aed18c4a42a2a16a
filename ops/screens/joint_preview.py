"""Before a report is filed: who would see it with its files and the people it names, taken as one; and who not."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from live.audience import Level
from models.cases import Case
from models.grants import Resource, RingFence
from models.profiles import Profile
from ops.access.asker import Asker
from ops.access.doors import find_row
from ops.access.holders import holders
from ops.access.principals import own_key, team_key
from ops.access.readers import officers_admitted, readers_of
from ops.access.rules import visible_to
from ops.actions.fences import fences_of
from ops.actions.grantees import Grantee, grantee_of, own_teams
from ops.actions.grounds import ALWAYS_FENCED
from ops.errors import Invalid
from ops.screens.lines import agency_tags
from ops.screens.near import WillNot, agencies_of, will_not_see
from ops.screens.principals_in_words import in_words
from ops.screens.values import AgencyTag


@dataclass(frozen=True, slots=True)
class Draft:
    """As much of a report as decides who would see it."""

    team: str = ""
    shared_with: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    kind: str = ""
    level: str = "read"
    fenced: bool = True


@dataclass(frozen=True, slots=True)
class GroupLine:
    """A group that would see it. `waits`: it is not in the case yet. `future`: its later members will see it too."""

    agency: AgencyTag
    part: str
    people: int
    waits: bool
    future: bool


@dataclass(frozen=True, slots=True)
class NamedLine:
    """A person whom it would name, and the agencies that would read the report and not the profile."""

    reference: str
    label: str
    agency: AgencyTag
    without: tuple[AgencyTag, ...]


@dataclass(frozen=True, slots=True)
class Joint:
    """What the composer says before the act.

    `case`: in which it would lie. `knows`: all but the own team would only know that it exists. `refused`: why
    somebody chosen cannot be given it. `asks_twice`: it is about a person, and somebody chosen enforces.
    """

    case: str
    people: int
    agencies: int
    groups: tuple[GroupLine, ...]
    knows: bool
    named: tuple[NamedLine, ...]
    out: WillNot
    refused: tuple[str, ...]
    asks_twice: bool


@dataclass(frozen=True, slots=True)
class _Chosen:
    """To whom it would be given, by principal, with the own right first; and of them who would see it at once."""

    agencies: dict[str, UUID]
    held: Mapping[str, frozenset[UUID]]
    reading: dict[str, frozenset[UUID]]
    refused: tuple[str, ...]
    enforcing: bool


async def joint_preview(session: AsyncSession, asker: Asker, case: str, draft: Draft) -> Joint:
    """Work out who would see a report that is not written yet; NotFound for who may not write in the case."""
    row, _ = await find_row(session, asker, case, Case, Level.CONTRIBUTE)
    fences = await fences_of(session, row.id)
    inside = draft.fenced or draft.kind in ALWAYS_FENCED
    chosen = await _chosen(session, asker, row.id, draft, fences, inside=inside)
    own, *others = chosen.reading.values()
    knows = draft.level == "discover"
    seeing = own if knows else own.union(*others)
    return Joint(
        case=case,
        people=len(seeing),
        agencies=len(await agencies_of(session, seeing)),
        groups=await _groups(session, asker, chosen),
        knows=knows and bool(others),
        named=await _named(session, asker, draft.names, seeing),
        out=await will_not_see(session, asker, [row.id], seeing, set(fences) if inside else ()),
        refused=chosen.refused,
        asks_twice=chosen.enforcing and (inside or bool(draft.names)),
    )


async def _chosen(
    session: AsyncSession,
    asker: Asker,
    case: UUID,
    draft: Draft,
    fences: Mapping[UUID, RingFence],
    *,
    inside: bool,
) -> _Chosen:
    own, grantees, refused = await _own_right(session, asker, draft.team), list[Grantee](), list[str]()
    for who in draft.shared_with:
        try:
            grantee = await grantee_of(session, asker, who)
        except Invalid as refusal:
            refused.extend(refusal.messages.values())
            continue
        if inside and grantee.agency in fences:
            refused.append(f"Ring-fence: {fences[grantee.agency].name}.")
        else:
            grantees.append(grantee)
    agencies = {own: asker.agency, **{one.key: one.agency for one in grantees}}
    admitted = await officers_admitted(session, case, asker.at)
    held = await holders(session, list(agencies), asker.at)
    people = {key: held.get(key, frozenset[UUID]()) for key in agencies}
    return _Chosen(
        agencies=agencies,
        held=people,
        reading={key: people[key] if one == asker.agency else people[key] & admitted for key, one in agencies.items()},
        refused=tuple(dict.fromkeys(refused)),
        enforcing=any(one.agency != asker.agency and (one.enforcement or one.agency in fences) for one in grantees),
    )


async def _own_right(session: AsyncSession, asker: Asker, team: str) -> str:
    """Name who will manage it: the author's team that the form names, else their first, else they alone."""
    teams = await own_teams(session, asker)
    named = next((one for one in teams if team in {"", one.reference}), None)
    return team_key(named.id) if named else own_key(asker)


async def _groups(session: AsyncSession, asker: Asker, chosen: _Chosen) -> tuple[GroupLine, ...]:
    words = await in_words(session, asker, await agency_tags(session), chosen.agencies.items())
    return tuple(
        GroupLine(
            agency=words[key].agency,
            part=words[key].part,
            people=len(reading or chosen.held[key]),
            waits=bool(chosen.held[key]) and not reading,
            future=not key.startswith(("officer:", "account:")),
        )
        for key, reading in chosen.reading.items()
    )


async def _named(
    session: AsyncSession, asker: Asker, names: Collection[str], seeing: frozenset[UUID]
) -> tuple[NamedLine, ...]:
    """Say who would read the report and not the profile, by agency: no more than a profile tells its readers."""
    rows = await session.execute(
        select(Profile, Resource)
        .join(Resource, col(Resource.id) == col(Profile.id))
        .where(col(Resource.reference).in_(names), visible_to(asker))
        .order_by(col(Profile.label), col(Profile.id))
    )
    found = [(profile, resource) for profile, resource in rows]
    readers = await readers_of(session, [resource.id for _, resource in found], asker.at)
    tags, report = await agency_tags(session), await agencies_of(session, seeing)
    lines: list[NamedLine] = []
    for profile, resource in found:
        without = report - await agencies_of(session, readers[resource.id].officers)
        named = sorted((tags[agency] for agency in without), key=lambda tag: tag.code)
        lines.append(NamedLine(resource.reference, profile.label, tags[resource.owner_agency_id], tuple(named)))
    return tuple(lines)
