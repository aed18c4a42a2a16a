"""Counties with many grants, on which the access rule is measured."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count
from uuid import UUID

from sqlalchemy import insert
from sqlmodel import SQLModel

from models.agencies import Agency, Officer, Team, TeamMembership
from models.base import new_id, new_reference
from models.cases import Case, Theme
from models.database import Database
from models.grants import Grant, Resource
from ops.access.principals import agency_key, officer_key, team_key

SEED = 27
TEAMS = 3  # in each agency
REPORTS = 9  # in each case, so that one resource in ten is a case
GRANTS = 4  # on each resource, and one more on every sixth
BATCH = 5_000
NOW = datetime(2026, 3, 12, 9, 0, tzinfo=UTC)
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


@dataclass(frozen=True, slots=True)
class Size:
    """How large a county is, and the others that are kept in the same database and share nothing with it."""

    agencies: int
    officers: int
    resources: int
    others: "Size | None" = None

    @property
    def every(self) -> "tuple[Size, ...]":
        """Give the county and the others."""
        return (self, self.others) if self.others else (self,)


async def fill(database: Database, size: Size) -> tuple[list[UUID], list[UUID], int]:
    """File every county; gives the officers and things of the first, and the grants of all."""
    dice, codes = random.Random(SEED), count()
    filed = [await _fill_one(database, one, dice, codes) for one in size.every]
    officers, things, _ = filed[0]
    return officers, things, sum(grants for _, _, grants in filed)


async def _fill_one(
    database: Database, size: Size, dice: random.Random, codes: Iterator[int]
) -> tuple[list[UUID], list[UUID], int]:
    agencies = [new_id() for _ in range(size.agencies)]
    teams = [(new_id(), agency) for agency in agencies for _ in range(TEAMS)]
    officers = [(new_id(), agencies[number % size.agencies]) for number in range(size.officers)]
    by_agency: dict[UUID, list[UUID]] = {}
    for team, agency in teams:
        by_agency.setdefault(agency, []).append(team)
    await _file(database, Agency, [_agency(agency, next(codes)) for agency in agencies])
    await _file(database, Team, [_row(id=t, agency_id=a, name="Team", listed=True) for t, a in teams])
    await _file(
        database, Officer, [_row(id=o, agency_id=a, name="Officer", mobile="", active=True) for o, a in officers]
    )
    await _file(
        database,
        TeamMembership,
        [
            {"id": new_id(), "team_id": dice.choice(by_agency[agency]), "officer_id": officer, "starts": NOW}
            for officer, agency in officers
        ],
    )
    things = await _file_things(database, size, dice, agencies)
    grants = [
        _grant(thing, *_grantee(dice, owner if first else dice.choice(agencies), by_agency, officers))
        for number, (thing, owner, _) in enumerate(things)
        for first in [True] + [False] * (GRANTS - 1 + (number % 6 == 0))
    ]
    await _file(database, Grant, grants)
    return [officer for officer, _ in officers], [thing for thing, _, _ in things], len(grants)


async def _file_things(
    database: Database, size: Size, dice: random.Random, agencies: list[UUID]
) -> list[tuple[UUID, UUID, UUID | None]]:
    """File cases, and reports in them; gives each with its owner and its case."""
    things, case = list[tuple[UUID, UUID, UUID | None]](), None
    for number in range(size.resources):
        thing = new_id()
        if number % (REPORTS + 1) == 0:
            case = thing
        things.append((thing, dice.choice(agencies), None if thing == case else case))
    await _file(
        database,
        Resource,
        [
            _row(id=thing, kind="report" if gate else "case", owner_agency_id=owner, acl_id=thing, gate_id=gate)
            | {"held": False}
            for thing, owner, gate in things
        ],
    )
    await _file(database, Case, [_case(thing, dice) for thing, _, gate in things if gate is None])
    return things


def _grantee(
    dice: random.Random, agency: UUID, teams: dict[UUID, list[UUID]], officers: list[tuple[UUID, UUID]]
) -> tuple[str, UUID]:
    kind = dice.random()
    if kind < 0.3:
        return agency_key(agency), agency
    if kind < 0.8:
        return team_key(dice.choice(teams[agency])), agency
    officer, employer = dice.choice(officers)
    return officer_key(officer), employer


def _grant(thing: UUID, principal: str, agency: UUID) -> dict[str, object]:
    return _row(id=new_id(), resource_id=thing, principal=principal, grantee_agency_id=agency, level=2) | {
        "starts": NOW - timedelta(days=1),
        "ends": NOW + timedelta(days=90),
        "granted_at": NOW - timedelta(days=1),
        "emergency": False,
        **dict.fromkeys(("reason", "purpose", "lawful_basis", "necessity", "revoked_why"), ""),
    }


def _agency(agency: UUID, number: int) -> dict[str, object]:
    return _row(id=agency, code=_code(number), name=f"Agency {number}", kind="statutory", tally=1 + number % 8) | {
        "enforcement": False,
        "desk": "",
        "standing": "active",
    }


def _case(thing: UUID, dice: random.Random) -> dict[str, object]:
    title, theme = f"Case {dice.randrange(10**6)}", Theme.HOUSING
    return {"id": thing, "title": title, "theme": theme, "status": "open", "opened_at": NOW} | dict.fromkeys(
        ("marking", "handling", "summary"), ""
    )


def _row(**columns: object) -> dict[str, object]:
    return {"reference": new_reference(), **columns}


def _code(number: int) -> str:
    letters = ""
    for _ in range(4):
        number, rest = divmod(number, len(LETTERS))
        letters += LETTERS[rest]
    return letters


async def _file(database: Database, table: type[SQLModel], rows: list[dict[str, object]]) -> None:
    for start in range(0, len(rows), BATCH):
        async with database.writing() as session:
            await session.execute(insert(table), rows[start : start + BATCH])
