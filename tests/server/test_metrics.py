"""What Prometheus is told: numbers of this process, and nothing about anybody."""

import re
from pathlib import Path
from uuid import uuid4

import httpx2
import pytest

from models.tasks import Task
from tests.journeys.conftest import Stage
from tests.journeys.test_main_job import INTERVIEW
from tests.serving import Server, free_port, lapwing

WATCHING = Path(__file__).parents[2] / "docs/watching.md"


@pytest.fixture
def metrics_port(monkeypatch: pytest.MonkeyPatch) -> int:
    port = free_port()
    monkeypatch.setenv("METRICS_ADDRESS", f"127.0.0.1:{port}")
    return port


def read(port: int) -> dict[str, float]:
    lines = httpx2.get(f"http://127.0.0.1:{port}/metrics").text.splitlines()
    return {name: float(value) for name, _, value in (line.rpartition(" ") for line in lines if line[:1] != "#")}


async def test_a_process_counts_its_screens_what_they_hear_and_how_its_acts_on_access_were_cleared(
    tmp_path: Path, metrics_port: int
) -> None:
    url = f"sqlite:///{tmp_path / 'tallyboard.db'}"
    await lapwing(url, tmp_path)
    server = Server(url, tmp_path).start()
    stage = Stage(server, server, url)
    try:
        tom, asha = await stage.person("tom"), await stage.person("asha")
        task, path = await stage.reference(Task, INTERVIEW), f"{await tom.landing()}/posts"
        async with asha.watching(await asha.landing()) as screen:
            await tom.post(path, task=task, text="heard, kestrel", audience="task", key=uuid4().hex, happened_at="")
            await screen.until_heard("kestrel")
            told = read(metrics_port)
            words = httpx2.get(f"http://127.0.0.1:{metrics_port}/metrics").text
        assert told["tallyboard_open_screens"] == 1
        assert told["tallyboard_commit_to_screen_seconds_count"] >= 1
        assert told["tallyboard_applied_position"] > 0
        assert told["tallyboard_bell_sound"] == 1
        assert told["tallyboard_lease_age_seconds"] < 60
        for private in (task, "kestrel", "LAPWING", "Mill", "Reyes", "police", "127.0.0.1"):
            assert private not in words
    finally:
        server.stop()


async def test_every_metric_that_the_manual_names_is_told(tmp_path: Path, metrics_port: int) -> None:
    url = f"sqlite:///{tmp_path / 'tallyboard.db'}"
    await lapwing(url, tmp_path)
    server = Server(url, tmp_path).start()
    try:
        words = httpx2.get(f"http://127.0.0.1:{metrics_port}/metrics").text
        assert httpx2.get(f"{server.origin}/metrics").status_code == 404, "never at the address that browsers use"
    finally:
        server.stop()
    named = set(re.findall(r"^\| `(tallyboard_\w+)", WATCHING.read_text(), re.MULTILINE))
    assert len(named) == 7
    assert named <= {name.removesuffix("_created") for name in re.findall(r"^# HELP (\w+)", words, re.MULTILINE)}


async def test_two_processes_of_one_machine_answer_at_two_ports(tmp_path: Path, metrics_port: int) -> None:
    url = f"sqlite:///{tmp_path / 'tallyboard.db'}"
    await lapwing(url, tmp_path)
    servers = [Server(url, tmp_path).start() for _ in range(2)]
    try:
        assert all(read(metrics_port + number)["tallyboard_open_screens"] == 0 for number in range(2))
    finally:
        for server in servers:
            server.stop()
