"""Why can I see this: the grants that let the asker in, the key each matched, who decided, for what, until when."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from live.audience import Level
from models.agencies import Officer
from models.agreements import Agreement
from models.grants import Grant, Resource
from ops.access.asker import Asker
from ops.access.doors import find
from ops.access.explain import why
from ops.screens.lines import agency_tags
from ops.screens.principals_in_words import InWords, in_words
from ops.screens.sharing import LEVEL_WORDS
from ops.screens.titles import address_of, title_of
from ops.screens.values import AgencyTag


@dataclass(frozen=True, slots=True)
class Reason:
    """One grant that lets the asker in.

    `decided_by` is a name only within one's own agency. Of a thing that the asker may only know of, the words of the
    grant stay away: they were written about what it holds.
    """

    key: InWords
    level: str
    decider: AgencyTag
    decided_by: str
    since: datetime
    until: datetime | None
    emergency: bool
    answers_request: bool
    why: str = ""
    purpose: str = ""
    basis: str = ""
    agreement: str = ""


@dataclass(frozen=True, slots=True)
class Explanation:
    """The page 'why can I see this'. `gate` is empty where nothing but the thing's own grants was needed.

    `follows`: the kind of thing whose access this one has, for one that has none of its own.
    """

    kind: str
    reference: str
    title: str
    address: str
    owner: AgencyTag
    level: str
    readable: bool
    reasons: tuple[Reason, ...]
    box: str
    gate: tuple[Reason, ...]
    follows: str
    shown: tuple[str, ...]  # what the page names of what the asker reads


async def read_explanation(session: AsyncSession, asker: Asker, kind: str, reference: str) -> Explanation:
    """Explain the asker's access; NotFound, as for what is absent, to who has none."""
    found = await find(session, asker, reference, kind, Level.DISCOVER)
    resource, readable = found.resource, found.level >= Level.READ
    reasons = await why(session, asker.keys, resource, asker.at)
    agencies = await agency_tags(session)
    owner = agencies[resource.owner_agency_id]
    box = await session.get(Resource, resource.gate_id) if resource.gate_id else None
    matched = await _reasons(session, asker, agencies, reasons.grants)
    address = await address_of(session, asker, resource)
    return Explanation(
        kind=kind,
        reference=reference,
        title=await title_of(session, resource) if readable else "",
        address=address.path,
        owner=owner,
        level=LEVEL_WORDS[found.level],
        readable=readable,
        reasons=matched if readable else tuple(map(_bare, matched)),
        box=box.kind if box else "",
        gate=tuple(map(_bare, await _reasons(session, asker, agencies, reasons.gate))),
        follows=await _followed(session, resource),
        shown=tuple({*([reference] if readable else []), *address.shown}),
    )


async def _reasons(
    session: AsyncSession, asker: Asker, agencies: dict[UUID, AgencyTag], grants: Iterable[Grant]
) -> tuple[Reason, ...]:
    matched = list(grants)
    words = await in_words(session, asker, agencies, {(g.principal, g.grantee_agency_id) for g in matched})
    reasons: list[Reason] = []
    for grant in matched:  # one or two, seldom more: each of its rows is looked up by its key
        decider = await session.get(Officer, grant.granted_by) if grant.granted_by else None
        agreement = await session.get(Agreement, grant.agreement_id) if grant.agreement_id else None
        decided_in = (
            decider.agency_id if decider else (await session.get_one(Resource, grant.resource_id)).owner_agency_id
        )
        reasons.append(
            Reason(
                key=words[grant.principal],
                level=LEVEL_WORDS[Level(grant.level)],
                decider=agencies[decided_in],
                decided_by=decider.name if decider and decided_in == asker.agency else "",
                since=grant.starts,
                until=_until(grant, agreement),
                emergency=grant.emergency,
                answers_request=grant.request_id is not None,
                why=grant.reason,
                purpose=grant.purpose,
                basis=grant.lawful_basis,
                agreement=agreement.name if agreement else "",
            )
        )
    return tuple(reasons)


def _bare(reason: Reason) -> Reason:
    return replace(reason, why="", purpose="", basis="", agreement="")


def _until(grant: Grant, agreement: Agreement | None) -> datetime | None:
    """Give the moment at which a grant ends by itself: its own end, or sooner that of the agreement it cites."""
    ends = [grant.ends, agreement.ends if agreement and not grant.emergency else None]
    return min((end for end in ends if end is not None), default=None)


async def _followed(session: AsyncSession, resource: Resource) -> str:
    if resource.acl_id == resource.id:
        return ""
    return (await session.get_one(Resource, resource.acl_id)).kind
