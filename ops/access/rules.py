"""The rule as SQL: a live grant, the resources that grants reach, and what an officer with some keys may see."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy import BindParameter, ColumnElement, Select, and_, or_, select
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


def reached(keys: Collection[str], at: datetime, level: Level, *, own_agency: bool = False) -> Select[UUID]:
    """Select the resources on which live grants give these keys at least this level.

    While a resource is held only grants to its own agency are live; `own_agency` keeps just those.
    """
    decided = aliased(Resource, name="decided")
    to_own = col(Grant.grantee_agency_id) == col(decided.owner_agency_id)
    return (
        select(col(Grant.resource_id))
        .join(decided, col(decided.id) == col(Grant.resource_id))
        .where(
            col(Grant.principal).in_(sorted(keys)),
            col(Grant.level) >= int(level),
            live(at),
            to_own if own_agency else or_(to_own, col(decided.held).is_(False)),
        )
    )
