"""Where the servers of the tests come from: a process that has imported the program once and forks for each of them.

Importing costs a second or more of processor time, and the suites start hundreds of servers. Each server is a process
of its own with its own environment and its own random numbers, and runs the same command as `tallyboard serve`.
"""

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import NoReturn

import psutil

ROOT = Path(__file__).resolve().parents[1]
LEARNED = (
    "ops.commands",
    "ops.app",
    "ops.server.serving",
    "ops.world.loader",
    "uvicorn.lifespan.on",
    "asyncpg",
    "aiosqlite",
    "alembic.command",
)


class Child:
    """A server's process. It is the nursery's child, not ours, so it is known by its id alone."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self._process = psutil.Process(pid)

    def poll(self) -> int | None:
        """Give a number once it is gone, as Popen does."""
        try:
            gone = not self._process.is_running() or self._process.status() == psutil.STATUS_ZOMBIE
        except psutil.NoSuchProcess:  # between the two questions
            gone = True
        return 0 if gone else None

    def send_signal(self, how: int) -> None:
        if self._process.is_running():
            self._process.send_signal(how)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)

    def wait(self, seconds: float) -> None:
        """Wait until it is gone. Raises psutil.TimeoutExpired."""
        self._process.wait(seconds)


@dataclass
class Nursery:
    """The process that forks; started with the first server, ended with the tests, whatever ends them."""

    _process: "subprocess.Popen[str] | None" = None
    _turn: threading.Lock = field(default_factory=threading.Lock)

    def bear(self, arguments: Sequence[str], environment: Mapping[str, str], log: Path, seams: Sequence[str]) -> Child:
        """Start a server."""
        wanted = {"arguments": arguments, "environment": dict(environment), "log": str(log), "seams": seams}
        with self._turn:
            if self._process is None:
                self._process = subprocess.Popen(
                    [sys.executable, "-m", "tests.nursery"],
                    cwd=ROOT,
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    text=True,
                    start_new_session=True,  # an interrupt from the keyboard is for the tests, which then end theirs
                )
            assert self._process.stdin is not None
            assert self._process.stdout is not None
            self._process.stdin.write(json.dumps(wanted) + "\n")
            self._process.stdin.flush()
            pid = self._process.stdout.readline()
            if not pid:
                raise RuntimeError("the program cannot be imported: above stands why")
            return Child(int(pid))

    def end(self) -> None:
        """End it, and with it whatever it still has running."""
        with self._turn:
            if self._process is not None and self._process.stdin is not None:
                self._process.stdin.close()
                self._process.wait(10)
                assert self._process.stdout is not None
                self._process.stdout.close()
            self._process = None


NURSERY = Nursery()


def main() -> None:
    """Learn the program, then fork for every line that is asked; when nobody can ask any more, end all of them."""
    for module in LEARNED:
        import_module(module)
    assert threading.active_count() == 1, "a thread does not survive a fork"
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the kernel buries them
    born: list[int] = []
    for line in sys.stdin:
        pid = os.fork()
        if pid == 0:
            _serve(json.loads(line))
        born.append(pid)
        print(pid, flush=True)
    for pid in born:
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            continue


def _serve(wanted: dict[str, object]) -> NoReturn:
    """Become the server."""
    code = 1
    try:
        _begin_anew(wanted)
        for seam in wanted["seams"]:  # type: ignore[attr-defined]  # as it was written above
            import_module(seam)
        import_module("ops.commands").main()
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 1
    except BaseException:  # noqa: BLE001 - nothing may return into the nursery's own loop
        sys.excepthook(*sys.exc_info())
    finally:
        sys.stderr.flush()
        os._exit(code)


def _begin_anew(wanted: dict[str, object]) -> None:
    """Share nothing with the nursery but what was imported."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    import_module("random").seed()
    log = os.open(str(wanted["log"]), os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
    nothing = os.open(os.devnull, os.O_RDONLY)
    for source, target in ((nothing, 0), (log, 1), (log, 2)):
        os.dup2(source, target)
    os.environ.clear()
    os.environ.update(wanted["environment"])  # type: ignore[call-overload]  # as it was written above
    sys.argv = ["tallyboard", *wanted["arguments"]]  # type: ignore[misc]  # as it was written above


if __name__ == "__main__":
    main()
