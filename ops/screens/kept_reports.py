"""Reports that an agency keeps in cases which it cannot see any more."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from live.audience import Level
from models.grants import Resource
from models.reports import Report
from ops.access.asker import Asker
from ops.access.rules import visible_to
from ops.screens.report_cards import report_cards


@dataclass(frozen=True, slots=True)
class KeptReport:
    """An own report without its case."""

    reference: str
    title: str
    written_at: datetime


async def kept_reports(session: AsyncSession, asker: Asker) -> list[KeptReport]:
    """List the asker's agency's reports whose case shut it out, the newest first."""
    cases = select(col(Resource.id)).where(col(Resource.kind) == "case", visible_to(asker, Level.DISCOVER))
    rows = await session.execute(
        select(col(Report.id))
        .join(Resource, col(Resource.id) == col(Report.id))
        .where(
            col(Resource.owner_agency_id) == asker.agency,
            visible_to(asker),
            col(Resource.gate_id).not_in(cases),
        )
    )
    cards = (await report_cards(session, list(rows.scalars()), asker.at)).values()
    newest = sorted(cards, key=lambda card: card.written_at, reverse=True)
    return [KeptReport(card.reference, card.title, card.written_at) for card in newest]
