"""The real application on loopback: the same server, the same settings as in production, in this process."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import uvicorn
from starlette.applications import Starlette

from ops.app import create_app
from ops.clock import Clock
from ops.settings import Settings
from ops.web.house import House

LARGEST_MESSAGE = 64 * 1024


class _Server(uvicorn.Server):
    """A server inside another program: signals stay with that program."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave signals alone."""
        yield


@dataclass(frozen=True)
class Served:
    """One running application, and the port that it answers on."""

    app: Starlette
    port: int

    @property
    def house(self) -> House:
        """Give the process' own house: it knows how far its screens have come."""
        house: House = self.app.state.house
        return house


@asynccontextmanager
async def served(database_url: str, folder: Path, clock: Clock | None = None) -> AsyncIterator[Served]:
    """Serve a cabinet on a free port until the block ends."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        port: int = listening.getsockname()[1]
        settings = Settings(
            database_url=database_url, redis_url="", data_dir=folder, storage_url="", origin="", port=port, demo=False
        )
        app = create_app(settings, clock)
        server = _Server(
            uvicorn.Config(
                app,
                ws="websockets-sansio",
                ws_max_size=LARGEST_MESSAGE,
                ws_per_message_deflate=False,
                access_log=False,
                server_header=False,
                log_config=None,
                lifespan="on",
                timeout_graceful_shutdown=5,
            )
        )
        running = asyncio.create_task(server.serve([listening]))
        while not server.started:
            if running.done():
                running.result()
                raise RuntimeError("the application did not start")
            await asyncio.sleep(0.01)
        try:
            yield Served(app, port)
        finally:
            server.should_exit = True
            await running
