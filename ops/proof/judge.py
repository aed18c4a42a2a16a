"""Judges every byte that an officer was sent: whose word it is, and whether they may read that object."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select

from models.database import Database
from models.grants import Resource
from ops.proof.canaries import REFERENCE, WORD, Secret, Secrets, secrets_of
from ops.proof.facts import Content, content_of, facts_of
from ops.proof.ruling import Ruling
from ops.proof.sign_ins import SignIns, sign_ins_of

DISCOVER = 1
RECORDS, REGISTER = "/records", "/register"
KEEPER = "information manager"
KEEPS_RECORDS = ("administrator", KEEPER)  # by reference and kind, never by what they say
DECIDES = ("lead",)  # on requests, and on emergencies when they are over
LEEWAY = timedelta(milliseconds=100)  # between this machine's clock and the moment at which the database asked its own


@dataclass(frozen=True, slots=True)
class Difference:
    """One disagreement between the oracle and what was sent, in references only."""

    what: str  # leak, loss, status, feed, hidden, fault, sign-in, overreach
    kind: str
    reference: str
    officer: str
    route: str

    def __str__(self) -> str:
        """Say it in one line."""
        return f"{self.what}: {self.kind} {self.reference}, officer {self.officer}, {self.route}"


@dataclass
class Tally:
    """What was done and searched, for the report."""

    worlds: int = 0
    officers: int = 0
    objects: int = 0
    grants: int = 0
    canaries: int = 0
    acts: int = 0
    requests: int = 0
    frames: int = 0
    bytes: int = 0
    cells: int = 0
    open: int = 0  # of the cells, those that the oracle opens: a world in which nobody sees anything proves nothing
    routes: set[str] = field(default_factory=set)
    differences: list[Difference] = field(default_factory=list)


@dataclass(frozen=True)
class State:
    """One reading of the cabinet: the oracle on its facts, every word, every reference."""

    ruling: Ruling
    secrets: Secrets
    references: Mapping[bytes, UUID]
    rows: Mapping[UUID, Resource]
    content: Content
    sign_ins: SignIns

    def of_kind(self, kind: str) -> list[Resource]:
        """Give every resource of one kind."""
        return [row for row in self.rows.values() if row.kind == kind]

    def inside(self, box: UUID, kind: str) -> list[Resource]:
        """Give what lies in a box."""
        return [row for row in self.rows.values() if row.gate_id == box and row.kind == kind]


async def read_state(database: Database, files: Mapping[bytes, Secret]) -> State:
    """Read the cabinet as it is now."""
    async with database.reading() as session:
        rows = {row.id: row for row in (await session.execute(select(Resource))).scalars()}
    return State(
        Ruling(await facts_of(database)),
        await secrets_of(database, files),
        {row.reference.encode(): key for key, row in rows.items()},
        rows,
        await content_of(database),
        await sign_ins_of(database),
    )


@dataclass
class Judge:
    """Compares what was sent with the oracle. `before` is the state before the newest act, `now` the one after it.

    What was on its way while the act was done may be judged by either; once the screens are quiet, `settle`.
    """

    now: State
    before: State
    names: Mapping[UUID, str]  # an officer's reference
    tally: Tally = field(default_factory=Tally)

    def moved(self, state: State) -> None:
        """Take the state after an act."""
        self.before, self.now = self.now, state

    def settle(self) -> None:
        """Forget the state before the act: from here on everything is judged by the new one."""
        self.before = self.now

    def judge(
        self, officer: UUID, sent: bytes, route: str, since: datetime, until: datetime, own: Collection[bytes] = ()
    ) -> None:
        """Search everything that one officer was sent. `own`: what they had just typed themselves."""
        text = sent.lower()
        self.tally.bytes += len(sent)
        for word in set(WORD.findall(text)).difference(own):
            self._judge_word(officer, word, route, since, until)
        for reference in set(REFERENCE.findall(text)).difference(own):
            self._judge_reference(officer, reference, route, since, until)

    def lets_in(self, officer: UUID, since: datetime, until: datetime) -> set[bool]:
        """Say whether this officer's browser is signed in: one answer, or both while that may just have changed."""
        return {self._lets_in(state, officer, at) for state in (self.before, self.now) for at in around(since, until)}

    def lets_script_in(self, officer: UUID, since: datetime, until: datetime) -> set[bool]:
        """Say the same of the token that this officer's script sends."""
        states, moments = (self.before, self.now), around(since, until)
        return {s.ruling.stands(officer) and not s.sign_ins.token_over(officer, at) for s in states for at in moments}

    def judge_refused(self, officer: UUID, sent: bytes, route: str, asked: Collection[bytes] = ()) -> None:
        """Search what was sent to a browser that is not signed in: nothing of anybody's may be there."""
        text = sent.lower()
        self.tally.bytes += len(sent)
        found = {*WORD.findall(text), *(word for word in REFERENCE.findall(text) if word in self.now.references)}
        for word in found.difference(asked):
            self.differ("leak", "word or reference to who is signed out", word.decode(), officer, route)

    def holds(self, officer: UUID, duties: Collection[str], moments: Collection[datetime]) -> bool:
        """Say whether an officer holds one of these duties, or did before the newest act."""
        return any(one.ruling.holds(officer, duties, at) for one in (self.now, self.before) for at in moments)

    def differ(self, what: str, kind: str, reference: str, officer: UUID, route: str) -> None:
        """Note a difference."""
        self.tally.differences.append(Difference(what, kind, reference, self.names[officer], route))

    @staticmethod
    def _lets_in(state: State, officer: UUID, at: datetime) -> bool:
        return state.ruling.stands(officer) and not state.sign_ins.over(officer, at)

    def _judge_word(self, officer: UUID, word: bytes, route: str, since: datetime, until: datetime) -> None:
        secrets = [*self.now.secrets.get(word, ()), *self.before.secrets.get(word, ())]
        if not secrets:
            self.differ("leak", "a word of an object that is gone", word.decode(), officer, route)
            return
        moments = around(since, until)
        if REGISTER in route and secrets[0].table == "grant" and self.holds(officer, (KEEPER,), moments):
            return  # the owner's information manager keeps the register: on what ground each grant was given
        states = (self.now, self.before)
        if not any(one.seers.may(state.ruling, officer, at) for one in secrets for state in states for at in moments):
            self.differ("leak", f"{secrets[0].table}.{secrets[0].column}", secrets[0].row, officer, route)

    def _judge_reference(self, officer: UUID, reference: bytes, route: str, since: datetime, until: datetime) -> None:
        found = self.now.references.get(reference) or self.before.references.get(reference)
        if found is None:
            return  # an agency's, a team's, a form's key: no resource
        moments = around(since, until)
        if route.startswith(RECORDS) and self.holds(officer, (KEEPER,), moments):
            return  # what the agency's own officers did stands there by reference, whatever became of their access
        if not any(_may_know(state, officer, found, at) for state in (self.now, self.before) for at in moments):
            row = self.now.rows.get(found) or self.before.rows[found]
            self.differ("leak", f"reference of a {row.kind}", row.reference, officer, route)


def around(since: datetime, until: datetime) -> tuple[datetime, ...]:
    """Give the moments by which what was sent in between may have been judged: a grant may be live for an instant."""
    return since - LEEWAY, since, until, until + LEEWAY


def _may_know(state: State, officer: UUID, resource: UUID, at: datetime) -> bool:
    """Say whether an officer may know a thing's reference: its own, or as the box or place of something they read."""
    if state.ruling.level(officer, resource, at) >= DISCOVER:
        return True
    row = state.rows.get(resource)
    if (officer, resource) in state.content.asked:
        return True
    ours = row is not None and row.owner_agency_id == state.ruling.agency(officer)
    if ours and state.ruling.holds(officer, KEEPS_RECORDS, at):
        return True
    if ours and state.ruling.holds(officer, DECIDES, at) and any(resource == asked for _, asked in state.content.asked):
        return True
    if row is None or row.kind not in {"case", "operation", "site"}:
        return False
    return any(
        state.ruling.reads(officer, inner.id, at)
        for inner in state.rows.values()
        if resource in {inner.gate_id, state.content.sites.get(inner.id)}
    )


def steady(sent: bytes) -> bytes:
    """Take out of an answer what tells only when it was given."""
    return re.sub(rb'(?m) data-now="[^"]*"|^date: .*\r$', b"", sent)
