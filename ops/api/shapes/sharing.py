"""Who can see a thing, why, what giving would change, and what taking back closed."""

from typing import Annotated

from pydantic import BeforeValidator, Field

from live.audience import Level
from ops.api.shapes.common import AgencyRef, Full, Line, Moment, Reference, Sent, Shape, Stub, read_from
from ops.api.shapes.terms import Terms
from ops.screens.sharing import LEVEL_WORDS

_NAMES = {words: level.name.lower() for level, words in LEVEL_WORDS.items()}


def _named(level: object) -> object:
    return level.name.lower() if isinstance(level, Level) else _NAMES.get(str(level), level)


def _projection(readable: object) -> object:
    return readable if isinstance(readable, str) else "full" if readable else "stub"


LevelName = Annotated[
    str, BeforeValidator(_named), Field(examples=["read"], description="discover, read, contribute or manage")
]
Empty = Field(description="empty for who neither manages the thing nor was given it")


class GrantLine(Shape):
    """A live grant."""

    reference: Annotated[str, Field(description="for who manages the thing; empty for everyone else")]
    agency: AgencyRef
    part: Annotated[str, Field(description="a team, a name, 'one officer'; empty: the whole agency")]
    people: int
    level: LevelName
    own: Annotated[bool, Field(description="to the agency that owns the thing")]
    removable: bool
    sleeps: Annotated[bool, Field(description="takes effect when its people are admitted to the case")]
    why: Annotated[str, Empty]
    purpose: Annotated[str, Empty]
    basis: Annotated[str, Empty]
    agreement: Annotated[str, Empty]
    until: Moment | None


class Followed(Shape):
    """The thing whose access another has."""

    kind: str
    reference: Reference


class Sharing(Shape):
    """Who can see a thing: exactly those whose level is discover or more."""

    kind: str
    reference: Reference
    title: str
    owner: AgencyRef
    people: int
    knowing: Annotated[int, Field(description="people who only know that it exists")]
    agencies: int
    colleagues: Annotated[tuple[str, ...], Field(description="those of the caller's own agency, by name")]
    grants: tuple[GrantLine, ...]
    may_give: bool
    follows: Followed | None
    box: Annotated[str, Field(description="the case or operation that it lies in; empty for one that is a box")]


class Principal(Shape):
    """An agency, or a part of it."""

    agency: AgencyRef
    part: str


class Reason(Shape):
    """One grant that lets the caller in. Its words stay away from who may only know of the thing."""

    key: Principal
    level: LevelName
    decider: AgencyRef
    decided_by: Annotated[str, Field(description="a name only within one's own agency")]
    since: Moment
    until: Moment | None
    emergency: bool
    answers_request: bool
    why: str
    purpose: str
    basis: str
    agreement: str


class Explanation(Shape):
    """Why the caller can see a thing: the grants on it, and those that admit to what it lies in."""

    projection: Annotated[Full | Stub, BeforeValidator(_projection), read_from("readable")]
    kind: str
    reference: Reference
    title: str
    owner: AgencyRef
    level: LevelName
    reasons: tuple[Reason, ...]
    box: str
    gate: tuple[Reason, ...]
    follows: Annotated[str, Field(description="the kind of thing whose access it has; empty: its own")]


class GranteeChoice(Shape):
    """Somebody who can be given access: `value` goes into `who`."""

    value: Annotated[str, Field(examples=["team:ggqr4ngnzfvvhhgiqoqcbl7w4e"])]
    label: str
    people: int


class Grantees(Shape):
    """Whom an agency offers. `fenced`: a ring-fence keeps it out."""

    agency: AgencyRef
    choices: tuple[GranteeChoice, ...]
    near: bool
    fenced: bool
    signed: Annotated[bool, Field(description="an agreement is in force with it")]


class UsualTerms(Shape):
    """What one's agreements usually name."""

    purposes: tuple[str, ...]
    bases: tuple[str, ...]
    until: Annotated[str, Field(description="the last day that the widest of them allows", examples=["2027-01-12"])]


class Giving(Shape):
    """To whom a thing can be given, and on which usual terms."""

    agencies: tuple[Grantees, ...]
    usual: UsualTerms
    about_somebody: bool
    discoverable: bool
    why: Annotated[str, Field(description="proposed as `necessity`: the words of the last time")]


class NewGrant(Sent):
    """To whom, and on what terms. `who`: one of the choices, or a work e-mail."""

    who: Annotated[Line, Field(examples=["team:ggqr4ngnzfvvhhgiqoqcbl7w4e"])]
    terms: Terms = Field(default_factory=Terms)


class Preview(Shape):
    """What giving would change. Nothing is given yet."""

    agency: AgencyRef
    part: str
    level: LevelName
    gained: int
    now: int
    after: int
    files: int
    future: Annotated[bool, Field(description="later members of the group will see it too")]
    waits: bool
    replaces: bool
    agreement: str
    until: Moment | None
    teams: Annotated[tuple[str, ...], Field(description="teams of your own agency that will not see it")]
    will_not: tuple[AgencyRef, ...]
    fenced: tuple[AgencyRef, ...]


class Cleared(Shape):
    """How a removal became true everywhere."""

    seconds: float
    confirmed: bool


class Offline(Shape):
    """A device that had lost its line, and how much of the thing it may still show."""

    phone: bool
    since: Moment
    entries: int


class Receipt(Shape):
    """What a grant gave, what was done with it, and, once it was taken back, what that closed."""

    reference: Reference
    kind: str
    thing: Reference
    title: str
    agency: AgencyRef
    part: str
    level: LevelName
    people: int
    lost: Annotated[int, Field(description="people for whom it is the only way to the thing")]
    still: int
    files: int
    listed: int
    opened: int
    last_opened_at: Moment | None
    downloaded: int
    last_downloaded_at: Moment | None
    revoked_at: Moment | None
    why: str
    cleared: Cleared | None
    offline: tuple[Offline, ...]


class Removal(Sent):
    """Why access is taken back."""

    why: Annotated[Line, Field(examples=["The visit is over."])] = ""
