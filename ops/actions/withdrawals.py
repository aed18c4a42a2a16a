"""A report or post is withdrawn: a last version says so and why; what it said before is sealed under its hash."""

import hashlib
import json
from collections.abc import Sequence
from datetime import datetime
from typing import Protocol
from uuid import UUID

from sqlalchemy import ColumnElement, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from live.audience import Level
from live.event import Touch
from models.agencies import Duty, Officer
from models.attachments import Attachment
from models.audit import Act
from models.reports import Report, ReportVersion
from models.tasks import Post, PostVersion
from models.withdrawals import Withdrawal
from ops.access.asker import Asker
from ops.access.doors import Found
from ops.actions.reach import topics_about
from ops.errors import Conflict, Invalid, NotAllowed
from ops.transaction import Desk, Fact, Work

LONGEST_REASON = 400
TITLE = "Withdrawn"
GONE = "This was withdrawn."


class Words(Protocol):
    """What was said at one time: a version of a report or of a post."""

    text: str
    number: int
    officer_id: UUID
    at: datetime


async def withdraw_report(desk: Desk, asker: Asker, reference: str, reason: str) -> None:
    """Withdraw a report: its author may, and its managers. What it says is the reason, on every screen, at once.

    Its earlier versions and its files are shown to nobody any more; `ops.actions.sealed` opens them for one duty.
    """
    async with desk.work(asker, changes_access=True) as work:  # the lock first, so that no version comes after the last
        report, found = await work.find_row(reference, Report)
        ours = found.resource.owner_agency_id == work.asker.agency
        if found.level < Level.MANAGE and not (ours and report.author_id == work.asker.officer):
            raise NotAllowed("Only its author, or who manages it, can withdraw this report.")
        versions = await report_versions(work.session, report.id)
        row = await _sealed(work, report.id, reason, versions)
        await _record(work, found, row, last_of_report(row, versions[-1].number))


async def withdraw_post(desk: Desk, asker: Asker, reference: str, reason: str) -> None:
    """Withdraw a post: its author may, and in its author's agency who leads or manages it; nobody of another agency.

    An ordinary post lies in the operation of another agency, and is still its author's agency's to take back.
    """
    async with desk.work(asker, changes_access=True) as work:
        post, found = await work.find_row(reference, Post)
        if not may_withdraw_post(work.asker, post, found.level):
            raise NotAllowed("Only its author, or a lead of its author’s agency, can withdraw this post.")
        versions = await post_versions(work.session, post.id)
        row = await _sealed(work, post.id, reason, versions)
        await _record(work, found, row, last_of_post(row, versions[-1].number))


def last_of_report(row: Withdrawal, newest: int) -> ReportVersion:
    """Make the version that every reader sees from now on, after the newest one."""
    text = f"Withdrawn: {row.reason}"  # without the hash: what a short text said can be guessed from it
    return ReportVersion(
        report_id=row.resource_id, number=newest + 1, title=TITLE, text=text, officer_id=row.officer_id, at=row.at
    )


def last_of_post(row: Withdrawal, newest: int) -> PostVersion:
    """Make the version that every reader sees from now on, after the newest one."""
    text = f"Withdrawn: {row.reason}"
    return PostVersion(post_id=row.resource_id, number=newest + 1, text=text, officer_id=row.officer_id, at=row.at)


def may_withdraw_post(asker: Asker, post: Post, level: Level) -> bool:
    """Say whether who reads a post may withdraw it."""
    by_right = post.author_id == asker.officer or level >= Level.MANAGE or Duty.LEAD in asker.duties
    return post.agency_id == asker.agency and by_right


def withdrawn_by(agency: UUID) -> ColumnElement[bool]:
    """Judge rows of Withdrawal: whoever withdrew it was of the agency that wrote it, so this one may open it again."""
    return col(Withdrawal.officer_id).in_(select(col(Officer.id)).where(col(Officer.agency_id) == agency))


async def must_stand(session: AsyncSession, resource: UUID) -> None:
    """Raise Conflict for what was withdrawn: nothing is added to it any more."""
    rows = await session.execute(select(col(Withdrawal.id)).where(col(Withdrawal.resource_id) == resource))
    if rows.first() is not None:
        raise Conflict(GONE)


async def report_versions(session: AsyncSession, report: UUID) -> list[ReportVersion]:
    """Give every version, the first one first."""
    rows = await session.execute(
        select(ReportVersion).where(col(ReportVersion.report_id) == report).order_by(col(ReportVersion.number))
    )
    return list(rows.scalars())


async def post_versions(session: AsyncSession, post: UUID) -> list[PostVersion]:
    """Give every version, the first one first."""
    rows = await session.execute(
        select(PostVersion).where(col(PostVersion.post_id) == post).order_by(col(PostVersion.number))
    )
    return list(rows.scalars())


async def files_on(session: AsyncSession, parent: UUID) -> list[Attachment]:
    """Give every file, in the order in which they came."""
    rows = await session.execute(
        select(Attachment).where(col(Attachment.parent_id) == parent).order_by(col(Attachment.at), col(Attachment.id))
    )
    return list(rows.scalars())


def hash_of(versions: Sequence[Words], files: Sequence[Attachment]) -> str:
    """Hash what was said: a JSON list of [title, text] of each version, then the hash of each original file."""
    said = [[title_of_words(version), version.text] for version in versions]
    written = json.dumps([said, [file.sha256 for file in files]], ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(written.encode()).hexdigest()


def title_of_words(version: Words) -> str:
    """Give a version's title; a post has none."""
    return version.title if isinstance(version, ReportVersion) else ""


async def _sealed(work: Work, resource: UUID, reason: str, versions: Sequence[Words]) -> Withdrawal:
    if not reason.strip() or len(reason) > LONGEST_REASON:
        raise Invalid({"withdrawn": f"Say why, in at most {LONGEST_REASON} characters. Every reader sees it."})
    await must_stand(work.session, resource)
    return Withdrawal(
        resource_id=resource,
        officer_id=work.asker.officer,
        at=work.asker.at,
        reason=reason.strip(),
        sha256=hash_of(versions, await files_on(work.session, resource)),
    )


async def _record(work: Work, found: Found, row: Withdrawal, last: ReportVersion | PostVersion) -> None:
    work.add(row, last)
    work.audit(Act.WITHDRAWN, found.resource.reference)
    topics = await topics_about(work.session, found.resource)
    work.record(Fact.WITHDRAWN, row.resource_id, topics, row, last)
    work.record(Fact.WITHDRAWN, row.resource_id, (), touches=Touch.ACCESS)  # an open watch may name it by its old title
