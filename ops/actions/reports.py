"""What one agency writes inside a case: addressed when it is written, every version kept, no edit lost."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from sqlalchemy import func, select
from sqlmodel import col

from live.audience import Level
from models.agencies import Agency, Team
from models.audit import Act
from models.grants import Grant, Resource
from models.profiles import Naming
from models.reports import Report, ReportKind, ReportVersion
from ops.access.asker import Asker
from ops.access.principals import own_key, team_key
from ops.actions.cases import LONGEST_TITLE, own_right, team_of
from ops.actions.fences import fences_of
from ops.actions.grantees import grantee_of
from ops.actions.grounds import ALWAYS_FENCED, report_ground
from ops.actions.once import answered_before, keep_answer
from ops.actions.posts import attach
from ops.actions.proposals import proposal_by
from ops.actions.ring_fences import bring_inside
from ops.actions.terms import Terms, judged
from ops.actions.withdrawals import must_stand
from ops.errors import Changed, Invalid, NotAllowed, NotFound
from ops.files.intake import TakenIn
from ops.topics import agency_topic, case_topic
from ops.transaction import Desk, Fact, Work, new_resource

LONGEST_REPORT = 60_000
LONGEST_WHY = 200


@dataclass(frozen=True, slots=True)
class NewReport:
    """What the form sends. `names` are references of profiles, `shared_with` principals as forms name them."""

    case: str
    title: str
    text: str
    kind: str
    key: str
    terms: Terms
    team: str = ""
    fenced: bool = True
    unfenced_why: str = ""
    names: tuple[str, ...] = ()
    shared_with: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ReportEdit:
    """A new version; `based_on` is the number of the version that it was made from."""

    title: str
    text: str
    based_on: int


async def write_report(desk: Desk, asker: Asker, new: NewReport, files: Sequence[TakenIn]) -> str:
    """File a report, its files and its whole audience in one commit; give its reference.

    Nobody outside that audience is ever told of it, not even for a moment. Raises Invalid with a message per field.
    """
    _check(new)
    body = repr((new, [file.sha256 for file in files]))
    async with desk.work(asker, changes_access=True) as work:
        if (before := await answered_before(work, new.key, body)) is not None:
            return before
        case = await work.find(new.case, "case", Level.CONTRIBUTE)
        team = await team_of(work, new.team)
        resource = new_resource("report", asker.agency, gate=case.resource.id)
        report = _report(work, new, resource, team)
        grants = await _audience(work, new, resource, report, team)
        namings = [await _naming(work, resource, name) for name in new.names]
        await bring_inside(work, case.resource.id, [naming.profile_id for naming in namings])
        version = _version(work, resource.id, 1, new.title, new.text)
        work.add(resource)
        await work.session.flush()
        work.add(report, *grants)
        await work.session.flush()
        work.add(version, *namings)
        rows = await attach(work, resource, files)
        made = [await proposal_by(work.session, resource, grant) for grant in grants]
        proposals = list({one.proposed_id: one for one in made if one is not None}.values())
        work.add(*proposals)
        keep_answer(work, new.key, body, resource.reference)
        work.audit(Act.REPORT_WRITTEN, resource.reference)
        topics = (case_topic(case.resource.reference), *await _told(work, namings))
        work.record(Fact.REPORT_WRITTEN, resource.id, topics, report, version, *grants, *namings, *rows, *proposals)
        return resource.reference


async def revise_report(desk: Desk, asker: Asker, reference: str, edit: ReportEdit) -> None:
    """Add a version to a report of one's own agency. Changed when there is a newer one than it was made from."""
    _check_words(edit.title, edit.text)
    async with desk.work(asker, changes_access=True) as work:  # the lock first, so that two edits cannot both win
        report, found = await work.find_row(reference, Report, Level.CONTRIBUTE)
        if found.resource.owner_agency_id != asker.agency:
            raise NotAllowed("Only the agency that wrote this report can change it.")
        await must_stand(work.session, report.id)
        newest = await _newest(work, report.id)
        if newest != edit.based_on:
            raise Changed("Somebody saved a newer version while you were writing. Both texts are below.")
        version = _version(work, report.id, newest + 1, edit.title, edit.text)
        work.add(version)
        work.audit(Act.REPORT_REVISED, reference)
        work.record(Fact.REPORT_REVISED, report.id, await _topics(work, report), version)


async def attach_to_report(desk: Desk, asker: Asker, reference: str, files: Sequence[TakenIn]) -> None:
    """Add files to a report; seen by exactly those who see it."""
    async with desk.work(asker, changes_access=True) as work:
        report, found = await work.find_row(reference, Report, Level.CONTRIBUTE)
        await must_stand(work.session, report.id)
        if not files:
            raise Invalid({"files": "Choose a file."})
        rows = await attach(work, found.resource, files)
        work.audit(Act.FILE_ATTACHED, reference)
        work.record(Fact.FILE_ATTACHED, report.id, await _topics(work, report), *rows)


async def _audience(work: Work, new: NewReport, resource: Resource, report: Report, team: Team | None) -> list[Grant]:
    own = own_right(work, resource, team_key(team.id) if team else own_key(work.asker))
    grants = {own.principal: own}
    if own_key(work.asker).startswith("account:"):  # a program is in no team
        grants[own_key(work.asker)] = own_right(work, resource, own_key(work.asker))
    ground = await report_ground(work.session, work.asker, resource, report, Level.MANAGE)
    ground = replace(ground, about_somebody=ground.about_somebody or bool(new.names))
    for who in new.shared_with:
        grantee = await grantee_of(work.session, work.asker, who)
        if grantee.key not in grants:
            grants[grantee.key] = await judged(work.session, work.asker, ground, grantee, new.terms)
    return list(grants.values())


async def _told(work: Work, namings: Sequence[Naming]) -> tuple[str, ...]:
    """Give the topics of the agencies that hold the profiles named: some of their officers may be offered to share."""
    rows = await work.session.execute(
        select(col(Agency.reference))
        .join(Resource, col(Resource.owner_agency_id) == col(Agency.id))
        .where(col(Resource.id).in_({naming.profile_id for naming in namings}))
        .distinct()
    )
    return tuple(sorted(agency_topic(reference) for reference in rows.scalars()))


async def _naming(work: Work, resource: Resource, profile: str) -> Naming:
    """Say that the report names an individual, whose profile the author must be able to read."""
    try:
        found = await work.find(profile, "profile", Level.READ)
    except NotFound:
        raise Invalid({"names": "One of these people is no longer shown to you. Choose again."}) from None
    fences = await fences_of(work.session, resource.gate_id)
    if work.asker.agency in fences and found.resource.owner_agency_id != work.asker.agency:
        raise Invalid({"names": f"Ring-fence: {fences[work.asker.agency].name}. Your agency cannot name them here."})
    return Naming(
        profile_id=found.resource.id, resource_id=resource.id, officer_id=work.asker.officer, at=work.asker.at
    )


def _report(work: Work, new: NewReport, resource: Resource, team: Team | None) -> Report:
    assert resource.gate_id is not None  # noqa: S101 - a report is made inside its case
    return Report(
        id=resource.id,
        case_id=resource.gate_id,
        kind=new.kind,
        fenced=new.fenced,
        unfenced_why="" if new.fenced else new.unfenced_why.strip(),
        author_id=work.asker.officer,
        team_id=team.id if team else None,
        written_at=work.asker.at,
    )


def _version(work: Work, report: UUID, number: int, title: str, text: str) -> ReportVersion:
    return ReportVersion(
        report_id=report,
        number=number,
        title=title.strip(),
        text=text.strip(),
        officer_id=work.asker.officer,
        at=work.asker.at,
    )


async def _newest(work: Work, report: UUID) -> int:
    rows = await work.session.execute(
        select(func.max(col(ReportVersion.number))).where(col(ReportVersion.report_id) == report)
    )
    return int(rows.scalar_one())


async def _topics(work: Work, report: Report) -> tuple[str, ...]:
    return (case_topic((await work.session.get_one(Resource, report.case_id)).reference),)


def _check(new: NewReport) -> None:
    _check_words(new.title, new.text)
    if new.kind not in set(ReportKind):
        raise Invalid({"kind": "Choose what kind of report this is."})
    if new.fenced:
        return
    if new.kind in ALWAYS_FENCED:
        raise Invalid({"unfenced_why": "Support and health reports stay inside the ring-fences."})
    if not new.unfenced_why.strip() or len(new.unfenced_why) > LONGEST_WHY:
        raise Invalid({"unfenced_why": f"Say why that harms nobody, in at most {LONGEST_WHY} characters."})


def _check_words(title: str, text: str) -> None:
    messages: dict[str, str] = {}
    if not title.strip():
        messages["title"] = "Give the report a title."
    elif len(title) > LONGEST_TITLE:
        messages["title"] = f"Write at most {LONGEST_TITLE} characters."
    if not text.strip():
        messages["text"] = "Write the report."
    elif len(text) > LONGEST_REPORT:
        messages["text"] = f"Write at most {LONGEST_REPORT} characters. Attach the rest as a file."
    if messages:
        raise Invalid(messages)
