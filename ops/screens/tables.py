"""The tables in which cases, reports, people and an operation's work leave the house: one line for each thing."""

from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeVar
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from models.agencies import Team
from models.cases import Case
from models.coordinates import write_coordinates
from models.grants import Resource
from models.operations import Decision, Operation, Outcome, Site
from models.profiles import Profile
from models.reports import Report, ReportVersion
from ops.screens.lines import agency_tags, officer_names, post_lines, task_lines
from ops.screens.newest import newest_of_reports
from ops.screens.person_lines import person_lines

Row = TypeVar("Row", Case, Report, Profile, Operation, Site, Decision, Outcome)
Cell = str | int | bool | date | datetime | None
Line = tuple[Cell, ...]
Read = Callable[[AsyncSession, Collection[UUID], datetime], Awaitable[dict[UUID, Line]]]


@dataclass(frozen=True, slots=True)
class Table:
    """A kind of thing as lines: the headings, and how the lines of some of them are read."""

    kind: str
    name: str
    headings: tuple[str, ...]
    read: Read

    @property
    def keys(self) -> tuple[str, ...]:
        """Give the headings as programs name them."""
        return tuple(heading.lower().replace(" ", "_").replace("-", "_") for heading in self.headings)


async def _cases(session: AsyncSession, ids: Collection[UUID], _at: datetime) -> dict[UUID, Line]:
    agencies = await agency_tags(session)
    rows = await _with_resource(session, Case, ids)
    leads = await officer_names(session, {case.lead_id for case, _ in rows if case.lead_id})
    teams = await _listed_teams(session, {case.team_id for case, _ in rows if case.team_id})
    return {
        case.id: (
            resource.reference,
            case.title,
            case.theme,
            case.status,
            case.marking,
            case.handling,
            case.summary,
            agencies[resource.owner_agency_id].code,
            teams.get(case.team_id, "") if case.team_id else "",
            leads.get(case.lead_id, "") if case.lead_id else "",
            case.opened_at,
            case.closed_at,
        )
        for case, resource in rows
    }


async def _reports(session: AsyncSession, ids: Collection[UUID], _at: datetime) -> dict[UUID, Line]:
    agencies = await agency_tags(session)
    rows = await _with_resource(session, Report, ids)
    versions = await newest_versions(session, ids)
    boxes = await _references(session, {report.case_id for report, _ in rows})
    authors = await officer_names(session, {report.author_id for report, _ in rows})
    return {
        report.id: (
            resource.reference,
            boxes[report.case_id],
            report.kind,
            agencies[resource.owner_agency_id].code,
            authors.get(report.author_id, ""),
            report.written_at,
            versions[report.id].number,
            versions[report.id].at,
            report.fenced,
            versions[report.id].title,
            versions[report.id].text,
        )
        for report, resource in rows
    }


async def _people(session: AsyncSession, ids: Collection[UUID], _at: datetime) -> dict[UUID, Line]:
    agencies = await agency_tags(session)
    return {
        profile.id: (
            resource.reference,
            profile.label,
            profile.aliases,
            profile.born_on,
            profile.apparent_age,
            profile.language,
            agencies[resource.owner_agency_id].code,
            profile.made_at,
        )
        for profile, resource in await _with_resource(session, Profile, ids)
    }


async def _operations(session: AsyncSession, ids: Collection[UUID], _at: datetime) -> dict[UUID, Line]:
    return {
        row.id: (resource.reference, row.title, row.purpose, row.marking, row.starts, row.ends, row.briefing)
        for row, resource in await _with_resource(session, Operation, ids)
    }


async def _decisions(session: AsyncSession, ids: Collection[UUID], _at: datetime) -> dict[UUID, Line]:
    agencies, rows = await agency_tags(session), await _with_resource(session, Decision, ids)
    names = await officer_names(session, {one for row, _ in rows for one in (row.officer_id, row.entered_by) if one})
    return {
        row.id: (
            resource.reference,
            row.at,
            agencies[resource.owner_agency_id].code,
            names.get(row.officer_id, ""),
            names.get(row.entered_by, "") if row.entered_by else "",
            row.decided,
            row.options,
            row.reason,
        )
        for row, resource in rows
    }


async def _encounters(session: AsyncSession, ids: Collection[UUID], at: datetime) -> dict[UUID, Line]:
    return {
        person: (
            line.reference,
            line.label,
            line.site_code,
            line.met_by.code,
            line.met_at,
            line.agency.code,
            line.officer,
            line.since,
            line.offered_to.code if line.offered_to else "",
            line.left_at,
        )
        for person, line in (await person_lines(session, ids, at)).items()
    }


async def _outcomes(session: AsyncSession, ids: Collection[UUID], _at: datetime) -> dict[UUID, Line]:
    agencies, rows = await agency_tags(session), await _with_resource(session, Outcome, ids)
    places = await _references(session, {row.site_id for row, _ in rows if row.site_id})
    return {
        row.id: (
            resource.reference,
            row.at,
            agencies[resource.owner_agency_id].code,
            row.kind,
            places.get(row.site_id, "") if row.site_id else "",
        )
        for row, resource in rows
    }


async def _sites(session: AsyncSession, ids: Collection[UUID], _at: datetime) -> dict[UUID, Line]:
    rows = await _with_resource(session, Site, ids)
    boxes = await _references(session, {site.operation_id for site, _ in rows})
    return {
        site.id: (
            resource.reference,
            boxes[site.operation_id],
            site.code,
            site.name,
            site.address,
            site.x,
            site.y,
            write_coordinates(site.latitude, site.longitude),
            site.check_in_minutes,
        )
        for site, resource in rows
    }


async def _tasks(session: AsyncSession, ids: Collection[UUID], at: datetime) -> dict[UUID, Line]:
    return {
        task: (
            line.reference,
            line.site_code,
            line.title,
            line.agency.code,
            line.status_word,
            line.holder,
            line.holder_agency.code if line.holder_agency else "",
            line.since,
            line.due_at,
            line.restricted,
        )
        for task, line in (await task_lines(session, ids, at)).items()
    }


async def _posts(session: AsyncSession, ids: Collection[UUID], at: datetime) -> dict[UUID, Line]:
    return {
        post: (
            line.reference,
            line.happened_at,
            line.arrived_at,
            line.agency.code,
            line.author,
            line.site_code,
            line.task_title,
            line.text,
        )
        for post, line in (await post_lines(session, ids, at)).items()
    }


CASES = Table(
    "case", "Cases",
    ("Reference", "Title", "Theme", "Status", "Marking", "Handling", "Summary", "Owner", "Team", "Lead", "Opened",
     "Closed"),
    _cases,
)  # fmt: skip
REPORTS = Table(
    "report", "Reports",
    ("Reference", "Case", "Kind", "Agency", "Author", "Written", "Version", "Revised", "Inside ring-fences", "Title",
     "Text"),
    _reports,
)  # fmt: skip
PEOPLE = Table(
    "profile", "People",
    ("Reference", "Label", "Aliases", "Born on", "Apparent age", "Language", "Agency", "Made"),
    _people,
)  # fmt: skip
OPERATIONS = Table(
    "operation", "Operations", ("Reference", "Title", "Purpose", "Marking", "Starts", "Ends", "Briefing"), _operations
)  # fmt: skip
SITES = Table(
    "site", "Sites",
    ("Reference", "Operation", "Code", "Name", "Address", "X", "Y", "Coordinates", "Check-in minutes"),
    _sites,
)  # fmt: skip
TASKS = Table(
    "task", "Tasks",
    ("Reference", "Site", "Title", "Asked of", "Status", "Held by", "Holder's agency", "Since", "Due", "Restricted"),
    _tasks,
)  # fmt: skip
DECISIONS = Table(
    "decision", "Decisions",
    ("Reference", "Taken", "Agency", "By", "Entered by", "Decided", "Options", "Reason"),
    _decisions,
)  # fmt: skip
ENCOUNTERS = Table(
    "encounter", "Encounters",
    ("Reference", "Label", "Site", "Met by", "Met", "With", "Officer", "Since", "Offered to", "Left"),
    _encounters,
)  # fmt: skip
OUTCOMES = Table("outcome", "Outcomes", ("Reference", "At", "Agency", "Kind", "Site"), _outcomes)
POSTS = Table(
    "post", "Posts", ("Reference", "Happened", "Arrived", "Agency", "Author", "Site", "Task", "Text"), _posts
)  # fmt: skip


async def newest_versions(session: AsyncSession, reports: Collection[UUID]) -> dict[UUID, ReportVersion]:
    """Give what each report says now."""
    newest = newest_of_reports(reports)
    rows = await session.execute(
        select(ReportVersion).join(
            newest,
            (newest.c.report_id == col(ReportVersion.report_id)) & (newest.c.number == col(ReportVersion.number)),
        )
    )
    return {row.report_id: row for row in rows.scalars()}


async def _with_resource(session: AsyncSession, table: type[Row], ids: Collection[UUID]) -> list[tuple[Row, Resource]]:
    rows = await session.execute(
        select(table, Resource).join(Resource, col(Resource.id) == col(table.id)).where(col(table.id).in_(ids))
    )
    return [(row[0], row[1]) for row in rows]


async def _references(session: AsyncSession, ids: Collection[UUID]) -> dict[UUID, str]:
    rows = await session.execute(select(col(Resource.id), col(Resource.reference)).where(col(Resource.id).in_(ids)))
    return {row[0]: row[1] for row in rows}


async def _listed_teams(session: AsyncSession, teams: Collection[UUID]) -> dict[UUID, str]:
    """Give the names of listed teams; an unlisted one is named to nobody."""
    rows = await session.execute(select(col(Team.id), col(Team.name)).where(col(Team.id).in_(teams), col(Team.listed)))
    return {row[0]: row[1] for row in rows}
