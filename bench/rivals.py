"""Who the product is measured against: how each is started, and where its screens connect."""

import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from built import built
from servers import HERE, Running, serving
from world import World

PEERS = HERE / "peers"
PYTHON = PEERS / ".venv" / "bin" / "python"  # the peers' own environment


@dataclass(frozen=True)
class Peer:
    """A server that the product is measured against: how it is started, and where its screens connect."""

    name: str
    command: tuple[str, ...]
    path: str = "/live?"
    settings: tuple[tuple[str, str], ...] = ()
    says_port: bool = False


UVICORN = (
    "--ws",
    "websockets-sansio",
    "--ws-per-message-deflate",
    "false",
    "--no-access-log",
    "--log-level",
    "warning",
)
SOCKET_IO = "/socket.io/?EIO=4&transport=websocket&"


def _on_uvicorn(name: str, python: Path, app: str, path: str = "/live?", **settings: str) -> Peer:
    command = (str(python), "-m", "uvicorn", app, "--app-dir", str(PEERS), *UVICORN)
    return Peer(name, command, path, tuple(settings.items()), says_port=True)


def naive(grants: str) -> Peer:
    """Give the naive peer, on the same server, event loop and WebSocket implementation as the product."""
    name = {"memory": "naive, checks in memory", "sql": "naive, one grant query per screen"}[grants]
    return _on_uvicorn(name, Path(sys.executable), "naive:app", BENCH_GRANTS=grants)


def peers(world: World, redis: str) -> list[Peer]:
    """Give the servers that a user could pick instead, and the limit that a writer in C reaches."""
    node = shutil.which("node") or "node"
    seats = ",".join(str(seat.agency) for seat in world.seats)
    audiences = ";".join(",".join(map(str, audience.agencies)) for audience in world.audiences)
    limit, told = str(built("limit.c")), (("SEATS", seats), ("AUDIENCES", audiences))
    return [
        Peer("Node socket.io with rooms", (node, str(PEERS / "rooms.js")), SOCKET_IO),
        Peer("Node ws, plain loop", (node, str(PEERS / "plain_ws.js"))),
        _on_uvicorn("python-socketio with rooms", PYTHON, "socketio_rooms:app", SOCKET_IO),
        _on_uvicorn("Django Channels, groups over Redis", PYTHON, "channels_groups:app", REDIS_URL=redis),
        Peer("C, one write per frame", (limit, "each"), settings=told),
        Peer("C, joined writes", (limit, "joined"), settings=told),
    ]


@contextmanager
def running(peer: Peer, folder: Path) -> Iterator[Running]:
    """Run one peer."""
    settings = {"BENCH_WORLD": str(folder / "world.json"), **dict(peer.settings)}
    log = "".join(letter if letter.isalnum() else "-" for letter in peer.name)
    with serving(log, folder, list(peer.command), settings, says_port=peer.says_port) as server:
        yield server
