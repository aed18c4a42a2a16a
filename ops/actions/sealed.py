"""What was withdrawn, opened again by its agency's information manager alone; each time it is written down."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlmodel import col

from models.agencies import Duty, Officer
from models.attachments import Attachment
from models.audit import Act
from models.grants import Resource
from models.withdrawals import Withdrawal
from ops.access.asker import Asker
from ops.access.duties import must_hold
from ops.actions.freshness import must_be_fresh
from ops.actions.withdrawals import (
    Words,
    files_on,
    hash_of,
    post_versions,
    report_versions,
    title_of_words,
    withdrawn_by,
)
from ops.errors import NotFound
from ops.transaction import Desk, Work


@dataclass(frozen=True, slots=True)
class SealedVersion:
    """What was said at one time; a post has no title."""

    title: str
    text: str
    officer: str
    at: datetime


@dataclass(frozen=True, slots=True)
class SealedFile:
    """A file of what was withdrawn."""

    reference: str
    name: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Sealed:
    """A withdrawn report or post opened again. `whole`: what is kept has the hash that it was withdrawn under."""

    kind: str
    reference: str
    at: datetime
    reason: str
    sha256: str
    whole: bool
    versions: tuple[SealedVersion, ...]
    files: tuple[SealedFile, ...]


async def open_sealed(desk: Desk, asker: Asker, reference: str) -> Sealed:
    """Open it, with a fresh confirmation. NotFound for everyone but its agency's information manager."""
    async with desk.work(asker, changes_access=True) as work:
        resource, row = await _withdrawn(work, reference)
        await must_be_fresh(work)
        versions = (await _versions(work, resource))[:-1]  # the last says that it was withdrawn
        files = await files_on(work.session, resource.id)
        names = [(await work.session.get_one(Officer, version.officer_id)).name for version in versions]
        of_files = {file.id: (await work.session.get_one(Resource, file.id)).reference for file in files}
        work.audit(Act.SEALED_OPENED, reference, *of_files.values())
        return Sealed(
            kind=resource.kind,
            reference=reference,
            at=row.at,
            reason=row.reason,
            sha256=row.sha256,
            whole=hash_of(versions, files) == row.sha256,
            versions=tuple(
                SealedVersion(title_of_words(one), one.text, name, one.at)
                for one, name in zip(versions, names, strict=True)
            ),
            files=tuple(SealedFile(of_files[file.id], file.name, file.size, file.sha256) for file in files),
        )


async def open_sealed_file(desk: Desk, asker: Asker, reference: str) -> tuple[str, str]:
    """Open one file of it, as it came: gives its storage key and its name. The same answers as `open_sealed`."""
    async with desk.work(asker, changes_access=True) as work:
        rows = await work.session.execute(
            select(Attachment, Resource)
            .join(Resource, col(Resource.id) == col(Attachment.parent_id))
            .where(
                col(Attachment.id).in_(select(col(Resource.id)).where(col(Resource.reference) == reference)),
            )
        )
        found = rows.one_or_none()
        await _withdrawn(work, found[1].reference if found else reference)
        await must_be_fresh(work)
        if found is None:
            raise NotFound
        work.audit(Act.SEALED_OPENED, found[1].reference, reference)
        return found[0].sealed_key, found[0].name


async def _versions(work: Work, resource: Resource) -> Sequence[Words]:
    if resource.kind == "post":
        return await post_versions(work.session, resource.id)
    return await report_versions(work.session, resource.id)


async def _withdrawn(work: Work, reference: str) -> tuple[Resource, Withdrawal]:
    must_hold(work.asker, Duty.INFORMATION_MANAGER)
    rows = await work.session.execute(
        select(Resource, Withdrawal)
        .join(Withdrawal, col(Withdrawal.resource_id) == col(Resource.id))
        .where(col(Resource.reference) == reference, withdrawn_by(work.asker.agency))
    )
    found = rows.one_or_none()
    if found is None:
        raise NotFound
    return found[0], found[1]
