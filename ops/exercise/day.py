"""What happens on the demo day, in order: read from the world file, as acts of its officers."""

from collections.abc import Callable, Coroutine, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from ops.exercise.stage import Stage
from ops.world.written_day import CheckInPart, DecisionPart, OperationPart, PersonMetPart, PostPart, TaskPart

Doing = Callable[[Stage], Coroutine[Any, Any, None]]
BEGINS = timedelta(hours=6, minutes=30)
SILENT_FROM, SILENT_UNTIL = timedelta(hours=8, minutes=50), timedelta(hours=9, minutes=16)
QUIET = "Tom Reyes"  # loses his signal for 26 minutes


@dataclass(frozen=True, slots=True)
class Happening:
    """One act, at its moment of the day."""

    at: timedelta
    what: str
    do: Doing


def happenings(operation: OperationPart) -> list[Happening]:
    """Give the whole day in order."""
    found = [
        *_beginning(operation),
        *_planning(operation),
        *_work(operation),
        *_said(operation),
        *_afterwards(operation),
    ]
    return sorted(found, key=lambda one: one.at)


def _by(act: Callable[..., Coroutine[Any, Any, None]], *told: object) -> Doing:
    return lambda stage: act(stage, *told)


def _clock(moment: timedelta | datetime | None) -> timedelta:
    return moment if isinstance(moment, timedelta) else timedelta(days=-1)


def _on_the_day(moment: timedelta | datetime | None) -> bool:
    return _clock(moment) >= BEGINS


def _beginning(operation: OperationPart) -> Iterator[Happening]:
    yield Happening(BEGINS, "the operation begins", _by(Stage.begin, operation.commander))
    for number, part in enumerate(operation.detachments):
        for officer in part.members if _clock(part.joined) < BEGINS else ():
            moment = BEGINS + timedelta(minutes=1, seconds=number * 20)
            yield Happening(moment, f"{officer} comes", _by(Stage.arrive, officer))


def _planning(operation: OperationPart) -> Iterator[Happening]:
    commander = operation.deputy or operation.commander
    for part in operation.detachments:
        if _on_the_day(part.joined):
            moment = _clock(part.joined)
            what = f"{part.agency} is asked for help"
            yield Happening(moment, what, _by(Stage.join, commander, part))
    for site in operation.sites:
        for access in site.access:
            if _on_the_day(access.at):
                agencies = [name.removesuffix("@") for name in access.to]
                yield Happening(
                    _clock(access.at),
                    f"{site.code} opens to {', '.join(agencies)}",
                    _by(Stage.reveal, commander, site.code, agencies),
                )
    for window in operation.windows:
        if _on_the_day(window.at):
            what = f"{window.agency} plans a visit at {window.site}"
            yield Happening(_clock(window.at), what, _by(Stage.visit, window))
    for code, at in sorted({(window.site, _clock(window.settled)) for window in operation.windows if window.settled}):
        yield Happening(at, f"visits at {code} are settled", _by(Stage.settle, commander, code))


def _work(operation: OperationPart) -> Iterator[Happening]:
    maker = operation.deputy or operation.commander
    for task in operation.tasks:
        if _on_the_day(task.made):
            yield Happening(_clock(task.made), f"a task: {task.title}", _by(Stage.ask, maker, task))
        yield from _steps(task)


def _steps(task: TaskPart) -> Iterator[Happening]:
    held = False
    for step in task.steps:
        at, officer = max(_clock(step.at), _clock(task.made)), str(step.officer)
        if not held:
            yield Happening(at, f"{officer} takes {task.title}", _by(Stage.claim, officer, task))
            held = True
        if step.act not in {"claim", "release"}:
            what = f"{officer}: {task.title} {step.act}"
            yield Happening(at, what, _by(Stage.move, officer, task, step.act))


def _said(operation: OperationPart) -> Iterator[Happening]:
    for post in operation.posts:
        yield _post(post, operation)
    for one in operation.check_ins:
        yield _check_in(one)
    for decision in operation.decisions:
        yield from _decision(decision, operation)
    for outcome in operation.outcomes:
        what = f"{outcome.by} counts: {outcome.kind}"
        yield Happening(_clock(outcome.at), what, _by(Stage.count, outcome))
    for person in operation.people_met:
        yield from _person(person)


def _post(post: PostPart, operation: OperationPart) -> Happening:
    at, arrives = _clock(post.at), _clock(post.arrived or post.at)
    if post.heard is not None:
        return Happening(at, f"{post.by} by radio", _by(Stage.by_radio, post))
    if post.by == QUIET and SILENT_FROM <= at < SILENT_UNTIL:
        arrives = max(arrives, SILENT_UNTIL)
    return Happening(arrives, f"{post.by} posts", _by(Stage.post, post, arrives - at, operation))


def _check_in(one: CheckInPart) -> Happening:
    return Happening(_clock(one.at), f"{one.by} checks in", _by(Stage.check_in, one))


def _person(person: PersonMetPart) -> Iterator[Happening]:
    yield Happening(_clock(person.at), f"{person.by} meets somebody", _by(Stage.meet, person))
    for step in person.steps:
        yield Happening(_clock(step.at), f"{step.officer}: {step.act}", _by(Stage.look_after, person, step))


def _decision(decision: DecisionPart, operation: OperationPart) -> Iterator[Happening]:
    yield Happening(_clock(decision.at), f"{decision.by} decides", _by(Stage.decide, decision))
    if _on_the_day(decision.confirmed) and not decision.entered:
        what = "the loggist confirms"
        yield Happening(_clock(decision.confirmed), what, _by(Stage.confirm, operation.loggist))


def _afterwards(operation: OperationPart) -> Iterator[Happening]:
    yield Happening(SILENT_FROM, f"{QUIET} loses his signal", _by(Stage.lose_signal, QUIET))
    yield Happening(SILENT_UNTIL, f"{QUIET} is back", _by(Stage.arrive, QUIET))
    yield Happening(_at(9, 41), "FWA-1 is written", _by(Stage.write_interview))
    yield Happening(_at(10, 14), "FWA-1 is widened by mistake", _by(Stage.widen_by_mistake))
    yield Happening(_at(10, 19), "FWA-1 is held and taken back", _by(Stage.take_back, operation.commander))
    yield Happening(_at(12, 0), "stand down", _by(Stage.stand_down, operation.commander))
    yield Happening(_at(12, 15), "hot debrief", _by(Stage.debrief, operation))


def _at(hours: int, minutes: int) -> timedelta:
    return timedelta(hours=hours, minutes=minutes)
