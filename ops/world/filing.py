"""Profiles, cases and what lies in them: reports with their versions, ring-fences, links, requests for access."""

from datetime import datetime, timedelta

from sqlmodel import SQLModel

from live.event import Touch
from models.agencies import Officer
from models.cases import Case, CaseLink
from models.emergencies import EmergencyMark
from models.grants import AccessRequest, Grant, RequestStep, RingFence
from models.profiles import Naming, Profile
from models.proposals import Proposal
from models.reports import Report, ReportVersion
from ops.access.principals import officer_key
from ops.actions.requests import LASTS
from ops.topics import case_topic
from ops.transaction import Fact
from ops.world.grants import LEVELS, give_all, own
from ops.world.pictures import attach_all
from ops.world.scene import Filed, Scene, topics_of
from ops.world.taken_back import withdraw_report
from ops.world.written import CasePart, LinkPart, ProfilePart, ReportPart, RequestPart


def make_profile(scene: Scene, part: ProfilePart) -> None:
    """Enter an individual."""
    officer, at = scene.officer(part.by), scene.calendar.at(part.at)
    resource = scene.add_resource("profile", officer.agency_id)
    profile = Profile(
        id=resource.id,
        label=part.label,
        aliases=part.aliases,
        born_on=part.born_on,
        apparent_age=part.apparent_age,
        language=part.language,
        made_by=officer.id,
        made_at=at,
    )
    filed = scene.file_as(part.code, "profile", Filed(resource, ()))
    scene.ledger.file(profile)
    grants = give_all(scene, filed, [own(part.team), *part.access], at, officer)
    scene.ledger.record(at, Fact.PROFILE_MADE, resource.id, (), officer.id, profile, *grants)


def open_case(scene: Scene, part: CasePart) -> None:
    """Open a case with everything in it."""
    lead, at = scene.officer(part.lead), scene.calendar.at(part.opened)
    resource = scene.add_resource("case", lead.agency_id)
    filed = scene.file_as(part.code, "case", Filed(resource, (case_topic(resource.reference),)))
    scene.ledger.file(
        Case(
            id=resource.id,
            title=part.title,
            theme=part.theme,
            status=part.status,
            handling=part.handling,
            summary=part.summary,
            team_id=scene.team(part.team).id,
            lead_id=lead.id,
            opened_at=at,
            closed_at=scene.calendar.now if part.status == "closed" else None,
        )
    )
    grants = give_all(scene, filed, [own(part.team), *part.access], at, lead)
    scene.ledger.record(at, Fact.CASE_OPENED, resource.id, filed.topics, lead.id, *grants)
    _raise_fences(scene, filed, part)
    for code, named in part.names.items():
        when = scene.calendar.at(named)
        naming = name_profile(scene, code, filed, lead, when)
        scene.ledger.record(when, Fact.CASE_REVISED, resource.id, filed.topics, lead.id, naming)
    for report in part.reports:
        _write_report(scene, filed, report)


def name_profile(scene: Scene, profile: str, filed: Filed, officer: Officer, at: datetime) -> Naming:
    """Say that a thing names an individual; the caller stamps the row with the fact that carries it."""
    naming = Naming(
        profile_id=scene.thing(profile).resource.id, resource_id=filed.resource.id, officer_id=officer.id, at=at
    )
    scene.ledger.file(naming)
    return naming


def link_cases(scene: Scene, part: LinkPart) -> None:
    """Say that two cases belong together; both are redrawn, neither is opened to anyone."""
    officer, at = scene.officer(part.by), scene.calendar.at(part.at)
    ends = [scene.thing(code) for code in part.between]
    link = CaseLink(
        from_id=ends[0].resource.id,
        to_id=ends[1].resource.id,
        agency_id=officer.agency_id,
        officer_id=officer.id,
        reason=part.reason,
        at=at,
    )
    scene.ledger.file(link)
    scene.ledger.record(at, Fact.CASES_LINKED, ends[0].resource.id, topics_of(ends), officer.id, link)


def ask(scene: Scene, part: RequestPart) -> None:
    """Enter a request for access, decided or waiting."""
    asked, officer = scene.calendar.at(part.at), scene.officer(part.by)
    resource = scene.thing(part.to).resource
    request = AccessRequest(
        resource_id=resource.id,
        officer_id=officer.id,
        asked_for=resource.reference,
        typed=part.typed,
        principal=officer_key(officer.id),
        level=int(LEVELS[part.level]),
        until=asked + timedelta(days=part.lasts),
        purpose=part.purpose,
        reason=part.reason,
        asked_at=asked,
        lapses_at=asked + LASTS,
    )
    scene.ledger.file(request)
    scene.ledger.record(asked, Fact.ACCESS_ASKED, request.id, (), officer.id, request)
    if part.decided is None or part.decision is None:
        return
    decided, decider = scene.calendar.at(part.decided), scene.officer(part.decided_by)
    step = RequestStep(
        request_id=request.id, number=1, step=part.decision, officer_id=decider.id, words=part.answer, at=decided
    )
    scene.ledger.file(step)
    scene.ledger.record(decided, Fact.REQUEST_MOVED, request.id, (), decider.id, step)


def _raise_fences(scene: Scene, case: Filed, part: CasePart) -> None:
    for written in part.fences:
        officer, at = scene.officer(written.by), scene.calendar.at(written.at)
        fence = RingFence(
            case_id=case.resource.id,
            agency_id=scene.agency(written.against).id,
            name=written.name,
            raised_by=officer.id,
            raised_at=at,
        )
        scene.ledger.file(fence)
        subject = case.resource.id
        scene.ledger.record(at, Fact.FENCE_RAISED, subject, case.topics, officer.id, fence, touches=Touch.ACCESS)


def _write_report(scene: Scene, case: Filed, part: ReportPart) -> None:
    author, at = scene.officer(part.author), scene.calendar.at(part.versions[0].at)
    resource = scene.add_resource("report", author.agency_id, gate=case.resource.id)
    filed = scene.file_as(part.code, "report", Filed(resource, case.topics))
    report = Report(
        id=resource.id,
        case_id=case.resource.id,
        kind=part.kind,
        fenced=part.fenced,
        unfenced_why=part.unfenced_why,
        author_id=author.id,
        team_id=scene.team(part.team).id,
        written_at=at,
    )
    scene.ledger.file(report)
    grants = give_all(scene, filed, [own(part.team), *part.access], at, author)
    files = attach_all(scene, filed, part.photos, author, at)
    came_with_it = [
        report,
        *(name_profile(scene, code, filed, author, at) for code in part.names),
        *grants,
        *files,
        *_allow_emergency(scene, filed, part, author, at),
        *_propose(scene, case, part, author, grants),
    ]
    versions = _keep_versions(scene, filed, part, came_with_it)
    withdraw_report(scene, filed, part.withdrawn, author, versions, files)


def _propose(scene: Scene, case: Filed, part: ReportPart, author: Officer, grants: list[Grant]) -> list[Proposal]:
    """Put what sleeps before the case's managers."""
    if not part.proposes:
        return []
    proposed = scene.agency(part.proposes)
    sleeping = next(grant for grant in grants if grant.grantee_agency_id == proposed.id)
    proposal = Proposal(
        case_id=case.resource.id,
        grant_id=sleeping.id,
        agency_id=author.agency_id,
        proposed_id=proposed.id,
        officer_id=author.id,
        at=sleeping.granted_at,
    )
    scene.ledger.file(proposal)
    return [proposal]


def _allow_emergency(
    scene: Scene, filed: Filed, part: ReportPart, author: Officer, at: datetime
) -> list[EmergencyMark]:
    if not part.emergency:
        return []
    mark = EmergencyMark(report_id=filed.resource.id, allowed=True, officer_id=author.id, why=part.emergency, at=at)
    scene.ledger.file(mark)
    return [mark]


def _keep_versions(scene: Scene, filed: Filed, part: ReportPart, came_with_it: list[SQLModel]) -> list[ReportVersion]:
    versions: list[ReportVersion] = []
    for number, written in enumerate(part.versions, start=1):
        officer, at = scene.officer(written.by or part.author), scene.calendar.at(written.at)
        version = ReportVersion(
            report_id=filed.resource.id,
            number=number,
            title=written.title,
            text=written.text.strip(),
            officer_id=officer.id,
            at=at,
        )
        scene.ledger.file(version)
        fact, stamped = (Fact.REPORT_WRITTEN, came_with_it) if number == 1 else (Fact.REPORT_REVISED, [])
        scene.ledger.record(at, fact, filed.resource.id, filed.topics, officer.id, version, *stamped)
        versions.append(version)
    return versions
