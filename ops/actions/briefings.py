"""The briefing of an operation: seven headings, published in versions, acknowledged officer by officer."""

from dataclasses import asdict, dataclass, fields
from uuid import UUID

from sqlalchemy import select
from sqlmodel import col

from live.audience import Level
from models.audit import Act
from models.operations import DetachmentMember, Operation
from models.planning import Briefing, BriefingAcknowledgement
from ops.access.asker import Asker
from ops.actions.fingerprints import fingerprint_of, must_be_as_read
from ops.actions.tasks import must_be_running
from ops.errors import Conflict, Invalid, NotAllowed
from ops.topics import operation_topic
from ops.transaction import Desk, Fact, Work

LONGEST_WORDS = 4000


@dataclass(frozen=True, slots=True)
class Words:
    """What a briefing says under each heading."""

    information: str = ""
    intention: str = ""
    method: str = ""
    administration: str = ""
    risk: str = ""
    communications: str = ""
    humanity: str = ""


HEADINGS = tuple(one.name for one in fields(Words))


async def save_briefing(desk: Desk, asker: Asker, reference: str, words: Words, based_on: str) -> None:
    """Keep the draft of the next version; only the operation's managers see it.

    Changed when somebody else saved or published one since `based_on`, the `briefing_version` then.
    """
    _check(words)
    async with desk.work(asker, changes_access=True) as work:
        operation, _ = await work.find_row(reference, Operation, Level.MANAGE)
        await must_be_running(work, operation.id)
        await _draft(work, operation.id, words, based_on)
        work.audit(Act.BRIEFING_SAVED, reference)


async def publish_briefing(desk: Desk, asker: Asker, reference: str, words: Words, based_on: str) -> int:
    """Publish the next version; gives its number. Everyone who reads the operation reads it; nobody edits it any more.

    Acknowledgements of an earlier version no longer count. Changed as for a draft.
    """
    _check(words)
    if not any(text.strip() for text in asdict(words).values()):
        raise Invalid({HEADINGS[0]: "Write the briefing."})
    async with desk.work(asker, changes_access=True) as work:
        operation, _ = await work.find_row(reference, Operation, Level.MANAGE)
        await must_be_running(work, operation.id)
        draft = await _draft(work, operation.id, words, based_on)
        draft.published_at = work.asker.at
        work.audit(Act.BRIEFING_PUBLISHED, reference)
        work.record(Fact.BRIEFING_PUBLISHED, operation.id, (operation_topic(reference),), draft)
        return draft.number


async def acknowledge_briefing(desk: Desk, asker: Asker, reference: str, number: str) -> None:
    """Say that one has read a version: the newest, by an officer on the operation, once."""
    async with desk.work(asker, changes_access=True) as work:
        operation, _ = await work.find_row(reference, Operation)
        if not await is_on(work, operation.id, work.asker.officer):
            raise NotAllowed("Officers on the operation acknowledge its briefing.")
        newest = await newest_briefing(work, operation.id)
        if newest is None or str(newest.number) != number:
            raise Conflict("There is another version now. Read that one.")
        rows = await work.session.execute(
            select(col(BriefingAcknowledgement.id)).where(
                col(BriefingAcknowledgement.briefing_id) == newest.id,
                col(BriefingAcknowledgement.officer_id) == work.asker.officer,
            )
        )
        if rows.first() is not None:
            raise Conflict("You acknowledged this version already.")
        row = BriefingAcknowledgement(briefing_id=newest.id, officer_id=work.asker.officer, at=work.asker.at)
        work.add(row)
        work.audit(Act.BRIEFING_ACKNOWLEDGED, reference)
        work.record(Fact.BRIEFING_ACKNOWLEDGED, operation.id, (operation_topic(reference),), row)


async def newest_briefing(work: Work, operation: UUID) -> Briefing | None:
    """Give the newest published version."""
    rows = await work.session.execute(
        select(Briefing)
        .where(col(Briefing.operation_id) == operation, col(Briefing.published_at).is_not(None))
        .order_by(col(Briefing.number).desc())
    )
    return rows.scalars().first()


async def is_on(work: Work, operation: UUID, officer: UUID) -> bool:
    """Say whether an officer is in one of an operation's detachments now."""
    rows = await work.session.execute(
        select(col(DetachmentMember.id)).where(
            col(DetachmentMember.operation_id) == operation,
            col(DetachmentMember.officer_id) == officer,
            col(DetachmentMember.ends).is_(None),
        )
    )
    return rows.first() is not None


def briefing_version(newest: Briefing | None) -> str:
    """Name what the newest version or draft says now; None before the first."""
    if newest is None:
        return fingerprint_of()
    return fingerprint_of(newest.number, newest.published_at is None, *(getattr(newest, one) for one in HEADINGS))


def _check(words: Words) -> None:
    said = asdict(words).items()
    wrong = {name: f"Write at most {LONGEST_WORDS} characters." for name, text in said if len(text) > LONGEST_WORDS}
    if wrong:
        raise Invalid(wrong)


async def _draft(work: Work, operation: UUID, words: Words, based_on: str) -> Briefing:
    """Give the version that is not published yet, with these words."""
    rows = await work.session.execute(
        select(Briefing).where(col(Briefing.operation_id) == operation).order_by(col(Briefing.number).desc())
    )
    newest = rows.scalars().first()
    must_be_as_read(based_on, briefing_version(newest))
    if newest is not None and newest.published_at is None:
        draft = newest
    else:
        number = newest.number + 1 if newest else 1
        draft = Briefing(operation_id=operation, number=number, officer_id=work.asker.officer, at=work.asker.at)
    for heading, text in asdict(words).items():
        setattr(draft, heading, text.strip())
    draft.officer_id, draft.at = work.asker.officer, work.asker.at
    work.add(draft)
    return draft
