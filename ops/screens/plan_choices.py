"""What the forms of a plan offer to choose from: tasks by their names, agreements to cite, cases to belong to."""

from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from live.audience import Level
from models.agreements import Agreement, AgreementParty
from models.cases import Case
from models.grants import Resource
from ops.access.asker import Asker
from ops.access.rules import visible_to
from ops.actions.agreements import in_force, takes_part
from ops.actions.operation_templates import TEMPLATES

SUGGESTED = tuple(dict.fromkeys(title for template in TEMPLATES.values() for title in template.tasks))


class Citable(NamedTuple):
    """An agreement in force that one's own agency has signed: what is shared for a plan may rest on it."""

    reference: str
    name: str


async def agreements_to_cite(session: AsyncSession, asker: Asker) -> tuple[Citable, ...]:
    """Give the agreements to choose from."""
    rows = await session.execute(
        select(col(Agreement.reference), col(Agreement.name))
        .join(AgreementParty, col(AgreementParty.agreement_id) == col(Agreement.id))
        .where(col(AgreementParty.agency_id) == asker.agency, takes_part(asker.at), in_force(asker.at))
        .order_by(col(Agreement.name))
    )
    return tuple(Citable(*row) for row in rows)


class ManagedCase(NamedTuple):
    """A case that an operation of the reader's can belong to."""

    reference: str
    title: str


async def managed_cases(session: AsyncSession, asker: Asker) -> tuple[ManagedCase, ...]:
    """Give the open cases that the asker manages."""
    rows = await session.execute(
        select(col(Resource.reference), col(Case.title))
        .join(Case, col(Case.id) == col(Resource.id))
        .where(col(Case.closed_at).is_(None), visible_to(asker, Level.MANAGE))
        .order_by(col(Case.title))
    )
    return tuple(ManagedCase(*row) for row in rows)
