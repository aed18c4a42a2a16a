"""What the chapters of a world share while it is written down: who there is, what was filed, and when."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple, TypeVar
from uuid import UUID

from models.agencies import Agency, Officer, Team
from models.grants import Resource
from ops.access.principals import agency_key, detachment_key, officer_key, team_key
from ops.files.intake import TakenIn
from ops.transaction import new_resource
from ops.world.guests import Guest
from ops.world.known import Filed as Filed
from ops.world.known import Planned as Planned
from ops.world.known import Signed as Signed
from ops.world.ledger import Ledger
from ops.world.moments import Calendar
from ops.world.reading import UnknownName
from ops.world.written import Basis

T = TypeVar("T")


class Principal(NamedTuple):
    """To whom access goes: the key, and the agency behind it."""

    key: str
    agency: UUID


class Made(NamedTuple):
    """Something that the file made: what it is, what it is called there, the agency whose it is, its reference."""

    what: str
    name: str
    agency: UUID
    reference: str


@dataclass
class Scene:
    """The world so far. Looking up what the file does not describe raises UnknownName."""

    calendar: Calendar
    ledger: Ledger
    bases: Mapping[str, Basis]
    pictures: Mapping[str, TakenIn]
    password_hash: str | None = None  # of everybody who is new; without it they are invited
    current: str = ""  # the code of the operation that is being told of
    agencies: dict[str, Agency] = field(default_factory=dict)
    teams: dict[str, Team] = field(default_factory=dict)
    officers: dict[str, Officer] = field(default_factory=dict)
    agreements: dict[str, Signed] = field(default_factory=dict)
    filed: dict[str, Filed] = field(default_factory=dict)
    operations: dict[str, Planned] = field(default_factory=dict)
    made: list[Made] = field(default_factory=list)
    guests: list[Guest] = field(default_factory=list)

    @property
    def operation(self) -> Resource:
        """Give the operation that is being told of."""
        return _named(self.operations, self.current, "operation").resource

    def agency(self, code: str) -> Agency:
        return _named(self.agencies, code, "agency")

    def team(self, name: str) -> Team:
        return _named(self.teams, name, "team")

    def officer(self, name: str) -> Officer:
        return _named(self.officers, name, "officer")

    def thing(self, code: str) -> Filed:
        return _named(self.filed, code, "case, profile, site or task")

    def basis(self, name: str) -> Basis:
        return _named(self.bases, name, "basis for sharing")

    def signed(self, name: str) -> Signed:
        return _named(self.agreements, name, "agreement")

    def planned(self, code: str) -> Planned:
        """Give an operation: the one named, else the one told of, else the only one there is."""
        alone = next(iter(self.operations), "")
        return _named(self.operations, code or self.current or alone, "operation")

    def code_of(self, agency: UUID) -> str:
        """Give an agency's code."""
        return next(code for code, row in self.agencies.items() if row.id == agency)

    def principal(self, written: str) -> Principal:
        """Read 'POL', 'POL/MSU', 'POL@' or an officer's name."""
        letters, at, code = written.partition("@")
        if at and letters in self.agencies:
            agency = self.agency(letters).id
            return Principal(detachment_key(self.planned(code).resource.id, agency), agency)
        if "/" in written:
            team = self.team(written)
            return Principal(team_key(team.id), team.agency_id)
        if written in self.agencies:
            agency = self.agencies[written].id
            return Principal(agency_key(agency), agency)
        officer = self.officer(written)
        return Principal(officer_key(officer.id), officer.agency_id)

    def file_as(self, code: str, what: str, filed: Filed) -> Filed:
        """Keep a new thing under its code in the file."""
        self.filed[code] = filed
        self.made.append(Made(what, code, filed.resource.owner_agency_id, filed.resource.reference))
        return filed

    def add_resource(self, kind: str, owner: UUID, *, acl: UUID | None = None, gate: UUID | None = None) -> Resource:
        """File a new resource; what it takes its rule from has been filed before."""
        made = new_resource(kind, owner, acl=acl, gate=gate)
        self.ledger.file(made)
        return made


def _named(known: Mapping[str, T], name: str, what: str) -> T:
    if name not in known:
        raise UnknownName(what, name)
    return known[name]


def topics_of(things: Collection[Filed]) -> tuple[str, ...]:
    """Give the topics of several things, each once."""
    return tuple(dict.fromkeys(topic for thing in things for topic in thing.topics))
