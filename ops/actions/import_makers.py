"""What a line of each kind becomes: the same rows, grants and facts as when it is made by hand."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import func, or_, select
from sqlmodel import col

from live.audience import Level
from live.event import Touch
from models.agencies import Kind, Officer, Team
from models.cases import Case, Theme
from models.coordinates import read_coordinates
from models.grants import Grant, Resource
from models.operations import Operation, Site
from models.profiles import Profile
from models.reports import Report, ReportKind, ReportVersion
from models.sign_ins import Credential
from models.words import plain
from ops.access.principals import officer_key, team_key
from ops.access.rules import visible_to
from ops.actions.administration import record_keys
from ops.actions.agencies import NewAgency, checked, file_administrator, file_agency
from ops.actions.cases import own_right, team_of
from ops.actions.import_fields import YES, read_day
from ops.errors import Conflict
from ops.topics import case_topic, operation_topic
from ops.transaction import Fact, Work, new_resource

Values = Mapping[str, str]
MIDDLE = 50  # of the schematic map
CHECK_IN = 30  # minutes, unless the line says otherwise


async def _cases(work: Work, lines: Sequence[Values]) -> list[str]:
    team = await team_of(work, "")
    themes = _choices(Theme)
    made: list[str] = []
    for values in lines:
        resource, grants = _owned(work, "case", team)
        opened = _instant(values["opened"]) or work.asker.at
        case = Case(
            id=resource.id,
            title=values["title"],
            theme=themes[_plain(values["theme"])],
            summary=values["summary"],
            handling=values["handling"],
            status=_plain(values["status"]) or "open",
            team_id=team.id if team else None,
            lead_id=work.asker.officer,
            opened_at=opened,
            closed_at=work.asker.at if _plain(values["status"]) == "closed" else None,
        )
        topics = (case_topic(resource.reference),)
        work.file_last(resource, case, *grants)
        work.record(Fact.CASE_OPENED, resource.id, topics, *grants)  # new: nobody's open page is judged anew for it
        made.append(resource.reference)
    return made


async def _profiles(work: Work, lines: Sequence[Values]) -> list[str]:
    team = await team_of(work, "")
    made: list[str] = []
    for values in lines:
        resource, grants = _owned(work, "profile", team)
        profile = Profile(
            id=resource.id,
            label=values["label"],
            aliases=values["aliases"],
            born_on=read_day(values["born_on"]),
            apparent_age=values["apparent_age"],
            language=values["language"],
            made_by=work.asker.officer,
            made_at=work.asker.at,
        )
        work.file_last(resource, profile, *grants)
        work.record(Fact.PROFILE_MADE, resource.id, (), profile, *grants)
        made.append(resource.reference)
    return made


async def _reports(work: Work, lines: Sequence[Values]) -> list[str]:
    team, kinds = await team_of(work, ""), _choices(ReportKind)
    boxes = {
        name: await _box_named(work, name, Case, Level.CONTRIBUTE) for name in {values["case"] for values in lines}
    }
    made: list[str] = []
    for values in lines:
        box = boxes[values["case"]]
        resource, grants = _owned(work, "report", team, gate=box.id)
        report = Report(
            id=resource.id,
            case_id=box.id,
            kind=kinds[_plain(values["kind"])],
            author_id=work.asker.officer,
            team_id=team.id if team else None,
            written_at=work.asker.at,
        )
        version = ReportVersion(
            report_id=resource.id,
            number=1,
            title=values["title"],
            text=values["text"],
            officer_id=work.asker.officer,
            at=work.asker.at,
        )
        work.file_last(resource, report, version, *grants)
        work.record(Fact.REPORT_WRITTEN, resource.id, (case_topic(box.reference),), report, version, *grants)
        made.append(resource.reference)
    return made


async def _officers(work: Work, lines: Sequence[Values]) -> list[str]:
    made: list[str] = []
    for values in lines:
        officer = Officer(agency_id=work.asker.agency, name=values["name"], mobile=values["mobile"])
        work.file_last(
            officer, Credential(officer_id=officer.id, email=values["email"].lower(), changed_at=work.asker.at)
        )
        work.record(Fact.OFFICER_CHANGED, officer.id, (), touches=Touch.OFFICER)
        made.append(officer.reference)
    return made


async def _sites(work: Work, lines: Sequence[Values]) -> list[str]:
    team, made = await team_of(work, ""), list[str]()
    boxes = {
        name: await _box_named(work, name, Operation, Level.MANAGE) for name in {one["operation"] for one in lines}
    }
    for values in lines:
        box = boxes[values["operation"]]
        latitude, longitude = read_coordinates(values["coordinates"])
        resource, grants = _owned(work, "site", team, gate=box.id)
        site = Site(
            id=resource.id,
            operation_id=box.id,
            code=values["code"].upper(),
            name=values["name"],
            address=values["address"],
            place=await _next_place(work, box.id),
            x=int(values["x"] or MIDDLE),
            y=int(values["y"] or MIDDLE),
            check_in_minutes=int(values["check_in_minutes"] or CHECK_IN),
            latitude=latitude,
            longitude=longitude,
        )
        work.file_last(resource, site, *grants)
        await work.session.flush()
        work.record(Fact.SITE_ADDED, resource.id, (operation_topic(box.reference),), site, *grants)
        made.append(resource.reference)
    return made


async def _agencies(work: Work, lines: Sequence[Values]) -> list[str]:
    """Make agencies, each with its first administrator: the operator hands over their link from the platform's page."""
    made: list[str] = []
    for values in lines:
        told = {name: values[name] for name in ("name", "kind", "desk", "administrator", "email")}
        told["kind"] = _choices(Kind)[_plain(values["kind"])]
        new = checked(NewAgency(code=values["letters"], enforcement=_plain(values["enforcement"]) in YES, **told))
        agency = await file_agency(work, new)
        first = await file_administrator(work, agency, new.administrator)
        work.add(Credential(officer_id=first.id, email=new.email, changed_at=work.asker.at))
        record_keys(work, [first.id])
        made += [agency.reference, first.reference]
    return made


async def _next_place(work: Work, operation: UUID) -> int:
    last = await work.session.execute(select(func.max(col(Site.place))).where(col(Site.operation_id) == operation))
    return (last.scalar_one() or 0) + 1


MAKERS = {
    "case": _cases,
    "profile": _profiles,
    "report": _reports,
    "officer": _officers,
    "site": _sites,
    "agency": _agencies,
}


def _owned(work: Work, kind: str, team: Team | None, gate: UUID | None = None) -> tuple[Resource, list[Grant]]:
    """Make a thing of the agency's own, for the officer and their team to manage: what a form's default is, too."""
    resource = new_resource(kind, work.asker.agency, gate=gate)
    keys = [officer_key(work.asker.officer), *([team_key(team.id)] if team else [])]
    return resource, [own_right(work, resource, key) for key in keys]


async def _box_named(work: Work, name: str, table: type[Case] | type[Operation], least: Level) -> Resource:
    """Find a case or an operation by its reference, or by its title among those with which one may go so far."""
    kind, typed = table.__tablename__, name.strip().lower()
    titled = await work.session.execute(
        select(col(Resource.reference))
        .join(table, col(table.id) == col(Resource.id))
        .where(
            or_(col(Resource.reference) == typed, col(table.title) == name.strip()),
            visible_to(work.asker, least),
        )
        .limit(2)
    )
    references = list(titled.scalars())
    if len(references) != 1:
        may = {Level.CONTRIBUTE: "write in", Level.MANAGE: "manage"}[least]
        told = f"no {kind} that you may {may}" if not references else f"more than one {kind}"
        raise Conflict(f"A line names {told}. Write the {kind}'s reference there.")
    return (await work.find(references[0], str(kind), least)).resource


def _choices(words: type[StrEnum]) -> dict[str, str]:
    return {_plain(str(word)): str(word) for word in words}


def _plain(value: str) -> str:
    return " ".join(plain(value))


def _instant(value: str) -> datetime | None:
    day = read_day(value)
    return datetime(day.year, day.month, day.day, 12, tzinfo=UTC) if day else None
