"""Thematic files: opened by one agency, which alone may revise them."""

from dataclasses import dataclass
from typing import Protocol

from live.audience import Level
from live.event import Touch
from models.agencies import Team
from models.audit import Act
from models.cases import Case, Theme
from models.grants import Grant, Resource
from ops.access.asker import Asker
from ops.access.principals import own_key, team_key
from ops.actions.fingerprints import fingerprint_of
from ops.actions.grantees import own_teams, teams_of_agency
from ops.actions.once import answered_before, keep_answer
from ops.actions.reach import record_revised
from ops.errors import Changed, Invalid
from ops.topics import case_topic
from ops.transaction import Desk, Fact, Work, new_resource

LONGEST_TITLE = 160
LONGEST_SUMMARY = 4000
LONGEST_HANDLING = 200
STATUSES = ("open", "closed")
OWN_RIGHT = "Own right of the agency that made it"


@dataclass(frozen=True, slots=True)
class NewCase:
    """What the form of a new case sends; `team` is a reference of one of the asker's teams, empty for the first."""

    title: str
    theme: str
    summary: str
    key: str
    team: str = ""


@dataclass(frozen=True, slots=True)
class CaseEdit:
    """A revision; `based_on` is the `fingerprint` of the text that it was made from."""

    title: str
    summary: str
    status: str
    handling: str
    based_on: str


async def open_case(desk: Desk, asker: Asker, new: NewCase) -> str:
    """Open a case for the asker's team, which manages it with the asker. The same key again changes nothing."""
    _check(new.title, new.summary)
    if new.theme not in set(Theme):
        raise Invalid({"theme": "Choose a theme."})
    body = repr(new)
    async with desk.work(asker, changes_access=True) as work:
        if (before := await answered_before(work, new.key, body)) is not None:
            return before
        team = await team_of(work, new.team)
        resource = new_resource("case", asker.agency)
        keys = [own_key(asker), *([team_key(team.id)] if team else [])]
        grants = [own_right(work, resource, key) for key in keys]
        work.add(resource)
        await work.session.flush()
        work.add(_case(work, resource, new, team), *grants)
        keep_answer(work, new.key, body, resource.reference)
        work.audit(Act.CASE_OPENED, resource.reference)
        topics = (case_topic(resource.reference),)
        work.record(Fact.CASE_OPENED, resource.id, topics)
        work.record(Fact.ACCESS_GIVEN, resource.id, topics, *grants, touches=Touch.ACCESS)
        return resource.reference


async def revise_case(desk: Desk, asker: Asker, reference: str, edit: CaseEdit) -> None:
    """Change a case's own words or its status. Changed when somebody changed them since `edit` was begun."""
    _check(edit.title, edit.summary)
    if edit.status not in STATUSES:
        raise Invalid({"status": "Choose open or closed."})
    if len(edit.handling) > LONGEST_HANDLING:
        raise Invalid({"handling": f"Write at most {LONGEST_HANDLING} characters."})
    async with desk.work(asker, changes_access=True) as work:  # the lock first, so that two edits cannot both win
        case, found = await work.find_row(reference, Case, Level.MANAGE)
        if edit.based_on != fingerprint(case):
            raise Changed("Somebody changed this case while you were writing. Both texts are below.")
        case.title, case.summary, case.handling = edit.title.strip(), edit.summary.strip(), edit.handling.strip()
        if case.status != edit.status:
            case.closed_at = asker.at if edit.status == "closed" else None
        case.status = edit.status
        work.audit(Act.CASE_REVISED, reference)
        await record_revised(work, Fact.CASE_REVISED, found.resource)


class Said(Protocol):
    """What a case says of itself, wherever it was read."""

    @property
    def title(self) -> str: ...
    @property
    def summary(self) -> str: ...
    @property
    def status(self) -> str: ...
    @property
    def handling(self) -> str: ...


def fingerprint(case: Said) -> str:
    """Name what a case says now, so that an edit can tell whether it is still the text it was made from."""
    return fingerprint_of(case.title, case.summary, case.status, case.handling)


async def team_of(work: Work, reference: str) -> Team | None:
    """Give the asker's team that a form names, else their first; None for an officer in no team.

    A program names one of its agency's: what it makes must have people who manage it.
    """
    program = own_key(work.asker).startswith("account:")
    teams = await (teams_of_agency if program else own_teams)(work.session, work.asker)
    if program and not reference:
        raise Invalid({"team": "Name the team of your agency that will manage this."})
    if reference and reference not in {team.reference for team in teams}:
        raise Invalid({"team": "Choose one of your own teams."})
    return next((team for team in teams if reference in {"", team.reference}), None)


def own_right(work: Work, resource: Resource, key: str) -> Grant:
    """Make the maker's own right a grant like any other, so that there is always one to show. No program manages."""
    level = Level.CONTRIBUTE if key.startswith("account:") else Level.MANAGE
    return Grant(
        resource_id=resource.id,
        principal=key,
        grantee_agency_id=work.asker.agency,
        level=int(level),
        starts=work.asker.at,
        reason=OWN_RIGHT,
        granted_by=work.asker.officer,
        granted_at=work.asker.at,
    )


def _case(work: Work, resource: Resource, new: NewCase, team: Team | None) -> Case:
    return Case(
        id=resource.id,
        title=new.title.strip(),
        theme=new.theme,
        summary=new.summary.strip(),
        team_id=team.id if team else None,
        lead_id=work.asker.officer,
        opened_at=work.asker.at,
    )


def _check(title: str, summary: str) -> None:
    messages: dict[str, str] = {}
    if not title.strip():
        messages["title"] = "Give the case a title. Name the matter, not a person."
    elif len(title) > LONGEST_TITLE:
        messages["title"] = f"Write at most {LONGEST_TITLE} characters."
    if len(summary) > LONGEST_SUMMARY:
        messages["summary"] = f"Write at most {LONGEST_SUMMARY} characters. Put the rest into a report."
    if messages:
        raise Invalid(messages)
