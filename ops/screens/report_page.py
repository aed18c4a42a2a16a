"""One report on its own page: its newest words, and the older versions that the asker could read when they stood."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from live.audience import Level
from models.cases import Case
from models.grants import Resource
from models.reports import Report, ReportVersion
from ops.access.asker import Asker
from ops.access.doors import Found, find_by_id, find_row
from ops.access.earlier import BEFORE, past_of
from ops.access.principals import keys_of
from ops.access.readers import readers_of
from ops.actions.emergency_marks import may_be_opened
from ops.actions.grounds import ground_of
from ops.actions.holds import may_hold
from ops.errors import Refusal
from ops.screens.case_file import case_head, stub_head
from ops.screens.case_values import CaseHead, ReportCard
from ops.screens.emergency_lines import open_on
from ops.screens.glass_line import GlassLine
from ops.screens.lines import officer_names
from ops.screens.namings import offered_on
from ops.screens.near import WillNot, will_not_see
from ops.screens.report_cards import report_cards
from ops.screens.widenings import Widened, widened
from ops.screens.withdrawn import hash_if_withdrawn


@dataclass(frozen=True, slots=True)
class VersionLine:
    """One version of a report, as it was written."""

    number: int
    title: str
    text: str
    officer: str
    at: datetime


@dataclass(frozen=True, slots=True)
class ReportPage:
    """A report as one officer may see it. The case's head is a stub for who may not read the case.

    `kept_hash`: of what a withdrawn report said; only for officers of the agency that wrote it. `namings`: those of it
    that bring the asker an offer to share a profile. `out`: who near will not see what is added.
    """

    card: ReportCard
    text: str
    kept_hash: str
    versions: tuple[VersionLine, ...]
    case: CaseHead
    unfenced_why: str
    may_edit: bool
    may_attach: bool
    may_withdraw: bool
    may_share: bool
    may_hold: bool
    glasses: tuple[GlassLine, ...]
    in_emergency: bool
    widened: tuple[Widened, ...]
    namings: tuple[str, ...]
    out: WillNot | None
    now: datetime


async def read_report(session: AsyncSession, asker: Asker, reference: str) -> ReportPage:
    """Read a report; NotFound for who may not."""
    report, found = await find_row(session, asker, reference, Report)
    card = (await report_cards(session, [report.id], asker.at))[report.id]
    rows = await session.execute(
        select(ReportVersion)
        .where(col(ReportVersion.report_id) == report.id)
        .order_by(col(ReportVersion.number).desc())
    )
    newest, *older = rows.scalars()
    gone = await hash_if_withdrawn(session, report.id)
    if gone:
        older = []  # sealed, whoever could read them
    versions = [newest, *await _could_read(session, asker, found.resource, newest, older)]
    names = await officer_names(session, {version.officer_id for version in versions})
    may_attach = not gone and found.level >= Level.CONTRIBUTE
    ours = found.resource.owner_agency_id == asker.agency
    return ReportPage(
        card=card,
        text=newest.text,
        kept_hash=gone if ours else "",
        versions=tuple(VersionLine(v.number, v.title, v.text, names[v.officer_id], v.at) for v in versions),
        case=await _case(session, asker, report.case_id),
        unfenced_why="" if gone else report.unfenced_why,
        may_edit=not gone and ours and found.level >= Level.CONTRIBUTE,
        may_attach=may_attach,
        may_withdraw=not gone and (found.level >= Level.MANAGE or (ours and report.author_id == asker.officer)),
        may_share=found.level >= Level.MANAGE,
        widened=tuple(one for one in await widened(session, asker, report.case_id) if one.report == reference),
        namings=await offered_on(session, asker, report.id),
        out=await _will_not(session, asker, found) if may_attach else None,
        glasses=tuple((await open_on(session, asker, [report.id])).get(report.id, ())),
        in_emergency=await may_be_opened(session, report.id, report.kind),
        may_hold=await may_hold(session, asker, found) and not found.resource.held,
        now=asker.at,
    )


async def _will_not(session: AsyncSession, asker: Asker, found: Found) -> WillNot:
    resource = found.resource
    ground = await ground_of(session, asker, found)
    readers = (await readers_of(session, [resource.id], asker.at))[resource.id].officers
    return await will_not_see(session, asker, [resource.gate_id or resource.id], readers, ground.named_fences)


async def _case(session: AsyncSession, asker: Asker, case: UUID) -> CaseHead:
    try:
        found = await find_by_id(session, asker, case, Level.READ)
    except Refusal:
        return await stub_head(session, await session.get_one(Resource, case))
    return await case_head(session, await session.get_one(Case, case), found.resource)


async def _could_read(
    session: AsyncSession, asker: Asker, resource: Resource, newest: ReportVersion, older: list[ReportVersion]
) -> list[ReportVersion]:
    """Keep the older versions that the asker could read at the last moment at which each stood."""
    if not older:
        return []
    past = await past_of(session, [resource])
    kept: list[ReportVersion] = []
    for version, after in zip(older, [newest, *older], strict=False):
        at = after.at - BEFORE
        keys = (await keys_of(session, [asker.officer], at)).get(asker.officer)
        if keys is not None and past.read(resource, keys.held, at):
            kept.append(version)
    return kept
