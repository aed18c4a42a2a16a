"""Where the server's time goes: py-spy when it can be had, nothing otherwise."""

import shutil
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from servers import ROOT

TOP = 22
SAMPLES_PER_SECOND = "100"


class Profiler:
    """Watches one process in each phase and keeps the most expensive functions, callees included.

    Only time spent in Python counts: waiting for the database is not seen here."""

    def __init__(self, pid: int, folder: Path) -> None:
        self.pid, self.folder = pid, folder
        self.found: dict[str, list[str]] = {}

    @contextmanager
    def __call__(self, phase: str) -> Iterator[None]:
        """Watch during the block."""
        command, out = spy(), self.folder / f"{phase}.stacks"
        if command is None:
            yield
            return
        asked = [*command, "record", "--pid", str(self.pid), "--rate", SAMPLES_PER_SECOND, "--format", "raw", "--gil"]
        watching = subprocess.Popen(
            [*asked, "--output", str(out)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        try:
            yield
        finally:
            watching.send_signal(signal.SIGINT)
            try:
                watching.wait(20)
            except subprocess.TimeoutExpired:
                watching.kill()
        if out.exists():
            self.found[phase] = _most_expensive(out.read_text())


def spy() -> list[str] | None:
    """Give the command that starts py-spy; None when there is none."""
    if found := shutil.which("py-spy"):
        return [found]
    uvx = shutil.which("uvx") or Path(sys.executable).parent / "uvx"
    if not Path(uvx).exists():
        return None
    command = [str(uvx), "--quiet", "py-spy"]
    tried = subprocess.run([*command, "--version"], check=False, capture_output=True, timeout=60)
    return command if tried.returncode == 0 else None


def _most_expensive(stacks: str) -> list[str]:
    inclusive: Counter[str] = Counter()
    own: Counter[str] = Counter()
    for line in stacks.splitlines():
        stack, _, samples = line.rpartition(" ")
        frames = [frame.rpartition(":")[0].replace(str(ROOT) + "/", "") for frame in stack.split(";")]
        own[frames[-1]] += int(samples)
        for frame in set(frames):
            inclusive[frame] += int(samples)
    total = max(1, sum(own.values()))
    ours = [(f, n) for f, n in inclusive.most_common() if any(f"({part}/" in f for part in ("live", "ops", "models"))]
    lines = [f"{count / total:6.1%}  {frame}" for frame, count in ours[:TOP]]
    return [*lines, "self:", *(f"{count / total:6.1%}  {frame}" for frame, count in own.most_common(8))]
