"""All that an agency owns, as one ZIP file that is sent while it is made: sheets, versions, grants, files."""

import json
import zipfile
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Sequence
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from models.agencies import Agency, Officer
from models.attachments import Attachment
from models.grants import Grant, Resource
from models.reports import ReportVersion
from models.tasks import PostVersion
from ops.access.asker import Asker
from ops.errors import NotFound
from ops.screens.cells import when
from ops.screens.exports import A_PAGE, Export, Part, Reading
from ops.screens.formats import Outflow, sheet_lines
from ops.screens.lines import agency_tags, officer_names
from ops.screens.principals_in_words import in_words
from ops.screens.tables import (
    CASES,
    DECISIONS,
    ENCOUNTERS,
    OPERATIONS,
    OUTCOMES,
    PEOPLE,
    POSTS,
    REPORTS,
    SITES,
    TASKS,
    Line,
)
from ops.storage import Storage

OF_AN_AGENCY = (CASES, REPORTS, PEOPLE, OPERATIONS, SITES, TASKS, POSTS, DECISIONS, ENCOUNTERS, OUTCOMES)
GRANT_HEADINGS = (
    "Thing", "Agency", "To", "Level", "From", "Until", "Purpose", "Legal basis", "Necessity", "Reason", "Removed",
    "Removed because",
)  # fmt: skip
README = """{banner}

One sheet for each kind of thing that the agency owns, in its newest version. versions.json holds all versions of
reports and posts, also of withdrawn ones; grants.csv every access ever given on them; files/ what was attached, as it
came in.
"""

WriteDown = Callable[[Collection[str]], Awaitable[None]]


async def owned(session: AsyncSession, asker: Asker) -> Export:
    """Gather what the asker's agency owns; the route and the action have judged who asks."""
    officer = await session.get_one(Officer, asker.officer)
    agency = await session.get_one(Agency, asker.agency)
    parts = []
    for table in OF_AN_AGENCY:
        rows = await session.execute(
            select(col(Resource.id))
            .where(col(Resource.kind) == table.kind, col(Resource.owner_agency_id) == asker.agency)
            .order_by(col(Resource.id))
        )
        parts.append(Part(table, tuple(rows.scalars())))
    return Export(f"Everything that {agency.name} owns", officer.name, agency.name, asker.at, tuple(parts))


async def as_archive(
    export: Export, asker: Asker, reading: Reading, storage: Storage, write_down: WriteDown
) -> AsyncIterator[bytes]:
    """Write everything; each page is written down before it is sent."""
    out = Outflow()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("README.txt", README.format(banner="\n".join(export.banner)))
        leaving = _Leaving(export, asker, reading, storage, write_down, archive)
        for chapter in (leaving.sheets, leaving.versions, leaving.grants, leaving.files):
            async for _ in chapter():
                yield out.taken()
    yield out.taken()


class _Leaving(NamedTuple):
    """The archive while it is made; each chapter stops where something can be sent."""

    export: Export
    asker: Asker
    reading: Reading
    storage: Storage
    write_down: WriteDown
    archive: zipfile.ZipFile

    def _pages(self) -> list[Sequence[UUID]]:
        return _by_page([one for part in self.export.parts for one in part.ids])

    async def sheets(self) -> AsyncIterator[None]:
        for part in self.export.parts:
            with self.archive.open(f"{part.table.name.lower()}.csv", "w", force_zip64=True) as sheet:
                sheet.write(sheet_lines([self.export.banner, part.table.headings]))
                for ids in _by_page(part.ids):
                    async with self.reading() as session:
                        lines = await part.table.read(session, ids, self.asker.at)
                    await self.write_down([str(line[0]) for line in lines.values()])
                    sheet.write(sheet_lines(lines.values()))
                    yield

    async def versions(self) -> AsyncIterator[None]:
        between = "["
        with self.archive.open("versions.json", "w", force_zip64=True) as member:
            for ids in self._pages():
                async with self.reading() as session:
                    found = await _versions(session, ids)
                for said in found:
                    member.write(f"{between}\n{json.dumps(said, ensure_ascii=False)}".encode())
                    between = ","
                yield
            member.write(b"]" if between == "," else b"[]")

    async def grants(self) -> AsyncIterator[None]:
        with self.archive.open("grants.csv", "w", force_zip64=True) as member:
            member.write(sheet_lines([GRANT_HEADINGS]))
            for ids in self._pages():
                async with self.reading() as session:
                    member.write(sheet_lines(await _grants(session, self.asker, ids)))
                yield

    async def files(self) -> AsyncIterator[None]:
        for ids in self._pages():
            async with self.reading() as session:
                found = await _files(session, ids)
            await self.write_down([reference for _, reference in found])
            for row, reference in found:
                async for _ in self._file(row, reference):
                    yield

    async def _file(self, row: Attachment, reference: str) -> AsyncIterator[None]:
        try:
            content = await self.storage.read(row.sealed_key)
        except NotFound:
            self.archive.writestr(f"files/{reference}-missing.txt", "This file is not in the storage any more.")
            return
        safe = "".join(letter if letter.isalnum() or letter in "-_." else "_" for letter in row.name)
        with self.archive.open(zipfile.ZipInfo(f"files/{reference}-{safe}"), "w", force_zip64=True) as member:
            async for piece in content:
                member.write(piece)
                yield


def _by_page(ids: Sequence[UUID]) -> list[Sequence[UUID]]:
    return [ids[first : first + A_PAGE] for first in range(0, len(ids), A_PAGE)]


async def _versions(session: AsyncSession, ids: Collection[UUID]) -> list[dict[str, str | int]]:
    found: list[dict[str, str | int]] = []
    rows = await session.execute(
        select(ReportVersion, col(Resource.reference))
        .join(Resource, col(Resource.id) == col(ReportVersion.report_id))
        .where(col(ReportVersion.report_id).in_(ids))
        .order_by(col(ReportVersion.report_id), col(ReportVersion.number))
    )
    reports: list[tuple[ReportVersion, str]] = [(row[0], row[1]) for row in rows]
    posted = await session.execute(
        select(PostVersion, col(Resource.reference))
        .join(Resource, col(Resource.id) == col(PostVersion.post_id))
        .where(col(PostVersion.post_id).in_(ids))
        .order_by(col(PostVersion.post_id), col(PostVersion.number))
    )
    posts: list[tuple[PostVersion, str]] = [(row[0], row[1]) for row in posted]
    names = await officer_names(
        session, {*(one.officer_id for one, _ in reports), *(one.officer_id for one, _ in posts)}
    )
    every: list[tuple[ReportVersion | PostVersion, str]] = [*reports, *posts]
    for version, reference in every:
        title = version.title if isinstance(version, ReportVersion) else ""
        found.append(
            {
                "of": reference,
                "number": version.number,
                "at": when(version.at),
                "by": names.get(version.officer_id, ""),
                "title": title,
                "text": version.text,
            }
        )
    return found


async def _grants(session: AsyncSession, asker: Asker, ids: Collection[UUID]) -> list[Line]:
    agencies = await agency_tags(session)
    rows = await session.execute(
        select(Grant, col(Resource.reference))
        .join(Resource, col(Resource.id) == col(Grant.resource_id))
        .where(col(Grant.resource_id).in_(ids))
        .order_by(col(Grant.granted_at), col(Grant.id))
    )
    found = [(row[0], row[1]) for row in rows]
    words = await in_words(session, asker, agencies, {(one.principal, one.grantee_agency_id) for one, _ in found})
    return [
        (
            reference,
            agencies[grant.grantee_agency_id].code,
            words[grant.principal].part or "the whole agency",
            grant.level,
            grant.starts,
            grant.ends,
            grant.purpose,
            grant.lawful_basis,
            grant.necessity,
            grant.reason,
            grant.revoked_at,
            grant.revoked_why,
        )
        for grant, reference in found
    ]


async def _files(session: AsyncSession, parents: Collection[UUID]) -> list[tuple[Attachment, str]]:
    rows = await session.execute(
        select(Attachment, col(Resource.reference))
        .join(Resource, col(Resource.id) == col(Attachment.id))
        .where(col(Attachment.parent_id).in_(parents))
        .order_by(col(Attachment.at), col(Attachment.id))
    )
    return [(row[0], row[1]) for row in rows]
