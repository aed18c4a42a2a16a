"""A report names an individual: who manages the profile is offered to share it with the report's readers.

The offer is worked out anew each time, from what stands: nobody is told of it but who manages the profile and reads
the report, and it names nobody whom a reader of the report is not told of.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased
from sqlmodel import col

from live.audience import Level
from models.agencies import Agency
from models.audit import Act
from models.grants import Grant, Resource
from models.profiles import Naming
from models.withdrawals import Withdrawal
from ops.access.asker import Asker
from ops.access.holders import holders
from ops.access.readers import Readers, readers_of
from ops.access.rules import live, visible_to
from ops.actions.grantees import Grantee
from ops.actions.grants import granted_to
from ops.actions.terms import Terms
from ops.errors import Invalid, NotFound
from ops.transaction import Desk, Work


@dataclass(frozen=True, slots=True)
class Without:
    """One principal of a report's audience, by the grant that lets it in, and who of it cannot open the profile.

    All of its people read the report: where only some do, the profile would be opened to others as well.
    """

    grant: Grant
    people: frozenset[UUID]


@dataclass(frozen=True, slots=True)
class Offer:
    """A profile that a report names, and who of its audience cannot open it and was not yet spoken of."""

    naming: Naming
    profile: Resource
    report: Resource
    without: tuple[Without, ...]


def offered_to(asker: Asker) -> ColumnElement[bool]:
    """Judge rows of Naming: of a profile that the asker manages, in a report that they read and that still stands."""
    profiles = select(col(Resource.id)).where(col(Resource.kind) == "profile", visible_to(asker, Level.MANAGE))
    reports = select(col(Resource.id)).where(col(Resource.kind) == "report", visible_to(asker))
    return (
        col(Naming.ended_at).is_(None)
        & col(Naming.profile_id).in_(profiles)
        & col(Naming.resource_id).in_(reports)
        & col(Naming.resource_id).not_in(select(col(Withdrawal.resource_id)))
    )


def to_speak_of() -> ColumnElement[bool]:
    """Judge rows of Naming: nobody has answered, or somebody was given the report since."""
    given = select(col(Grant.id)).where(
        col(Grant.resource_id) == col(Naming.resource_id), col(Grant.granted_at) > col(Naming.answered_at)
    )
    return col(Naming.answered_at).is_(None) | given.exists()


async def offer_of(session: AsyncSession, asker: Asker, reference: str) -> Offer:
    """Find the offer of one naming; NotFound for who does not manage the profile or does not read the report."""
    for offer in await offers(session, asker, col(Naming.reference) == reference):
        return offer
    raise NotFound


async def offers(session: AsyncSession, asker: Asker, *which: ColumnElement[bool]) -> list[Offer]:
    """Give what is offered to the asker, the oldest naming first; also where nobody is left without the profile."""
    profile, report = aliased(Resource, name="profile"), aliased(Resource, name="report")
    rows = await session.execute(
        select(Naming, profile, report)
        .join(profile, col(profile.id) == col(Naming.profile_id))
        .join(report, col(report.id) == col(Naming.resource_id))
        .where(offered_to(asker), *which)
        .order_by(col(Naming.at), col(Naming.id))
    )
    found = [(naming, named, written) for naming, named, written in rows]
    if not found:
        return []
    readers = await readers_of(session, {thing.id for _, *things in found for thing in things}, asker.at)
    grants = await _grants(session, {written.id for _, _, written in found}, asker.at)
    held = await holders(session, {grant.principal for some in grants.values() for grant in some}, asker.at)
    return [
        Offer(
            naming,
            named,
            written,
            _without(
                [grant for grant in grants.get(written.id, ()) if _unspoken(naming, grant)],
                readers[written.id],
                readers[named.id],
                held,
            ),
        )
        for naming, named, written in found
    ]


async def share_profile(desk: Desk, asker: Asker, reference: str, chosen: Sequence[str], terms: Terms) -> str:
    """Let chosen readers of the report (references of its grants) read the profile; gives the profile's reference.

    What each is given ends with what they have on the report, at the latest. Raises Invalid with a message per field,
    as for any other grant: a ring-fence or an agreement refuses all of it.
    """
    async with desk.work(asker, changes_access=True) as work:
        offer = await _answered(work, reference)
        found = await work.find(offer.profile.reference, "profile", Level.MANAGE)
        offered = {one.grant.reference: one.grant for one in offer.without}
        if not chosen:
            raise Invalid({"who": "Choose who may see the profile as well."})
        if not offered.keys() >= set(chosen):
            raise Invalid({"who": "Somebody’s access has changed meanwhile. Choose again."})
        for name in dict.fromkeys(chosen):
            grant = offered[name]
            agency = await work.session.get_one(Agency, grant.grantee_agency_id)
            until = min((end for end in (terms.until, grant.ends) if end is not None), default=None)
            grantee = Grantee(grant.principal, agency.id, agency.enforcement)
            await granted_to(work, found, grantee, replace(terms, level="read", until=until))
        return offer.profile.reference


async def keep_profile(desk: Desk, asker: Asker, reference: str) -> None:
    """Share it with none of them. Nobody is told."""
    async with desk.work(asker, changes_access=True) as work:
        offer = await _answered(work, reference)
        work.audit(Act.PROFILE_KEPT, offer.profile.reference, offer.report.reference)


async def _answered(work: Work, reference: str) -> Offer:
    """Go through both doors, and note that whoever reads the report now has been spoken of."""
    offer = await offer_of(work.session, work.asker, reference)
    await work.find(offer.profile.reference, "profile", Level.MANAGE)
    await work.find(offer.report.reference, "report")
    offer.naming.answered_at, offer.naming.answered_by = work.asker.at, work.asker.officer
    return offer


async def _grants(session: AsyncSession, reports: Collection[UUID], at: datetime) -> dict[UUID, list[Grant]]:
    """Give what lets people read these reports: nobody's broken glass, which is theirs alone and soon over."""
    rows = await session.execute(
        select(Grant)
        .where(
            col(Grant.resource_id).in_(reports),
            col(Grant.level) >= int(Level.READ),
            col(Grant.emergency).is_(False),
            live(at),
        )
        .order_by(col(Grant.granted_at), col(Grant.id))
    )
    found: dict[UUID, list[Grant]] = {}
    for grant in rows.scalars():
        found.setdefault(grant.resource_id, []).append(grant)
    return found


def _unspoken(naming: Naming, grant: Grant) -> bool:
    return naming.answered_at is None or grant.granted_at > naming.answered_at


def _without(
    grants: Sequence[Grant], report: Readers, profile: Readers, held: Mapping[str, frozenset[UUID]]
) -> tuple[Without, ...]:
    found: dict[str, Without] = {}
    for grant in grants:
        people = held.get(grant.principal, frozenset())
        if people <= report.officers and (without := people - profile.officers):
            found[grant.principal] = Without(grant, without)
    return tuple(found.values())
