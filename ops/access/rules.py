"""The rule as SQL: a live grant, the resources that grants reach, and what an officer with some keys may see."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy import BindParameter, ColumnElement, Select, Subquery, and_, func, or_, select
from sqlalchemy.orm import aliased
from sqlmodel import col

from live.audience import Level
from models.agreements import Agreement
from models.grants import Grant, Resource
from ops.access.asker import Asker


def live(at: datetime | BindParameter[datetime]) -> ColumnElement[bool]:
    """Judge a grant at one instant: begun, not ended, not revoked, its agreement in force (or emergency)."""
    in_force = select(col(Agreement.id)).where(
        col(Agreement.starts) <= at, or_(col(Agreement.ends).is_(None), col(Agreement.ends) > at)
    )
    return and_(
        col(Grant.starts) <= at,
        or_(col(Grant.ends).is_(None), col(Grant.ends) > at),
        col(Grant.revoked_at).is_(None),
        or_(col(Grant.agreement_id).is_(None), col(Grant.emergency), col(Grant.agreement_id).in_(in_force)),
    )


def visible_to(asker: Asker, level: Level = Level.READ) -> ColumnElement[bool]:
    """Judge rows of Resource for one asker; for one who looks through another's eyes, for both."""
    own = visible(asker.keys, asker.at, level)
    return own if asker.beside is None else and_(own, visible(asker.beside, asker.at, level))


def visible(keys: Collection[str], at: datetime, level: Level) -> ColumnElement[bool]:
    """Judge rows of Resource: an own-agency grant on its acl, or any grant there and a way through its gate.

    The IN sets are uncorrelated on purpose: SQLAlchemy 2.1.9 loses a correlation through two levels of EXISTS
    and silently opens every gate.
    """
    own = col(Resource.acl_id).in_(reached(keys, at, level, own_agency=True))
    if level == Level.MANAGE:
        return own  # nobody but the owner's officers ever manages
    inside = or_(
        col(Resource.gate_id).is_(None),
        col(Resource.gate_id) == col(Resource.acl_id),  # what follows its box in everything: no second question
        own,
        col(Resource.gate_id).in_(admitting(keys, at)),
    )
    return and_(col(Resource.acl_id).in_(reached(keys, at, level)), inside)  # whose own grant reaches it is reached


def admitting(keys: Collection[str], at: datetime) -> Select[UUID]:
    """Select the boxes that these keys are admitted to.

    A broken glass opens the one thing that it was broken for. If it admitted as well, it would wake what sleeps in the
    box: reports whose authors keep them out of emergencies, and of whom nobody is told.
    """
    return reached(keys, at, Level.DISCOVER).where(col(Grant.emergency).is_(False))


def boxes_known_to(asker: Asker) -> Subquery:
    """Select the boxes that an asker at least knows of, `box`, and whether they may read them, `readable`.

    What lies in no box is judged by the grants on it alone. A list reads them once here; with `visible_to` for each of
    its questions it would read everything that its officer was ever granted, six times over.
    """
    own = _boxes_known(asker.keys, asker.at)
    if asker.beside is None:
        return own.subquery("known")
    one, other = own.subquery("own"), _boxes_known(asker.beside, asker.at).subquery("beside")
    both = select(one.c.box, and_(one.c.readable, other.c.readable).label("readable"))
    return both.join(other, other.c.box == one.c.box).subquery("known")


def _boxes_known(keys: Collection[str], at: datetime) -> Select[UUID, bool]:
    decided = aliased(Resource, name="decided")
    box, readable = col(Grant.resource_id), func.max(col(Grant.level)) >= int(Level.READ)
    known = _given(decided, keys, at, Level.DISCOVER).where(col(decided.gate_id).is_(None)).group_by(box)
    return known.with_only_columns(box.label("box"), readable.label("readable"))


def reached(keys: Collection[str], at: datetime, level: Level, *, own_agency: bool = False) -> Select[UUID]:
    """Select the resources on which live grants give these keys at least this level.

    `own_agency` keeps the grants to the resource's own agency.
    """
    decided = aliased(Resource, name="decided")
    given = _given(decided, keys, at, level)
    return given.where(_to_own(decided)) if own_agency else given


def _given(decided: type[Resource], keys: Collection[str], at: datetime, level: Level) -> Select[UUID]:
    """While a resource is held only grants to its own agency are live."""
    return (
        select(col(Grant.resource_id))
        .join(decided, col(decided.id) == col(Grant.resource_id))
        .where(
            col(Grant.principal).in_(sorted(keys)),
            col(Grant.level) >= int(level),
            live(at),
            or_(_to_own(decided), col(decided.held).is_(False)),
        )
    )


def _to_own(decided: type[Resource]) -> ColumnElement[bool]:
    return col(Grant.grantee_agency_id) == col(decided.owner_agency_id)
