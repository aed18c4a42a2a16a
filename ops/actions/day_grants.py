"""What is shared on the day of an operation: under an agreement, and for no longer than a day after it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from live.audience import Level
from models.agencies import Agency
from models.agreements import Agreement
from models.base import NewRow, new_id, new_reference, new_row
from models.grants import Grant, Resource
from models.operations import Operation
from ops.actions.agreements import agreements_with
from ops.actions.operation_ends import AFTERWARDS
from ops.actions.terms import latest_end, outside_limit
from ops.errors import Invalid
from ops.transaction import Work


@dataclass(frozen=True, slots=True)
class Lending:
    """In which words a thing of the day is shared, and how far its own agency's officers may go with it.

    `called`: what an agreement must let others have, in the plural. `field`: where a refusal is said. `theirs`: how far
    other agencies go with it. `sort`: what an agreement calls it, where agreements name it. `agreement`: the one
    that is cited, a reference; empty for the widest.
    """

    called: str
    reason: str
    necessity: str
    own: Level
    field: str = "audience"
    theirs: Level = Level.READ
    sort: str = ""
    agreement: str = ""


async def lend_for_the_day(
    work: Work,
    thing: Resource,
    operation: Operation,
    principals: Iterable[tuple[str, UUID]],
    lending: Lending,
    starts: datetime | None = None,
    ends: datetime | None = None,
) -> list[NewRow]:
    """Make the grants of a thing: a key and its agency each. Other agencies have it until a day after the operation.

    `starts`: from when on, if not from now. `ends`: until when other agencies have it, if they are to lose it sooner.
    Raises Invalid where no agreement in force allows it, or it would end before it begins.
    """
    chosen = list(principals)
    others = {agency for _, agency in chosen if agency != thing.owner_agency_id}
    agreements = await agreements_with(work.session, thing.owner_agency_id, others, work.asker.at) if others else {}
    made: list[NewRow] = []
    for key, agency in chosen:
        cited = None
        if agency != thing.owner_agency_id:
            cited = _cited(agreements.get(agency, ()), lending)
            if lending.sort:
                outside_limit(cited, await work.session.get_one(Agency, agency), lending.sort, lending.theirs)
        made.append(_grant(work, thing, (key, agency), operation, cited, lending, (starts or work.asker.at, ends)))
    return made


def _grant(
    work: Work,
    thing: Resource,
    principal: tuple[str, UUID],
    operation: Operation,
    cited: Agreement | None,
    lending: Lending,
    hours: tuple[datetime, datetime | None],
) -> NewRow:
    key, agency = principal
    starts, sooner = hours
    own = cited is None
    return new_row(
        Grant,
        id=new_id(),
        reference=new_reference(),
        resource_id=thing.id,
        principal=key,
        grantee_agency_id=agency,
        level=lending.own if own else lending.theirs,
        starts=starts,
        ends=_end(work, operation, cited, lending, starts, sooner) if cited else None,
        reason=lending.reason,
        purpose="" if own else operation.title,
        lawful_basis="" if own else "Public task",
        necessity="" if own else lending.necessity,
        agreement_id=cited.id if cited else None,
        granted_by=work.asker.officer,
        granted_at=work.asker.at,
    )


def _cited(between: Sequence[Agreement], lending: Lending) -> Agreement:
    """Give the agreement that lets another agency read."""
    if between and lending.agreement:
        between = [one for one in between if one.reference == lending.agreement]
        if not between:
            raise Invalid({"agreement": "Choose an agreement in force that every one of these agencies has signed."})
    if not between:
        raise Invalid({lending.field: "Your agency has no sharing agreement with one of these agencies."})
    if between[0].highest_level < lending.theirs:  # the widest comes first
        does = "read" if lending.theirs == Level.READ else "take part in"
        raise Invalid({lending.field: f"{between[0].name} does not let one of these agencies {does} {lending.called}."})
    return between[0]


def _end(
    work: Work, operation: Operation, cited: Agreement, lending: Lending, starts: datetime, sooner: datetime | None
) -> datetime:
    """Give when another agency's access ends: a day after the operation, or when the agreement or `sooner` says."""
    after = operation.ends + AFTERWARDS
    if after <= work.asker.at:
        said = "This operation ended over a day ago, so other agencies can be given nothing new."
        raise Invalid({lending.field: said})
    end = min(after, latest_end(cited, work.asker.at))
    if end <= starts:
        raise Invalid({lending.field: f"{cited.name} or the operation ends before this would begin."})
    return min(end, sooner) if sooner else end
