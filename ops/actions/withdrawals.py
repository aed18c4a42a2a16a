"""A report is withdrawn: a last version says so and why, and what it said before is sealed under its hash."""

import hashlib
import json
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from live.audience import Level
from live.event import Touch
from models.attachments import Attachment
from models.audit import Act
from models.reports import Report, ReportVersion
from models.withdrawals import Withdrawal
from ops.access.asker import Asker
from ops.actions.reach import topics_about
from ops.errors import Conflict, Invalid, NotAllowed
from ops.transaction import Desk, Fact

LONGEST_REASON = 400
TITLE = "Withdrawn"
GONE = "This report was withdrawn."


async def withdraw(desk: Desk, asker: Asker, reference: str, reason: str) -> None:
    """Withdraw a report: its author may, and its managers. What it says is the reason, on every screen, at once.

    Its earlier versions and its files are shown to nobody any more; `ops.actions.sealed` opens them for one duty.
    """
    async with desk.work(asker, changes_access=True) as work:  # the lock first, so that no version comes after the last
        report, found = await work.find_row(reference, Report)
        ours = found.resource.owner_agency_id == work.asker.agency
        if found.level < Level.MANAGE and not (ours and report.author_id == work.asker.officer):
            raise NotAllowed("Only its author, or who manages it, can withdraw this report.")
        if not reason.strip() or len(reason) > LONGEST_REASON:
            raise Invalid({"withdrawn": f"Say why, in at most {LONGEST_REASON} characters. Every reader sees it."})
        await must_stand(work.session, report.id)
        versions = await versions_of(work.session, report.id)
        row = Withdrawal(
            resource_id=report.id,
            officer_id=work.asker.officer,
            at=work.asker.at,
            reason=reason.strip(),
            sha256=hash_of(versions, await files_on(work.session, report.id)),
        )
        last = ReportVersion(
            report_id=report.id,
            number=versions[-1].number + 1,
            title=TITLE,
            text=f"Withdrawn: {row.reason}\nSHA-256 of what it said: {row.sha256}",
            officer_id=work.asker.officer,
            at=work.asker.at,
        )
        work.add(row, last)
        work.audit(Act.WITHDRAWN, reference)
        work.record(Fact.WITHDRAWN, report.id, await topics_about(work.session, found.resource), row, last)
        work.record(Fact.WITHDRAWN, report.id, (), touches=Touch.ACCESS)  # an open watch may name it by its old title


async def must_stand(session: AsyncSession, report: UUID) -> None:
    """Raise Conflict for a report that was withdrawn: nothing is added to it any more."""
    rows = await session.execute(select(col(Withdrawal.id)).where(col(Withdrawal.resource_id) == report))
    if rows.first() is not None:
        raise Conflict(GONE)


async def versions_of(session: AsyncSession, report: UUID) -> list[ReportVersion]:
    """Give every version, the first one first."""
    rows = await session.execute(
        select(ReportVersion).where(col(ReportVersion.report_id) == report).order_by(col(ReportVersion.number))
    )
    return list(rows.scalars())


async def files_on(session: AsyncSession, report: UUID) -> list[Attachment]:
    """Give every file, in the order in which they came."""
    rows = await session.execute(
        select(Attachment).where(col(Attachment.parent_id) == report).order_by(col(Attachment.at), col(Attachment.id))
    )
    return list(rows.scalars())


def hash_of(versions: list[ReportVersion], files: list[Attachment]) -> str:
    """Hash what a report said: a JSON list of [title, text] of each version, then the hash of each original file."""
    said = [[version.title, version.text] for version in versions]
    written = json.dumps([said, [file.sha256 for file in files]], ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(written.encode()).hexdigest()
