"""What the audit tells of a thing: who was shown a line of it, who opened it, who took a file."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from models.attachments import Attachment
from models.audit import Act, AuditReference, AuditRow
from models.grants import Resource

DISCLOSING = (
    Act.OPENED,
    Act.LISTED,
    Act.SEARCHED,
    Act.SHOWN_LIVE,
    Act.SCREEN_OPENED,
    Act.FILE_VIEWED,
    Act.FILE_DOWNLOADED,
    Act.EXPORTED,
    Act.EXIT_EXPORT,
    Act.AUDIT_READ,
    Act.REGISTER_READ,
)


@dataclass
class Use:
    """How some officers used a thing and its files; of each officer the latest moment."""

    listed: dict[UUID, datetime] = field(default_factory=dict)
    opened: dict[UUID, datetime] = field(default_factory=dict)
    live: dict[UUID, datetime] = field(default_factory=dict)
    downloads: list[datetime] = field(default_factory=list)
    first_opened_at: datetime | None = None

    def count(self, row: AuditRow, officers: Collection[UUID], *, listed: bool) -> None:
        """Count one act, told in the order of time. Who had it on a live screen has seen it as well."""
        if not officers:
            return
        if row.act == Act.SCREEN_OPENED:  # a stub's page has a live screen too, and discloses nothing
            self.live.update(dict.fromkeys(self.opened.keys() & set(officers), row.at))
            return
        if listed:
            self.listed.update(dict.fromkeys(officers, row.at))
            return
        self.opened.update(dict.fromkeys(officers, row.at))
        self.first_opened_at = self.first_opened_at or row.at
        if row.act == Act.SHOWN_LIVE:
            self.live.update(dict.fromkeys(officers, row.at))
        if row.act == Act.FILE_DOWNLOADED:
            self.downloads.append(row.at)

    @property
    def only_listed(self) -> int:
        """Count who saw a line of it and never the whole."""
        return len(self.listed.keys() - self.opened.keys())


async def with_files(session: AsyncSession, resource: Resource) -> set[str]:
    """Give the references under which a thing is shown: its own, and its files'."""
    files = await session.execute(
        select(col(Resource.reference))
        .join(Attachment, col(Attachment.id) == col(Resource.id))
        .where(col(Attachment.parent_id) == resource.id)
    )
    return {resource.reference, *files.scalars()}


async def disclosures(
    session: AsyncSession, references: Collection[str], since: datetime | None = None
) -> list[tuple[AuditRow, bool]]:
    """Give the acts that disclosed one of these, the oldest first; with whether nothing but a line was shown."""
    named = (
        select(col(AuditReference.audit_id), func.min(col(AuditReference.listed)).label("listed"))
        if session.get_bind().dialect.name == "sqlite"
        else select(col(AuditReference.audit_id), func.bool_and(col(AuditReference.listed)).label("listed"))
    )
    found = named.where(col(AuditReference.reference).in_(references)).group_by(col(AuditReference.audit_id)).subquery()
    statement = (
        select(AuditRow, found.c.listed)
        .join(found, found.c.audit_id == col(AuditRow.id))
        .where(col(AuditRow.act).in_(DISCLOSING))
        .order_by(col(AuditRow.at), col(AuditRow.id))
    )
    if since is not None:
        statement = statement.where(col(AuditRow.at) >= since)
    return [(row, bool(listed)) for row, listed in await session.execute(statement)]


def readers_in(row: AuditRow) -> frozenset[UUID]:
    """Give the officers whom an act showed something."""
    return frozenset(UUID(name) for name in row.officers) | ({row.officer_id} if row.officer_id else frozenset())
