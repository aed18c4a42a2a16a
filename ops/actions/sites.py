"""The places of an operation: added, revealed to each detachment from its hour, with the visits planned there."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import or_, select
from sqlmodel import col

from live.audience import Level
from live.event import Touch
from models.agencies import Agency
from models.audit import Act
from models.coordinates import read_coordinates
from models.grants import Grant
from models.operations import Operation, Site, VisitWindow
from ops.access.asker import Asker
from ops.access.doors import Found
from ops.access.principals import detachment_key
from ops.actions.day_grants import Lending, lend_for_the_day
from ops.actions.decisions import managers_of
from ops.actions.detachments import joined, standing_invitation
from ops.actions.grants import REPLACED, revoke
from ops.actions.reach import record_access
from ops.actions.tasks import must_be_running
from ops.errors import Conflict, Invalid, NotAllowed, NotFound
from ops.topics import operation_topic
from ops.transaction import Desk, Fact, Work, new_resource

LONGEST_CODE, LONGEST_NAME, LONGEST_ADDRESS = 6, 120, 160
LONGEST_VISIT = timedelta(hours=24)
CHECK_IN_BETWEEN = (5, 240)  # minutes
EDGE = 100  # of the schematic map, either way
REVEALING = Lending("sites", "works there", "works at it", Level.MANAGE, "agency", Level.CONTRIBUTE, "site")
NO_VISIT = {"visit": "Choose a visit that you see."}


@dataclass(frozen=True, slots=True)
class NewSite:
    """What the form sends; `x` and `y` place it on the schematic map, 0 to 100.

    `coordinates`: latitude and longitude as maps give them, "53.01, -1.13"; empty where nobody knows them.
    """

    code: str
    name: str
    address: str = ""
    check_in_minutes: int = 30
    x: int = 50
    y: int = 50
    coordinates: str = ""


async def add_site(desk: Desk, asker: Asker, reference: str, new: NewSite) -> str:
    """Add a site; gives its reference. Only the operation's managers see it until it is revealed to others."""
    _check(new)
    latitude, longitude = _on_the_globe(new.coordinates)
    async with desk.work(asker, changes_access=True) as work:
        operation, found = await work.find_row(reference, Operation, Level.MANAGE)
        await must_be_running(work, operation.id)
        codes = select(col(Site.code)).where(col(Site.operation_id) == operation.id)
        taken = set((await work.session.execute(codes)).scalars())
        if new.code.strip().upper() in taken:
            raise Conflict("A site with this code is there already.")
        owner = found.resource.owner_agency_id
        resource = new_resource("site", owner, gate=operation.id)
        site = Site(
            id=resource.id,
            operation_id=operation.id,
            code=new.code.strip().upper(),
            name=new.name.strip(),
            address=new.address.strip(),
            place=len(taken) + 1,
            x=new.x,
            y=new.y,
            latitude=latitude,
            longitude=longitude,
            check_in_minutes=new.check_in_minutes,
        )
        ours = [(key, owner) for key in await managers_of(work, operation.id, owner)]
        grants = await lend_for_the_day(work, resource, operation, ours, REVEALING)
        work.add(resource)
        await work.session.flush()
        work.add(site)
        work.file_last(*grants)
        work.audit(Act.SITE_ADDED, resource.reference)
        work.record(Fact.SITE_ADDED, resource.id, (operation_topic(reference),), site, *grants)
        return resource.reference


async def reveal_site(
    desk: Desk,
    asker: Asker,
    operation: str,
    site: str,
    agency: str,
    starts: datetime | None = None,
    agreement: str = "",
    ends: datetime | None = None,
) -> None:
    """Reveal a site to an agency's detachment, from an hour on or from now, until an hour or the end of the day.

    It is a grant with these bounds: nothing runs at either hour, and open boards show it, and lose it, at that instant.
    An agency that has not answered its invitation yet may be chosen: nobody holds its detachment's key before it does.
    """
    async with desk.work(asker, changes_access=True) as work:
        row, _ = await work.find_row(operation, Operation, Level.MANAGE)
        place, found = await _site_of(work, row, site, Level.MANAGE)
        await must_be_running(work, row.id)
        chosen = await _taking_part(work, row.id, agency)
        if chosen.id == found.resource.owner_agency_id:
            raise Invalid({"agency": "Your own officers on it see it already."})
        key = detachment_key(row.id, chosen.id)
        hour = max(starts, work.asker.at) if starts else None
        if ends is not None and ends <= (hour or work.asker.at):
            raise Invalid({"ends": "It ends after it begins, and after now."})
        revealing = replace(REVEALING, agreement=agreement)
        grants = await lend_for_the_day(work, found.resource, row, [(key, chosen.id)], revealing, hour, ends)
        rows = await work.session.execute(
            select(Grant).where(
                col(Grant.resource_id) == place.id,
                col(Grant.principal) == key,
                col(Grant.revoked_at).is_(None),
                or_(col(Grant.ends).is_(None), col(Grant.ends) > work.asker.at),
            )
        )
        replaced = list(rows.scalars())
        for old in replaced:
            revoke(work, old, REPLACED)
        if replaced:
            await record_access(work, Fact.ACCESS_REVOKED, found.resource, *replaced)
        work.file_last(*grants)
        work.audit(Act.ACCESS_GIVEN, site)
        work.record(Fact.ACCESS_GIVEN, place.id, (operation_topic(operation),), *grants, touches=Touch.ACCESS)


async def set_window(
    desk: Desk,
    asker: Asker,
    operation: str,
    site: str,
    agency: str = "",
    starts: datetime | None = None,
    ends: datetime | None = None,
) -> None:
    """Say when an agency means to be at a site: who works there says it for their own agency, managers for any.

    `agency`: a reference; empty for one's own.

    Where windows of two agencies overlap, both sides are told.
    """
    async with desk.work(asker, changes_access=True) as work:
        row, _ = await work.find_row(operation, Operation)
        place, found = await _site_of(work, row, site, Level.CONTRIBUTE)
        await must_be_running(work, row.id)
        chosen = await _taking_part(work, row.id, agency) if agency else None
        theirs = chosen.id if chosen else work.asker.agency
        if theirs != work.asker.agency and found.level < Level.MANAGE:
            raise NotAllowed("You say when your own agency comes. Who manages the site says it for others.")
        if starts is None:
            raise Invalid({"starts": "Say from when."})
        if ends is None or not starts < ends <= starts + LONGEST_VISIT or ends <= work.asker.at:
            raise Invalid({"ends": "Choose an end after its beginning, still to come, within a day."})
        window = VisitWindow(site_id=place.id, agency_id=theirs, starts=starts, ends=ends)
        work.add(window)
        work.audit(Act.WINDOW_SET, site)
        work.record(Fact.WINDOW_SET, place.id, (operation_topic(operation),), window)


async def withdraw_window(desk: Desk, asker: Asker, operation: str, visit: str) -> None:
    """Take back when an agency means to be at a site: its own officers do, or who manages the site. Once."""
    async with desk.work(asker, changes_access=True) as work:
        row, _ = await work.find_row(operation, Operation)
        rows = await work.session.execute(select(VisitWindow).where(col(VisitWindow.reference) == visit))
        window = rows.scalar_one_or_none()
        try:  # for no visit the door to nothing: an absent one answers no sooner than a hidden one
            found = await work.find_by_id(window.site_id if window else row.commander_id)
        except NotFound:
            raise Invalid(NO_VISIT) from None
        if window is None or found.resource.gate_id != row.id:
            raise Invalid(NO_VISIT)
        if window.agency_id != work.asker.agency and found.level < Level.MANAGE:
            raise NotAllowed("You take back your own agency's visits. Who manages the site does it for others.")
        await must_be_running(work, row.id)
        if window.withdrawn_at is not None:
            raise Conflict("This visit was withdrawn already.")
        window.withdrawn_at = work.asker.at
        work.audit(Act.WINDOW_WITHDRAWN, found.resource.reference)
        topics = (operation_topic(operation),)
        work.record(Fact.WINDOW_WITHDRAWN, window.site_id, topics, window, stamp="withdrawn_position")


def _check(new: NewSite) -> None:
    wrong: dict[str, str] = {}
    if not 0 < len(new.code.strip()) <= LONGEST_CODE or not new.code.strip().isalnum():
        wrong["code"] = f"Give it a code of at most {LONGEST_CODE} letters and digits, such as S1."
    if not 0 < len(new.name.strip()) <= LONGEST_NAME:
        wrong["name"] = f"Give it a name of at most {LONGEST_NAME} characters."
    if len(new.address) > LONGEST_ADDRESS:
        wrong["address"] = f"Write at most {LONGEST_ADDRESS} characters."
    least, most = CHECK_IN_BETWEEN
    if not least <= new.check_in_minutes <= most:
        wrong["check_in_minutes"] = f"Choose between {least} and {most} minutes."
    if not (0 <= new.x <= EDGE and 0 <= new.y <= EDGE):
        wrong["x"] = f"Place it on the map between 0 and {EDGE}."
    if wrong:
        raise Invalid(wrong)


def _on_the_globe(coordinates: str) -> tuple[float | None, float | None]:
    try:
        return read_coordinates(coordinates)
    except ValueError as wrong:
        raise Invalid({"coordinates": str(wrong)}) from None


async def _site_of(work: Work, operation: Operation, reference: str, least: Level) -> tuple[Site, Found]:
    if not reference:
        raise Invalid({"site": "Choose a site."})
    site, found = await work.find_row(reference, Site, least)
    if site.operation_id != operation.id:
        raise NotFound
    return site, found


async def _taking_part(work: Work, operation: UUID, reference: str) -> Agency:
    """Find an agency that takes part, or was invited to."""
    rows = await work.session.execute(select(Agency).where(col(Agency.reference) == reference))
    agency = rows.scalar_one_or_none()
    invited = agency and (
        await joined(work, operation, agency.id) or await standing_invitation(work, operation, agency.id)
    )
    if agency is None or not invited:
        raise Invalid({"agency": "Choose an agency that takes part, or was invited."})
    return agency
