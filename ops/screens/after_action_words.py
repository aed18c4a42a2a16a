"""The draft of an after-action report as text: what its author edits and keeps as a report of the operation's case."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from ops.clock import LONDON
from ops.screens.after_action import AfterAction
from ops.screens.values import TaskLine

UNSEEN = ", nobody said that they saw it"


def title_in_words(report: AfterAction) -> str:
    """Call it by its operation, and by whom it is made for."""
    made_for = f", for {report.audience.name}" if report.audience else ""
    return f"{report.title}: after-action report{made_for}"[:160]


def in_words(report: AfterAction) -> str:
    """Write the draft, heading by heading; what holds nothing is left out."""
    parts = [(heading, list(lines)) for heading, lines in _parts(report)]
    said = [f"{heading.upper()}\n" + "\n".join(lines) for heading, lines in parts if lines]
    return "\n\n".join([_opening(report), *said, _closing(report)])


def _opening(report: AfterAction) -> str:
    day = report.starts.astimezone(LONDON)
    return f"{report.purpose}. {day:%A} {day.day} {day:%B %Y}, {_hour(report.starts)} to {_hour(report.ends)}."


def _closing(report: AfterAction) -> str:
    both = f"{report.reader} and {report.audience.name} both" if report.audience else report.reader
    made = report.made_at.astimezone(LONDON)
    when = f"{made.day} {made:%B %Y} at {made:%H:%M}"
    return f"Drafted from the record on {when}. It held what {both} could see then; others may hold more."


def _parts(report: AfterAction) -> Iterator[tuple[str, Iterable[str]]]:
    yield "Result", _result(report)
    yield "Who did what", _sites(report)
    yield "Key moments", (f"{_hour(one.at)} {one.site + ' ' if one.site else ''}{one.words}" for one in report.moments)
    yield (
        "Decisions and their reasons",
        (f"{_hour(one.at)} {one.decided} Because: {one.reason} Considered: {one.options}" for one in report.decisions),
    )
    yield "People met", _people(report)
    yield (
        "Calls for help",
        (f"{_hour(one.at)} {one.site} {one.agency.name}{UNSEEN if one.answered_after is None else ''}"
         for one in report.calls),
    )  # fmt: skip
    yield (
        "Duplicate visits avoided",
        (f"{one.site}: {one.agencies[0].name} and {one.agencies[1].name}" for one in report.avoided),
    )
    yield "Tasks never claimed", _tasks(report.never_claimed)
    yield "To carry on", _tasks(report.to_carry_on)
    yield "Debrief", _debrief(report)


def _result(report: AfterAction) -> Iterator[str]:
    yield f"People safeguarded: {report.safeguarded}. Referrals: {report.referrals}. Arrests: {report.arrests}."
    yield f"Tasks clear: {report.clear} of {report.tasks}. Agencies: {', '.join(one.code for one in report.agencies)}."


def _sites(report: AfterAction) -> Iterator[str]:
    for site in report.sites:
        who = ", ".join(one.code for one in site.agencies)
        hours = f"{_hour(site.first)} to {_hour(site.clear) if site.clear else 'the end'}" if site.first else ""
        yield f"{site.code} {site.name}: {f'{who}, {hours}' if hours else 'not visited'}"


def _people(report: AfterAction) -> Iterator[str]:
    for person in report.people_met:
        now = "went their own way" if person.left_at else f"with {person.agency.name}"
        open_end = "" if person.accounted_for else ", not taken over by anybody"
        yield f"{person.label}, met {_hour(person.met_at)} {person.site_code} by {person.met_by.name}: {now}{open_end}"


def _tasks(tasks: Iterable[TaskLine]) -> Iterator[str]:
    return (f"{task.site_code} {task.title} ({task.agency.name})".strip() for task in tasks)


def _debrief(report: AfterAction) -> Iterator[str]:
    for heading, notes in report.debrief.headings:
        for note in notes:
            yield f"{heading}, {'went well' if note.went_well else 'to change'}: {note.text} ({note.agency.code})"


def _hour(at: datetime) -> str:
    return f"{at.astimezone(LONDON):%H:%M}"
