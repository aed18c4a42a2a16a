"""Random counties as facts for the oracle; boundaries fall on and around the present."""

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from models.agencies import Standing
from models.base import new_id
from ops.proof.oracle import Facts

HOUR = timedelta(hours=1)
TICK = timedelta(microseconds=1)  # the smallest step that both databases keep
STANDINGS = (Standing.ACTIVE,) * 15 + (Standing.SUSPENDED, Standing.LEAVING, Standing.CLOSED)
LEVELS = (1, 2, 2, 2, 3, 4)


@dataclass
class World:
    """The facts, and the row ids under which they are filed."""

    facts: Facts
    now: datetime
    ids: dict[Any, UUID] = field(default_factory=dict)

    def id(self, name: Any) -> UUID:
        """Give the row id of a fact by its name in the facts."""
        return self.ids.setdefault(name, new_id())

    def principal(self, to: tuple[str, Any]) -> str:
        """Name a principal as the product's grants do."""
        kind, name = to
        if kind == "detachment":
            return f"detachment:{self.id(name[0]).hex}@{self.id(name[1]).hex}"
        return f"{kind}:{self.id(name).hex}"


def throw_world(dice: random.Random, now: datetime) -> World:
    """Throw a county: six to ten agencies, some of everything, most boundaries exactly now or an hour from it."""
    return World(_Maker(dice, now).make(), now)


def open_up(dice: random.Random, world: World) -> None:
    """Give more away: a world in which hardly anybody sees anything would prove little."""
    agencies = list(world.facts["agencies"])
    for name, thing in world.facts["resources"].items():
        if thing["acl"] != name:
            continue
        box = thing["kind"] in {"case", "operation"}
        given = [(thing["owner"], 4)] if dice.random() < 0.9 else []
        given += [(agency, dice.choice((1, 2, 3, 3))) for agency in dice.sample(agencies, 4 if box else 2)]
        for number, (agency, level) in enumerate(given):
            world.facts["grants"][f"{name} gift {number}"] = {
                "on": name,
                "to": ("agency", agency),
                "agency": agency,
                "level": level,
                "starts": world.now - HOUR,
                "ends": None,
                "revoked": False,
                "agreement": None,
                "emergency": False,
            }


def throw_grant(dice: random.Random, facts: Facts, now: datetime, on: str | None = None) -> Facts:
    """Throw one more grant for these facts; nothing is added."""
    return _Maker(dice, now, facts).grant(on or dice.choice(list(facts["resources"])))


class _Maker:
    def __init__(self, dice: random.Random, now: datetime, facts: Facts | None = None) -> None:
        self._dice = dice
        self._now = now
        tables = ("agencies", "officers", "teams", "detachments", "agreements", "resources", "grants")
        self._facts: Facts = facts or {"memberships": [], "assignments": [], **{table: {} for table in tables}}

    def make(self) -> Facts:
        self._make_people()
        self._make_agreements()
        for case in self._names("case", 2, 3):
            self._make_case(case)
        for operation in self._names("operation", 1, 2):
            self._make_operation(operation)
        self._resource("profile 0", "profile", self._any("agencies"))
        self._make_memberships()
        self._make_grants()
        return self._facts

    def grant(self, on: str) -> Facts:
        dice = self._dice
        kind, name, agency = self._principal(on)
        starts, ends = self._span()
        agreement = self._any("agreements") if dice.random() < 0.3 else None
        return {
            "on": on,
            "to": (kind, name),
            "agency": agency,
            "level": dice.choice(LEVELS),
            "starts": starts,
            "ends": ends,
            "revoked": dice.random() < 0.1,
            "agreement": agreement,
            "emergency": agreement is not None and dice.random() < 0.2,
        }

    def _make_people(self) -> None:
        for agency in self._names("agency", 6, 10):
            standing = self._dice.choice(STANDINGS)
            self._facts["agencies"][agency] = {"active": standing == Standing.ACTIVE, "standing": standing}
            for number in range(self._dice.randint(1, 2)):
                self._facts["teams"][f"{agency} team {number}"] = {"agency": agency}
            for number in range(self._dice.randint(1, 3)):
                active = self._dice.random() < 0.85
                self._facts["officers"][f"{agency} officer {number}"] = {"agency": agency, "active": active}

    def _make_agreements(self) -> None:
        for agreement in self._names("agreement", 2, 4):
            starts, ends = self._span()
            self._facts["agreements"][agreement] = {"starts": starts, "ends": ends}

    def _make_case(self, case: str) -> None:
        self._resource(case, "case", self._any("agencies"))
        for report in self._names(f"{case} report", 2, 4):
            self._resource(report, "report", self._any("agencies"), gate=case)
            self._attach(report)

    def _make_operation(self, operation: str) -> None:
        owner = self._any("agencies")
        self._resource(operation, "operation", owner)
        for agency in self._dice.sample(list(self._facts["agencies"]), 4):
            self._facts["detachments"][operation, agency] = {
                "left": self._now - TICK if self._dice.random() < 0.15 else None
            }
        self._item(operation, f"{operation} task", "task", operation)
        self._item(operation, f"{operation} outcome", "outcome", operation)
        for decision in self._names(f"{operation} decision", 1, 2):
            self._resource(decision, "decision", owner, gate=operation)
        for person in self._names(f"{operation} person", 1, 2):
            self._resource(person, "encounter", self._any("agencies"), gate=operation)
        for site in self._names(f"{operation} site", 2, 3):
            self._resource(site, "site", owner, gate=operation)
            self._item(operation, f"{site} task", "task", site)
            self._item(operation, f"{site} post", "post", site)
            self._resource(f"{site} interview", "task", self._any("agencies"), gate=operation)
            self._resource(f"{site} quiet post", "post", self._any("agencies"), gate=operation)
        self._attach(f"{site} post")
        self._attach(f"{site} quiet post")

    def _make_memberships(self) -> None:
        teams, detachments = list(self._facts["teams"]), list(self._facts["detachments"])
        for officer in self._facts["officers"]:
            for team in self._dice.sample(teams, 2) + self._of_agency(officer, teams, 2):
                self._enter("memberships", officer, "team", team)
            for detachment in self._dice.sample(detachments, 1) + self._of_agency(officer, detachments, 1):
                self._enter("assignments", officer, "detachment", detachment)

    def _of_agency(self, officer: str, names: Sequence[Any], most: int) -> list[Any]:
        agency = self._facts["officers"][officer]["agency"]
        own = [name for name in names if agency in {name[1], self._facts["teams"].get(name, {}).get("agency")}]
        return self._dice.sample(own, min(most, len(own)))

    def _enter(self, table: str, officer: str, kind: str, name: Any) -> None:
        starts, ends = self._span()
        self._facts[table].append({"officer": officer, kind: name, "starts": starts, "ends": ends})

    def _make_grants(self) -> None:
        for name, thing in list(self._facts["resources"].items()):
            if thing["acl"] != name:
                continue  # its box's grants count
            box = thing["kind"] in {"case", "operation"}
            for number in range(self._dice.randint(8, 14) if box else self._dice.randint(2, 7)):
                self._facts["grants"][f"{name} grant {number}"] = self.grant(name)

    def _principal(self, on: str) -> tuple[str, Any, str]:
        owner = self._facts["resources"][on]["owner"]
        agency = owner if self._dice.random() < 0.35 else self._any("agencies")
        named: list[tuple[str, Any]] = [("agency", agency)]
        named += [("officer", name) for name, fact in self._facts["officers"].items() if fact["agency"] == agency]
        named += [("team", name) for name, fact in self._facts["teams"].items() if fact["agency"] == agency]
        named += [("detachment", name) for name in self._facts["detachments"] if name[1] == agency]
        kind = self._dice.choice(["agency", "agency", "agency", "team", "officer", "detachment"])
        chosen = [pair for pair in named if pair[0] == kind] or named
        return *self._dice.choice(chosen), agency

    def _resource(self, name: str, kind: str, owner: str, *, acl: str | None = None, gate: str | None = None) -> None:
        held = self._dice.random() < 0.15
        self._facts["resources"][name] = {"kind": kind, "owner": owner, "acl": acl or name, "gate": gate, "held": held}

    def _item(self, operation: str, name: str, kind: str, acl: str) -> None:
        self._resource(name, kind, self._facts["resources"][operation]["owner"], acl=acl, gate=operation)

    def _attach(self, parent: str) -> None:
        thing = self._facts["resources"][parent]
        self._resource(f"{parent} file", "attachment", thing["owner"], acl=thing["acl"], gate=thing["gate"])

    def _span(self) -> tuple[datetime, datetime | None]:
        if self._dice.random() < 0.5:
            return self._now - 30 * HOUR, None
        starts = self._now + timedelta(hours=self._dice.choice([-30, -2, -1, 0, 0, 1]))
        ends = self._dice.choice(
            [None, None, starts + HOUR, self._now, self._now, self._now + TICK, self._now + HOUR, self._now + 2 * HOUR]
        )
        return starts, ends

    def _names(self, kind: str, least: int, most: int) -> list[str]:
        return [f"{kind} {number}" for number in range(self._dice.randint(least, most))]

    def _any(self, table: str) -> str:
        return str(self._dice.choice(list(self._facts[table])))
