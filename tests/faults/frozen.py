"""Processes that are stopped in the middle of whatever they do, and go on later."""

import asyncio
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.serving import Server


@contextmanager
def frozen(server: Server) -> Iterator[None]:
    """Stop a server's process, as a busy host or a debugger does, while the block runs."""
    assert server.process is not None
    server.process.send_signal(signal.SIGSTOP)
    try:
        yield
    finally:
        server.process.send_signal(signal.SIGCONT)


async def until_stopped(server: Server) -> None:
    """Wait until the kernel has stopped every thread of it."""
    assert server.process is not None
    tasks = Path(f"/proc/{server.process.pid}/task")
    async with asyncio.timeout(10):
        while any("T (stopped)" not in (task / "status").read_text() for task in tasks.iterdir()):
            await asyncio.sleep(0.005)
