"""The oracle of the faults: from the committed journal and grants, what each screen must and must not have shown."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlmodel import SQLModel, col

from models.agencies import Officer
from models.database import Database
from models.grants import Grant
from models.journal import JournalEntry
from models.reports import ReportVersion
from models.sign_ins import Credential
from models.tasks import PostVersion
from ops.proof.facts import facts_of
from ops.proof.oracle import Facts, level
from ops.proof.ruling import READ
from tests.faults.ground import Ground
from tests.faults.pages import Page, Timed
from tests.serving import PEOPLE

WORD = re.compile(r"\b[a-z]+[0-9a-f]{8}n\d{5}z\b")  # what these tests write: one word for each version
POST, REPORT = "post", "report"
BOARDS = "/operations/"
CLIPPED = 60  # posts on a board; older ones are no longer there


@dataclass(frozen=True)
class Written:
    """One word: what it stands in, and between which positions it stood there."""

    kind: str
    resource: UUID
    position: int
    until: float = float("inf")
    first: bool = True  # a line of its own; a correction takes the place that its post has


@dataclass(frozen=True)
class Committed:
    """All that was committed, as the tables tell it: no word of the servers is trusted here."""

    words: Mapping[str, Written]
    officers: Mapping[str, UUID]
    entries: Sequence[JournalEntry]
    facts: Facts
    spans: Mapping[UUID, tuple[int, float]]  # each grant's positions: from, and until it was revoked
    by_thing: Mapping[UUID, Sequence[UUID]]

    def reads(self, officer: UUID, thing: UUID, position: int) -> bool:
        """Say whether an officer may read a thing as access stood at a position."""
        row = self.facts["resources"][thing]
        boxes = {row["acl"], row["gate"]} - {None}
        grants = {
            grant: {**self.facts["grants"][grant], "revoked": False}
            for box in boxes
            for grant in self.by_thing.get(box, ())
            if self.spans[grant][0] <= position < self.spans[grant][1]
        }
        at = self.entries[position - 1].at
        return level({**self.facts, "grants": grants}, officer, thing, at) >= READ  # type: ignore[arg-type]  # any name will do

    def moments(self, since: int, until: float) -> Iterator[int]:
        """Give the positions, from one until another, at which access may have become another."""
        yield since
        last = len(self.entries) if until == float("inf") else int(until) - 1
        for entry in self.entries[since:last]:
            if entry.touches != "content":
                yield entry.position


async def committed(database: Database) -> Committed:
    """Read it. Fails when the journal has a gap."""
    async with database.reading() as session:

        async def rows(table: type[SQLModel], *order: Any) -> list[Any]:
            return list((await session.execute(select(table).order_by(*order))).scalars())

        entries = await rows(JournalEntry, col(JournalEntry.position))
        grants, posts, reports = await rows(Grant), await rows(PostVersion), await rows(ReportVersion)
        versions = [(POST, row.post_id, row.text, row.position or 1) for row in posts]
        versions += [(REPORT, row.report_id, row.text, row.position or 1) for row in reports]
        emails = {row.email: row.officer_id for row in await rows(Credential)}
        programs = {row.name: row.id for row in await rows(Officer) if row.account_id is not None}
    assert [entry.position for entry in entries] == list(range(1, len(entries) + 1)), "a gap in the journal"
    words: dict[str, Written] = {}
    newest: dict[UUID, list[str]] = {}
    known: set[UUID] = set()
    for kind, thing, text, position in sorted(versions, key=lambda version: version[3]):
        for word in newest.pop(thing, []):
            words[word] = replace(words[word], until=position)
        newest[thing] = WORD.findall(text)
        for word in newest[thing]:
            assert word not in words, "written twice"
            words[word] = Written(kind, thing, position, first=thing not in known)
        known.add(thing)
    by_thing: dict[UUID, list[UUID]] = {}
    for grant in grants:
        by_thing.setdefault(grant.resource_id, []).append(grant.id)
    return Committed(
        words,
        {name: emails[email] for name, email in PEOPLE.items() if email in emails} | programs,
        entries,
        await facts_of(database),
        {
            row.id: (row.position or 1, float("inf") if row.revoked_at is None else row.revoked_position or 1)
            for row in grants
        },
        by_thing,
    )


@dataclass
class Verdict:
    """What the oracle finds on one page."""

    truth: Committed
    page: Page

    def __post_init__(self) -> None:
        self.officer = self.truth.officers[self.page.person.name]

    def complaints(self) -> Iterable[str]:
        who = self.page.person.name
        sent = set(WORD.findall(self.page.everything))
        for word in sent:
            if word not in self.truth.words:
                yield f"{who} was shown {word}, which was never committed"
            elif not self._ever(word):
                yield f"{who} was shown {word}, which they could read at no time since it was written"
        kind = POST if self.page.path.startswith(BOARDS) else REPORT
        owed = [word for word, written in self.truth.words.items() if written.kind == kind and self._always(word)]
        for word in self._still_owed(owed):
            if word not in sent:
                lives = len(self.page.lives)
                yield f"{who} was never shown {word}; {lives} lives, came back {self.page.returns} times"
        for life in self.page.lives:
            yield from self._disorder(life, set(owed))
            yield from _going_back(who, life)

    def _ever(self, word: str) -> bool:
        written = self.truth.words[word]
        return any(self._reads(word, position) for position in self.truth.moments(written.position, written.until))

    def _always(self, word: str) -> bool:
        """Say whether it stands there to this day, and they could read it all the time."""
        written = self.truth.words[word]
        whole = written.until == float("inf")
        return whole and all(self._reads(word, at) for at in self.truth.moments(written.position, written.until))

    def _reads(self, word: str, position: int) -> bool:
        return self.truth.reads(self.officer, self.truth.words[word].resource, position)

    def _still_owed(self, owed: list[str]) -> list[str]:
        """Name what must have been there: all of it, or the newest where the page had to be fetched again."""
        newest_first = sorted(owed, key=lambda word: -self.truth.words[word].position)
        return newest_first[:CLIPPED] if len(self.page.lives) > 1 else self._since_it_opened(newest_first)

    def _since_it_opened(self, newest_first: list[str]) -> list[str]:
        first = self.page.lives[0]
        known = [self.truth.words[word].position for word in WORD.findall(first.page) if word in self.truth.words]
        oldest = min(known, default=0)
        heard = [self.truth.words[w].position for w in WORD.findall(first.everything) if w in self.truth.words]
        oldest = oldest or min(heard, default=len(self.truth.entries))
        return [word for word in newest_first if self.truth.words[word].position >= oldest]

    def _disorder(self, life: Timed, owed: set[str]) -> Iterable[str]:
        """Find lines that came in another order than they were committed in; what comes again changes nothing."""
        lines = {word for word in owed if self.truth.words[word].first}
        seen, last = set(WORD.findall(life.page)), 0
        for frame in life.frames:
            if frame["do"] != "show":
                continue
            for word in lines.intersection(WORD.findall(str(frame))).difference(seen):
                seen.add(word)
                position = self.truth.words[word].position
                if position < last:
                    yield f"{self.page.person.name} was shown {word} after what was committed later"
                last = max(last, position)


def _going_back(who: str, life: Timed) -> Iterable[str]:
    """Find revisions that went back on one socket; what was retracted begins anew."""
    newest: dict[str, int] = {}
    for place, frame in enumerate(life.frames):
        if place in life.sockets:
            newest.clear()
        if frame["do"] == "retract":
            newest.pop(frame["ref"], None)
        elif frame["do"] == "show":
            if frame["rev"] < newest.get(frame["ref"], 0):
                yield f"{who} was shown an older {frame['ref']}"
            newest[frame["ref"]] = frame["rev"]


async def everything_is_right(ground: Ground, pages: Sequence[Page]) -> Committed:
    """Hold every page to the truth: what it was shown and was not, in which order, and how it looks in the end."""
    for page in pages:
        if not page.over:
            await page.as_fresh()
    truth = await committed(ground.database)
    complaints = [complaint for page in pages for complaint in Verdict(truth, page).complaints()]
    assert not complaints, "\n".join(complaints[:20])
    ground.within_bounds()
    return truth
