"""Search over what one officer may see: the newest first, never a total, and nothing that depends on what is hidden.

First the officer's own things are gathered by the rule, then each of them is asked whether it holds the words. Nothing
is looked up by a word: an index over everybody's words would take longer where more of it is hidden, and tell by that.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, Select, and_, func, or_, select, true
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from live.audience import Level
from models.found_by import FoundBy
from models.grants import Resource
from models.words import SHORTEST_NAME, keys_of, plain
from ops.access.asker import Asker
from ops.access.rules import visible_to
from ops.screens.search_hits import Hit, hits_of

A_PAGE = 50
LONGEST = 200  # letters that somebody looks for
MOST_TERMS = 8  # more narrow nothing down; each costs a look at every thing
KINDS = {
    "case": "Cases",
    "report": "Reports",
    "profile": "People",
    "operation": "Operations",
    "site": "Places",
    "task": "Tasks",
    "post": "Posts",
    "decision": "Decisions",
}
_TERM = re.compile(r'"([^"]*)"|(\S+)')
_REFERENCE = re.compile(r"[a-z2-7]{26}")


class After(NamedTuple):
    """Where the page before ended."""

    at: datetime
    reference: str


@dataclass(frozen=True, slots=True)
class Sought:
    """What is looked for. Words in quotes stand beside each other; every word may be the beginning of one."""

    typed: str
    kind: str = ""
    after: After | None = None

    @property
    def terms(self) -> list[str]:
        """Give the words and phrases that must all be there."""
        found = (" ".join(plain(phrase or word)) for phrase, word in _TERM.findall(self.typed[:LONGEST]))
        return list(dict.fromkeys(filter(None, found)))[:MOST_TERMS]

    @property
    def reference(self) -> str:
        """Give the reference that was typed, if it is one."""
        typed = self.typed.strip().lower()
        return typed if _REFERENCE.fullmatch(typed) else ""


@dataclass(frozen=True, slots=True)
class Results:
    """A page of what was found; `more`: the list goes on."""

    hits: tuple[Hit, ...] = ()
    more: After | None = None

    @property
    def listed(self) -> list[str]:
        """Give the references of which a line is shown; of a stub nothing is."""
        return [reference for hit in self.hits if not hit.stub for reference in (hit.reference, *hit.beside)]


async def search(session: AsyncSession, asker: Asker, sought: Sought) -> Results:
    """Find what the asker may see. Nothing found and nothing there are the same answer, found in the same way."""
    if sought.reference:
        rows = await session.execute(_by_reference(asker, sought))
    elif sought.terms:
        rows = await session.execute(_by_words(asker, sought, session.get_bind().dialect.name))
    else:
        return Results()
    found: list[tuple[Resource, datetime, bool]] = [(row[0], row[1], bool(row[2])) for row in rows]
    hits = await hits_of(session, asker, found[:A_PAGE], sought.terms)
    more = After(hits[-1].at, hits[-1].reference) if len(found) > A_PAGE and hits else None
    return Results(tuple(hits), more)


def _by_reference(asker: Asker, sought: Sought) -> Select[Resource, datetime, bool]:
    """Find one thing by its reference, also where no more may be known than that it exists."""
    return (
        select(Resource, col(FoundBy.at), visible_to(asker))
        .join(FoundBy, col(FoundBy.resource_id) == col(Resource.id))
        .where(
            col(Resource.reference) == sought.reference,
            or_(visible_to(asker), and_(col(Resource.kind).in_(("case", "report")), visible_to(asker, Level.DISCOVER))),
        )
    )


def _by_words(asker: Asker, sought: Sought, dialect: str) -> Select[Resource, datetime, bool]:
    kinds = [sought.kind] if sought.kind in KINDS else list(KINDS)
    mine = select(col(Resource.id)).where(col(Resource.kind).in_(kinds), visible_to(asker))
    own = mine.cte("own").prefix_with("MATERIALIZED")  # or a planner begins with the words, over everybody's things
    holds = (
        select(col(FoundBy.at))
        .where(col(FoundBy.resource_id) == own.c.id, *(_holds(term, dialect) for term in sought.terms))
        .scalar_subquery()
    )
    asked = select(own.c.id, holds.label("at")).subquery()
    statement = (
        select(Resource, asked.c.at, true())
        .join(asked, asked.c.id == col(Resource.id))
        .where(asked.c.at.is_not(None))
        .order_by(asked.c.at.desc(), col(Resource.reference))
        .limit(A_PAGE + 1)
    )
    return statement if sought.after is None else statement.where(_later(asked.c.at, sought.after))


def _holds(term: str, dialect: str) -> ColumnElement[bool]:
    """Judge whether a thing holds a word or its beginning, or a name that is spelled like it."""
    within = func.instr if dialect == "sqlite" else func.strpos
    said = within(col(FoundBy.words), f" {term}") > 0
    keys = sorted(keys_of(term)) if len(term) >= SHORTEST_NAME else []
    return or_(said, *(within(col(FoundBy.alike), f" {key} ") > 0 for key in keys))


def _later(at: ColumnElement[datetime], after: After) -> ColumnElement[bool]:
    return or_(at < after.at, and_(at == after.at, col(Resource.reference) > after.reference))
