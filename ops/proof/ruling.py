"""The oracle's word on one set of facts, remembered between the instants at which it can change."""

from bisect import bisect_right
from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

from ops.proof.oracle import Facts, level

READ = 2


class Ruling:
    """What every officer may do with everything, by the oracle. Facts must not change under it."""

    def __init__(self, facts: Facts) -> None:
        """Take the facts, everything named by its id."""
        self.facts = facts
        self._boundaries = sorted(_instants(facts))
        self._known: dict[tuple[UUID, UUID, int], int] = {}

    def level(self, officer: UUID, resource: UUID, at: datetime) -> int:
        """Give the level; 0 for a resource that these facts do not know yet."""
        if resource not in self.facts["resources"] or officer not in self.facts["officers"]:
            return 0
        key = (officer, resource, bisect_right(self._boundaries, at))
        if key not in self._known:
            self._known[key] = level(self.facts, officer, resource, at)  # type: ignore[arg-type]  # any name will do
        return self._known[key]

    def agency(self, officer: UUID) -> UUID | None:
        """Give an officer's agency."""
        found: UUID | None = self.facts["officers"].get(officer, {}).get("agency")
        return found

    def stands(self, officer: UUID) -> bool:
        """Say whether an officer and their agency are active."""
        fact = self.facts["officers"].get(officer)
        return bool(fact and fact["active"] and self.facts["agencies"][fact["agency"]]["active"])

    def holds(self, officer: UUID, duties: Collection[str], at: datetime) -> bool:
        """Say whether an active officer holds one of these duties."""
        return self.stands(officer) and any(
            one["officer"] == officer
            and one["duty"] in duties
            and one["starts"] <= at
            and (one["ends"] is None or at < one["ends"])
            for one in self.facts["duties"]
        )

    def reads(self, officer: UUID, resource: UUID, at: datetime) -> bool:
        """Say whether an officer may read a thing."""
        return self.level(officer, resource, at) >= READ


def _instants(facts: Facts) -> set[datetime]:
    spans: list[Any] = [*facts["memberships"], *facts["assignments"]]
    spans += [*facts["agreements"].values(), *facts["grants"].values()]
    found = {span[bound] for span in spans for bound in ("starts", "ends")}
    found |= {detachment["left"] for detachment in facts["detachments"].values()}
    return {instant for instant in found if instant is not None}
