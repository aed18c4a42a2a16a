"""Who is admitted to many things at one instant: the database says it in one line a thing, and alike is alike once.

The rule is `ops.access.rules.live`; what it gives is what `Audience.at` gives of the same grants.
"""

from collections.abc import Collection, Mapping
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import BindParameter, String, bindparam, case, cast, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from live.audience import Admission, Audience, Clause, Level
from models.base import Instant
from models.grants import Grant, Resource
from ops.access.audiences import Place, batches
from ops.access.rules import live

KEPT = 4096  # admissions that differ: an operation has a few dozen, whatever it holds
_ALWAYS = datetime.min.replace(tzinfo=UTC)
_OWN = col(Grant.grantee_agency_id) == col(Resource.owner_agency_id)
_ASKED: BindParameter[Any] = bindparam("asked", expanding=True)
_TERM = (
    col(Grant.principal)
    + " "
    + cast(col(Grant.level), String)
    + case((_OWN, " inside"), else_=" outside")
    + case((col(Grant.emergency), " emergency"), else_="")
)
_LIVE = (
    select(col(Grant.resource_id), func.aggregate_strings(_TERM, ","))
    .join(Resource, col(Resource.id) == col(Grant.resource_id))
    .where(
        col(Grant.resource_id).in_(_ASKED),
        live(bindparam("at", type_=Instant())),
        or_(col(Resource.held).is_(False), _OWN),
    )
    .group_by(col(Grant.resource_id))
)


async def admissions_at(
    session: AsyncSession, places: Collection[Place], at: datetime, asked: Collection[UUID] = ()
) -> Mapping[UUID, Admission]:
    """Give who is admitted to each of these. Equal admissions are one object.

    `asked`: what is looked up where nothing was found, so that absent answers no sooner than hidden.
    """
    roots = {root for place in places for root in (place.acl_id, place.gate_id) if root is not None}
    terms: dict[UUID, str] = {}
    for some in batches(roots or asked):
        rows = await session.execute(_LIVE, {"asked": some, "at": at})
        terms.update({row[0]: row[1] for row in rows})
    return {
        place.id: _admission(
            terms.get(place.acl_id, ""),
            None if place.gate_id is None else terms.get(place.gate_id, ""),
            follows=place.gate_id == place.acl_id,
        )
        for place in places
    }


@lru_cache(maxsize=KEPT)
def _admission(terms: str, gate: str | None, *, follows: bool) -> Admission:
    """Work one out. A broken glass admits to nothing that lies in a box, only to what follows the box in everything."""
    box = None if gate is None else tuple(_clause(term) for term in _terms(gate) if follows or not _emergency(term))
    return Audience(tuple(_clause(term) for term in _terms(terms)), box).at(_ALWAYS)


def _terms(text: str) -> list[str]:
    return text.split(",") if text else []


def _emergency(term: str) -> bool:
    return term.endswith(" emergency")


def _clause(term: str) -> Clause:
    principal, level, where = term.split(" ")[:3]
    return Clause(principal, Level(int(level)), _ALWAYS, None, where == "inside")
