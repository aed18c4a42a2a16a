"""Draws a case's reports and its panels for the engine, from the page's own templates."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from live.delivery import Projection
from live.frames import Fragment, Leaf
from live.ports import Aggregate
from models.grants import Resource
from ops.access.asker import Asker
from ops.screens.case_file import read_case, stub_head
from ops.screens.case_values import CaseFile
from ops.screens.report_cards import locked_reports, report_cards
from ops.web.templates import Templates

PANELS = ("seen", "glass", "widened", "links", "people", "timeline")


async def case_leaves(
    templates: Templates, session: AsyncSession, projection: Projection, subjects: Collection[UUID], at: datetime
) -> dict[UUID, Leaf]:
    """Draw report cards, whole or as stubs, and the head of a case that became a stub.

    A case's whole head comes with its panels: as a leaf it would make a reader who just gained the case lose the
    page, because the engine retracts a stub before it shows the whole.
    """
    if projection is Projection.FULL:
        return await _cards(templates, session, subjects, at)
    return {**await _locked(templates, session, subjects), **await _stub_heads(templates, session, subjects)}


async def case_aggregate(templates: Templates, session: AsyncSession, reference: str, asker: Asker) -> Aggregate:
    """Draw the panels of a case as one asker sees them."""
    case = await read_case(session, asker, reference)
    return Aggregate(case_parts(templates, case), case.next_change)


def case_parts(templates: Templates, case: CaseFile) -> tuple[Fragment, ...]:
    """Draw the head and every panel."""
    head = templates.render("case/_head.html", {"head": case.head})
    panels = (Fragment(f"case-{name}", templates.render(f"case/_{name}.html", {"case": case})) for name in PANELS)
    return (Fragment(f"case-head-{case.reference}", head), *panels)


async def _cards(
    templates: Templates, session: AsyncSession, subjects: Collection[UUID], at: datetime
) -> dict[UUID, Leaf]:
    leaves: dict[UUID, Leaf] = {}
    for report, card in (await report_cards(session, subjects, at)).items():
        html = templates.render("case/_report.html", {"report": card})
        part = Fragment(f"report-{card.reference}", html, "reports")
        leaves[report] = Leaf(card.reference, card.revision, (part,))
    return leaves


async def _locked(templates: Templates, session: AsyncSession, subjects: Collection[UUID]) -> dict[UUID, Leaf]:
    leaves: dict[UUID, Leaf] = {}
    for report, stub in (await locked_reports(session, subjects)).items():
        html = templates.render("case/_locked.html", {"report": stub})
        part = Fragment(f"report-{stub.reference}", html, "reports")
        leaves[report] = Leaf(stub.reference, 0, (part,))
    return leaves


async def _stub_heads(templates: Templates, session: AsyncSession, subjects: Collection[UUID]) -> dict[UUID, Leaf]:
    rows = await session.execute(select(Resource).where(col(Resource.id).in_(subjects), col(Resource.kind) == "case"))
    leaves: dict[UUID, Leaf] = {}
    for resource in rows.scalars():
        html = templates.render("case/_head.html", {"head": await stub_head(session, resource)})
        part = Fragment(f"case-head-{resource.reference}", html)
        leaves[resource.id] = Leaf(resource.reference, 0, (part,))
    return leaves
