"""Small values that several screens show."""

from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class AgencyTag:
    """An agency as its tally shows it."""

    id: UUID
    reference: str
    code: str
    name: str
    tally: int


@dataclass(frozen=True, slots=True)
class SeenBy:
    """Who sees a thing, in words: `everyone` on its box, or names; and how many people that is now."""

    everyone: bool
    names: tuple[str, ...]
    people: int

    @property
    def words(self) -> str:
        """Give 'everyone', 'only you' is never said here, or up to three names ('POL, FWA and 4 more')."""
        if self.everyone:
            return "everyone"
        if len(self.names) > MOST_NAMES:
            return f"{', '.join(self.names[:2])} and {len(self.names) - 2} more"
        return ", ".join(self.names) or "its owner"


MOST_NAMES = 3  # over three names: two, and how many more


@dataclass(frozen=True, slots=True)
class Photo:
    """A picture on something: its references, never its storage key."""

    reference: str
    name: str
    is_picture: bool
    size: int
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Through:
    """Somebody else wrote it down: over which channel they heard it, who, and whether its author has confirmed it."""

    channel: str
    entered_by: str
    confirmed: bool


@dataclass(frozen=True, slots=True)
class PostLine:
    """A progress post: who, what, where, when it happened and when it arrived, who sees it."""

    reference: str
    revision: int
    agency: AgencyTag
    author: str
    site_reference: str
    site_code: str
    task_title: str
    text: str
    happened_at: datetime
    arrived_at: datetime
    late: bool
    files: tuple[Photo, ...]
    seen: SeenBy
    through: Through | None = None

    @property
    def sort(self) -> str:
        """Give where the line stands in a feed; lines of the same moment keep one order on every screen."""
        return f"{self.happened_at.astimezone(UTC).isoformat(timespec='microseconds')}-{self.reference}"


@dataclass(frozen=True, slots=True)
class TaskLine:
    """A task as everyone who may see it sees it: state, who it is asked of, who holds it, since when."""

    reference: str
    revision: int
    site_reference: str
    site_code: str
    title: str
    status: str
    status_word: str
    agency: AgencyTag
    holder: str
    holder_agency: AgencyTag | None
    since: datetime | None
    due_at: datetime | None
    restricted: bool
    seen: SeenBy
    place: int
    through: Through | None = None

    @property
    def sort(self) -> str:
        """Give where the line stands among its site's: what needs someone first, then by place."""
        return self.sort_as(self.status)

    def sort_as(self, state: str) -> str:
        """Give where the line stands while a board says a louder state of it."""
        return f"{_URGENCY.get(state, _URGENCY[self.status])}-{self.place:04d}-{self.reference}"


_URGENCY = {"help": 0, "late": 1, "wait": 2, "overlap": 2, "here": 3, "move": 4, "idle": 5, "done": 6}


@dataclass(frozen=True, slots=True)
class Who:
    """Someone who has the page open."""

    initials: str
    name: str
    agency: AgencyTag
