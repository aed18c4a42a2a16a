"""What must stand on a page for one officer: a page that shows too little is as wrong as one that shows too much."""

from collections.abc import Callable, Iterator
from datetime import datetime
from uuid import UUID

from models.grants import Resource
from ops.proof.canaries import WORD
from ops.proof.judge import DISCOVER, State
from ops.proof.ruling import READ

Expected = Iterator[tuple[UUID, bytes]]  # a word or reference, and the thing that would be missed without it


def expected_on(state: State, path: str, officer: UUID, at: datetime, thing: Resource | None) -> Expected:
    """Give what a page must show; nothing for a page that is not in the table below."""
    if page := PAGES.get(path):
        yield from page(state, officer, at, thing)


def belonging(state: State, path: str, thing: Resource | None) -> int:
    """Count the resources about which a page decides for its reader."""
    if thing is None:
        return len(state.of_kind(LISTS[path])) if path in LISTS else 0
    if path in {"/cases/{ref}", "/operations/{ref}"}:
        return 1 + sum(row.gate_id == thing.id for row in state.rows.values())
    return 1


def _listed(kind: str) -> Callable[[State, UUID, datetime, Resource | None], Expected]:
    def page(state: State, officer: UUID, at: datetime, _: Resource | None) -> Expected:
        for row in state.of_kind(kind):
            level = state.ruling.level(officer, row.id, at)
            if level >= READ:
                yield row.id, state.content.words[row.id][0].encode()
            if level >= READ or (level >= DISCOVER and kind != "profile"):
                yield row.id, row.reference.encode()

    return page


def _case(state: State, officer: UUID, at: datetime, thing: Resource | None) -> Expected:
    assert thing is not None  # noqa: S101 - the page is one thing's
    reads = state.ruling.reads(officer, thing.id, at)
    yield from _words(state, thing) if reads else ()
    readable = [thing.id] if reads else []
    for report in state.inside(thing.id, "report"):
        level = state.ruling.level(officer, report.id, at)
        if level >= READ:
            readable.append(report.id)
            yield from _words(state, report)
            yield from _files(state, report)
        elif level >= DISCOVER:
            yield report.id, report.reference.encode()
    if reads:
        yield from _people(state, officer, at, readable)
        yield from _links(state, officer, at, thing)


def _people(state: State, officer: UUID, at: datetime, readable: list[UUID]) -> Expected:
    for profile in state.of_kind("profile"):
        named = not set(readable).isdisjoint(state.content.named[profile.id])
        if named and state.ruling.reads(officer, profile.id, at):
            yield from _words(state, profile)


def _links(state: State, officer: UUID, at: datetime, thing: Resource) -> Expected:
    for one, other, reason in state.content.links:
        if thing.id in {one, other}:
            end = other if one == thing.id else one
            level = state.ruling.level(officer, end, at)
            if level >= READ:
                yield end, reason.encode()
            if level >= DISCOVER:
                yield end, state.rows[end].reference.encode()


def _board(state: State, officer: UUID, at: datetime, thing: Resource | None) -> Expected:
    assert thing is not None  # noqa: S101 - the page is one thing's
    if state.ruling.reads(officer, thing.id, at):
        yield from _words(state, thing)
    for kind in ("site", "task", "post", "encounter"):
        for row in state.inside(thing.id, kind):
            if state.ruling.reads(officer, row.id, at):
                yield from _words(state, row)
                yield from _files(state, row)


def _wall(state: State, officer: UUID, at: datetime, _: Resource | None) -> Expected:
    """Places by name. No wall says an address."""
    operation = state.content.walls[officer]
    sites = state.inside(operation, "site") if state.ruling.level(officer, operation, at) >= DISCOVER else ()
    for site in sites:
        if state.ruling.reads(officer, site.id, at):
            yield site.id, state.content.words[site.id][0].encode()


def _log(state: State, officer: UUID, at: datetime, thing: Resource | None) -> Expected:
    assert thing is not None  # noqa: S101 - the page is one thing's
    for row in state.inside(thing.id, "decision") if state.ruling.level(officer, thing.id, at) >= DISCOVER else ():
        if state.ruling.reads(officer, row.id, at):
            yield from _words(state, row)


def _met(state: State, officer: UUID, at: datetime, thing: Resource | None) -> Expected:
    assert thing is not None  # noqa: S101 - the page is one thing's
    for row in state.inside(thing.id, "encounter") if state.ruling.level(officer, thing.id, at) >= DISCOVER else ():
        if state.ruling.reads(officer, row.id, at):
            yield from _words(state, row)


def _whole(state: State, officer: UUID, at: datetime, thing: Resource | None) -> Expected:
    assert thing is not None  # noqa: S101 - the page is one thing's
    if state.ruling.reads(officer, thing.id, at):
        yield from _words(state, thing)
        yield from _files(state, thing)


def _words(state: State, thing: Resource) -> Expected:
    whole = state.content.words[thing.id]
    reason = [found.decode() for words in whole for found in WORD.findall(words.encode())]
    for word in reason if thing.id in state.content.withdrawn else whole:
        if word:
            yield thing.id, word.encode()


def _files(state: State, thing: Resource) -> Expected:
    for file in state.content.files[thing.id] if thing.id not in state.content.withdrawn else ():
        yield file, state.rows[file].reference.encode()


LISTS = {"/cases": "case", "/operations": "operation", "/profiles": "profile"}
PAGES = {
    **{path: _listed(kind) for path, kind in LISTS.items()},
    "/cases/{ref}": _case,
    "/operations/{ref}": _board,
    "/operations/{ref}/decisions": _log,
    "/wall": _wall,
    "/operations/{ref}/people-met": _met,
    "/encounters/{ref}": _whole,
    "/reports/{ref}": _whole,
    "/profiles/{ref}": _whole,
}
