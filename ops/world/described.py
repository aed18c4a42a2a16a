"""Who and what a world file may name: what it describes itself, and what is in the cabinet already."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import timedelta
from itertools import chain

from live.audience import Level
from ops.world.county import email_of
from ops.world.known import Known
from ops.world.written import AgreementPart
from ops.world.written_day import World


@dataclass(frozen=True)
class Terms:
    """How far an agreement goes: who signed it, the highest level, and for how long at most."""

    name: str
    parties: frozenset[str]
    highest: Level
    longest: timedelta


@dataclass(frozen=True)
class Described:
    """All names. `officers`: by name and by e-mail, the letters of the agencies in which somebody is so called."""

    agencies: frozenset[str]
    teams: frozenset[str]
    officers: dict[str, tuple[str, ...]]
    agreements: dict[str, Terms]
    things: frozenset[str]
    operations: frozenset[str]

    def no_officer(self, name: str) -> str:
        """Say what is wrong with the name of an officer; empty for nothing."""
        match len(self.officers.get(name, ())):
            case 0:
                return "there is no officer '{}'"
            case 1:
                return ""
            case _:
                return "there is more than one officer '{}'; write the work e-mail instead"

    def no_principal(self, name: str) -> str:
        """Say what is wrong with the name of those to whom access goes; empty for nothing."""
        agency, at, operation = name.partition("@")
        if at and agency in self.agencies:
            return self._no_detachment(operation)
        if "/" in name:
            return "" if name in self.teams else "there is no team '{}'"
        return "" if name in self.agencies else self.no_officer(name)

    def _no_detachment(self, operation: str) -> str:
        if not self.operations:
            return "there is no operation for '{}'"
        if operation:
            return "" if operation in self.operations else "there is no operation for '{}'"
        return "" if len(self.operations) == 1 else "there are several operations; write '{}' and the code of one"

    def agency_of(self, principal: str) -> str:
        """Give the letters of the agency behind a principal; empty for who is unknown."""
        agency = principal.partition("@")[0].partition("/")[0]
        if agency in self.agencies:
            return agency
        return (*self.officers.get(principal, ()), "")[0]


def described_in(world: World, known: Known) -> Described:
    """Gather every name."""
    codes = chain(
        (part.code for part in world.profiles),
        *((case.code, *(report.code for report in case.reports)) for case in world.cases),
        *((one.code, *(s.code for s in one.sites), *(t.code for t in one.tasks)) for one in world.every_operation),
    )
    return Described(
        agencies=frozenset({*known.agencies, *(part.code for part in world.agencies)}),
        teams=frozenset({*known.teams, *(f"{part.code}/{team}" for part in world.agencies for team in part.teams)}),
        officers=_officers(world, known),
        agreements={name: _terms(part, known) for name, part in world.agreements.items()}
        | {name: _terms(None, known, name) for name in known.agreements if name not in world.agreements},
        things=frozenset({*known.things, *codes}) - {""},
        operations=frozenset({*known.operations, *(one.code for one in world.every_operation)}),
    )


def _officers(world: World, known: Known) -> dict[str, tuple[str, ...]]:
    people = {key: officer.name for key, officer in known.officers.items()}
    for part in world.agencies:
        written = [one for one in part.officers if part.domain or "@" in one.email]
        people |= {(part.code, email_of(one, part.domain)): one.name for one in written}
    found = defaultdict[str, list[str]](list)
    for (agency, email), name in people.items():
        found[email].append(agency)
        found[name].append(agency)
    return {name: tuple(agencies) for name, agencies in found.items()}


def _terms(part: AgreementPart | None, known: Known, name: str = "") -> Terms:
    signed = known.agreements.get(part.name if part else name)
    if signed is not None:  # what was signed here counts, whatever the file says of it now
        row = signed.agreement
        return Terms(row.name, signed.parties, Level(row.highest_level), timedelta(days=row.longest_days))
    assert part is not None  # noqa: S101 - one or the other is there
    return Terms(part.name, frozenset(part.parties), Level[part.highest.upper()], timedelta(days=part.longest_days))
