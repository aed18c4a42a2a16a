"""Lines become things: a batch is one transaction, with its journal, grants, audit, and its marks on the lines."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from uuid import UUID

from sqlalchemy import or_, select, update
from sqlmodel import col

from live.audience import Level
from live.event import Touch
from models.agencies import Officer, Team
from models.audit import Act
from models.base import table_of
from models.cases import Case, Theme
from models.grants import Grant, Resource
from models.imports import Import, ImportRow, ImportState
from models.profiles import Profile
from models.reports import Report, ReportKind, ReportVersion
from models.sign_ins import Credential
from models.words import plain
from ops.access.asker import Asker
from ops.access.principals import officer_key, team_key
from ops.access.rules import visible_to
from ops.actions.cases import own_right, team_of
from ops.actions.import_fields import read_day, values_of
from ops.actions.imports import must_import, publishable
from ops.errors import Conflict, Refusal
from ops.topics import case_topic
from ops.transaction import Desk, Fact, Work, new_resource

A_BATCH = 250  # lines in one transaction: other writers wait for no longer than it takes
LEASE = timedelta(seconds=60)  # after a server died another one goes on
_ROW = table_of(ImportRow)
Values = Mapping[str, str]


async def take_one(desk: Desk) -> UUID | None:
    """Take hold of an import that nobody publishes just now, for the length of a lease."""
    now = desk.clock.now()
    free = or_(col(Import.lease_until).is_(None), col(Import.lease_until) < now)
    async with desk.database.writing() as session:
        waiting = await session.execute(
            select(col(Import.id))
            .where(col(Import.state) == ImportState.PUBLISHING, free)
            .order_by(col(Import.at))
            .limit(1)
        )
        found: UUID | None = waiting.scalar_one_or_none()
        if found is None:
            return None
        taken = await session.execute(
            update(Import)
            .where(col(Import.id) == found, free)
            .values(lease_until=now + LEASE)
            .returning(col(Import.id))
        )
        return taken.scalar_one_or_none()


async def take_this(desk: Desk, which: UUID) -> None:
    """Take hold of one import, for whoever publishes it on the command line."""
    async with desk.database.writing() as session:
        lease = desk.clock.now() + LEASE
        await session.execute(update(Import).where(col(Import.id) == which).values(lease_until=lease))


async def publish_batch(desk: Desk, which: UUID) -> bool:
    """Publish the next lines of an import; says whether more may follow. All of a batch is there, or none of it.

    Whoever brought it in is asked anew who they are: without keys or duty it stops, and says so.
    """
    async with desk.database.reading() as session:
        row = await session.get(Import, which)
    if row is None or row.state != ImportState.PUBLISHING:
        return False
    nobody_yet = Asker(row.officer_id, row.agency_id, frozenset(), desk.clock.now())
    try:
        async with desk.work(nobody_yet, changes_access=True) as work:
            return await _publish(work, which)
    except Refusal as refusal:
        why = str(refusal) or "Whoever brought it in no longer holds the duty for it."
        async with desk.database.writing() as session:
            stopped = {"state": ImportState.STOPPED, "why": why, "lease_until": None}
            await session.execute(update(Import).where(col(Import.id) == which).values(**stopped))
        return False


async def _publish(work: Work, which: UUID) -> bool:
    row = await work.session.get_one(Import, which, populate_existing=True)
    kind = must_import(work.asker, row.kind)
    if row.state != ImportState.PUBLISHING:
        return False
    found = await work.session.execute(
        select(_ROW.c.number, _ROW.c.cells).where(*publishable(row)).order_by(_ROW.c.number).limit(A_BATCH)
    )
    lines = [(one[0], values_of(kind, row.mapping, one[1])) for one in found]
    if not lines:
        row.state, row.lease_until, row.ended_at = ImportState.DONE, None, work.asker.at
        return False
    made = await _MAKERS[kind.name](work, [values for _, values in lines])
    numbers = [number for number, _ in lines]
    await work.session.execute(
        update(_ROW)
        .where(_ROW.c.import_id == which, _ROW.c.number.in_(numbers))
        .values(published=True, cells=[])  # what became a thing is kept there, under its own rule, and nowhere else
    )
    row.published += len(lines)
    row.lease_until = work.asker.at + LEASE
    work.audit(Act.IMPORTED, *made)
    return True


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
    boxes = {name: await _case_named(work, name) for name in {values["case"] for values in lines}}
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


_MAKERS = {"case": _cases, "profile": _profiles, "report": _reports, "officer": _officers}


def _owned(work: Work, kind: str, team: Team | None, gate: UUID | None = None) -> tuple[Resource, list[Grant]]:
    """Make a thing of the agency's own, for the officer and their team to manage: what a form's default is, too."""
    resource = new_resource(kind, work.asker.agency, gate=gate)
    keys = [officer_key(work.asker.officer), *([team_key(team.id)] if team else [])]
    return resource, [own_right(work, resource, key) for key in keys]


async def _case_named(work: Work, name: str) -> Resource:
    """Find the case of a report by its reference, or by its title among those that one may write in."""
    typed = name.strip().lower()
    titled = await work.session.execute(
        select(col(Resource.reference))
        .join(Case, col(Case.id) == col(Resource.id))
        .where(
            or_(col(Resource.reference) == typed, col(Case.title) == name.strip()),
            visible_to(work.asker, Level.CONTRIBUTE),
        )
        .limit(2)
    )
    references = list(titled.scalars())
    if len(references) != 1:
        told = "no case that you may write in" if not references else "more than one case"
        raise Conflict(f"A line names {told}. Write the case's reference there.")
    return (await work.find(references[0], "case", Level.CONTRIBUTE)).resource


def _choices(words: type[Theme] | type[ReportKind]) -> dict[str, str]:
    return {_plain(str(word)): str(word) for word in words}


def _plain(value: str) -> str:
    return " ".join(plain(value))


def _instant(value: str) -> datetime | None:
    day = read_day(value)
    return datetime(day.year, day.month, day.day, 12, tzinfo=UTC) if day else None
