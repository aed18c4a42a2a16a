"""The operation before anyone moves: its header, who takes part, its sites and visit windows."""

from live.event import Touch
from models.coordinates import read_coordinates
from models.operations import Detachment, DetachmentMember, Operation, OperationStage, Site, VisitWindow
from models.planning import Briefing, BriefingAcknowledgement
from ops.actions.briefings import HEADINGS
from ops.topics import operation_topic
from ops.transaction import Fact
from ops.world.grants import give_all
from ops.world.names import PrincipalName
from ops.world.scene import Filed, Scene
from ops.world.written import Access
from ops.world.written_day import DetachmentPart, OperationPart, SitePart, WindowPart


def plan(scene: Scene, part: OperationPart) -> None:
    """Enter the operation, its stages, detachments, sites and windows."""
    made = Filed(scene.operation, (operation_topic(scene.operation.reference),))
    filed = scene.file_as(part.code, "operation", made)
    commander, at = scene.officer(part.commander), scene.calendar.at(part.planned)
    operation = Operation(
        id=scene.operation.id,
        title=part.title,
        purpose=part.purpose,
        commander_id=commander.id,
        deputy_id=scene.officer(part.deputy).id if part.deputy else None,
        loggist_id=scene.officer(part.loggist).id if part.loggist else None,
        case_id=scene.thing(part.case).resource.id if part.case else None,
        briefing=part.briefing.strip(),
        starts=scene.calendar.at(part.starts),
        ends=scene.calendar.at(part.ends),
    )
    scene.ledger.file(operation)
    scene.ledger.record(at, Fact.OPERATION_PLANNED, operation.id, filed.topics, commander.id, operation)
    _reach_stages(scene, part, filed)
    for place, detachment in enumerate(part.detachments, start=1):
        _join(scene, filed, detachment, place, part.commander)
    for place, site in enumerate(part.sites, start=1):
        _add_site(scene, filed, site, place, part.commander)
    for window in part.windows:
        _set_window(scene, window)
    _brief(scene, part, filed)


def _reach_stages(scene: Scene, part: OperationPart, operation: Filed) -> None:
    for written in part.stages:
        officer, at = scene.officer(written.by), scene.calendar.at(written.at)
        stage = OperationStage(operation_id=operation.resource.id, stage=written.stage, officer_id=officer.id, at=at)
        scene.ledger.file(stage)
        scene.ledger.record(at, Fact.STAGE_REACHED, operation.resource.id, operation.topics, officer.id, stage)


def _join(scene: Scene, operation: Filed, part: DetachmentPart, place: int, commander: str) -> None:
    agency, at = scene.agency(part.agency), scene.calendar.at(part.joined)
    detachment = Detachment(
        operation_id=operation.resource.id, agency_id=agency.id, place=place, call_sign=part.call_sign, joined_at=at
    )
    scene.ledger.file(detachment)
    access = Access(to=[PrincipalName(f"{part.agency}@")], level=part.level, basis=part.basis)
    by = scene.officer(commander)
    grants = give_all(scene, operation, [access], at, by)
    subject, topics = operation.resource.id, operation.topics
    scene.ledger.record(at, Fact.ACCESS_GIVEN, subject, topics, by.id, detachment, *grants, touches=Touch.ACCESS)
    for name in part.members:
        officer = scene.officer(name)
        member = DetachmentMember(
            detachment_id=detachment.id,
            operation_id=operation.resource.id,
            agency_id=agency.id,
            officer_id=officer.id,
            starts=at,
        )
        scene.ledger.file(member)
        scene.ledger.record(
            at, Fact.OFFICER_CHANGED, officer.id, operation.topics, by.id, member, touches=Touch.OFFICER
        )


def _add_site(scene: Scene, operation: Filed, part: SitePart, place: int, commander: str) -> None:
    at, by = scene.calendar.at(part.added), scene.officer(commander)
    resource = scene.add_resource("site", operation.resource.owner_agency_id, gate=operation.resource.id)
    filed = scene.file_as(part.code, "site", Filed(resource, operation.topics))
    latitude, longitude = read_coordinates(part.coordinates)
    site = Site(
        id=resource.id,
        operation_id=operation.resource.id,
        code=part.code,
        name=part.name,
        address=part.address,
        place=place,
        x=part.x,
        y=part.y,
        latitude=latitude,
        longitude=longitude,
        check_in_minutes=part.check_in_minutes,
    )
    scene.ledger.file(site)
    grants = give_all(scene, filed, part.access, at, by)
    scene.ledger.record(at, Fact.SITE_ADDED, resource.id, operation.topics, by.id, site, *grants)


def _set_window(scene: Scene, part: WindowPart) -> None:
    site, by = scene.thing(part.site), scene.officer(part.by)
    window = VisitWindow(
        site_id=site.resource.id,
        agency_id=scene.agency(part.agency).id,
        starts=scene.calendar.at(part.starts),
        ends=scene.calendar.at(part.ends),
        settled_at=None if part.settled is None else scene.calendar.at(part.settled),
    )
    scene.ledger.file(window)
    at = scene.calendar.at(part.at)
    scene.ledger.record(at, Fact.WINDOW_SET, site.resource.id, site.topics, by.id, window)


def _brief(scene: Scene, part: OperationPart, operation: Filed) -> None:
    """Publish the briefing when the operation was planned; whoever was on it when it began has read it then."""
    words = _under_headings(part.briefing)
    if not words:
        return
    author, at, began = scene.officer(part.commander), scene.calendar.at(part.planned), scene.calendar.at(part.starts)
    subject, topics = operation.resource.id, operation.topics
    briefing = Briefing.saying(words, operation_id=subject, number=1, officer_id=author.id, at=at, published_at=at)
    scene.ledger.file(briefing)
    scene.ledger.record(at, Fact.BRIEFING_PUBLISHED, subject, topics, author.id, briefing)
    if began > scene.calendar.now:
        return
    for detachment in part.detachments:
        for name in detachment.members if scene.calendar.at(detachment.joined) < began else ():
            officer = scene.officer(name)
            read = BriefingAcknowledgement(briefing_id=briefing.id, officer_id=officer.id, at=began)
            scene.ledger.file(read)
            scene.ledger.record(began, Fact.BRIEFING_ACKNOWLEDGED, subject, topics, officer.id, read)


def _under_headings(text: str) -> dict[str, str]:
    """Part a briefing by its headings, each the first word of a paragraph; what has none is the information."""
    words: dict[str, str] = {}
    for paragraph in filter(None, (one.strip() for one in text.split("\n\n"))):
        first, _, rest = paragraph.partition(". ")
        heading = first.lower() if first.lower() in HEADINGS else HEADINGS[0]
        said = rest if first.lower() in HEADINGS else paragraph
        words[heading] = "\n\n".join(filter(None, (words.get(heading, ""), " ".join(said.split()))))
    return words
