"""What a decision log is made of, as plain values."""

from dataclasses import dataclass
from datetime import UTC, datetime

from ops.screens.values import AgencyTag, SeenBy


@dataclass(frozen=True, slots=True)
class DecisionLine:
    """An entry as everyone who may see it sees it. `confirms`: the reference of the officer who is to confirm it."""

    reference: str
    revision: int
    decided: str
    reason: str
    options: str
    taken_by: str
    agency: AgencyTag
    entered_by: str  # empty: who took it wrote it
    at: datetime
    written_at: datetime
    late: bool
    confirmed_by: str
    confirmed_at: datetime | None
    confirms: str
    seen: SeenBy

    @property
    def sort(self) -> str:
        """Give where the entry stands in the log."""
        return f"{self.at.astimezone(UTC).isoformat(timespec='microseconds')}-{self.reference}"


@dataclass(frozen=True, slots=True)
class Taker:
    """Whose decision it can be."""

    reference: str
    name: str


@dataclass(frozen=True, slots=True)
class DecisionLog:
    """The page. `may_decide`: the reader may enter decisions; then `takers` and `agencies` are to choose from."""

    reference: str
    title: str
    loggist: str
    stood_down: bool
    may_decide: bool
    takers: tuple[Taker, ...]
    agencies: tuple[AgencyTag, ...]
    decisions: tuple[DecisionLine, ...]
