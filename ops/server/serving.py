"""Running the server: one listening socket with its bounds, one process or several behind it."""

import socket
import sys

import uvicorn
from starlette.types import ASGIApp
from uvicorn.config import STARTUP_FAILURE
from uvicorn.supervisors import Multiprocess

from ops.server.logs import CONFIGURATION
from ops.server.request_protocol import RequestProtocol
from ops.server.socket_protocol import SocketProtocol

LARGEST_MESSAGE = 64 * 1024  # a socket sends us one short line; anything near this is no page of ours
PING_SECONDS = 15  # between pings, and until a pong
WORKER_ANSWERS_WITHIN = 60  # seconds: on a busy machine a worker takes long to begin, and one that is ended never does
MOVE_SECONDS = 13  # the longest move of the open sockets and a little for requests under way; gone within 15
UNANSWERED_SECONDS = 30  # bytes that the other end leaves unacknowledged end the connection
UNSENT_BYTES = 16 * 1024  # the kernel holds no more of what has not left: stale bytes stay where we can drop them

LOOP = "live.leased_loop:new_loop"  # what waits in this process leaves only under the lease


def serve(app: str, *, host: str, port: int, workers: int) -> None:
    """Serve an application factory, named as module:function, until a signal ends it."""
    config = configured(app, host=host, port=port, factory=True, workers=workers)
    listening = config.bind_socket()
    bound(listening)
    if workers > 1:
        Multiprocess(config, sockets=[listening]).run()
        return
    server = uvicorn.Server(config)
    try:
        server.run(sockets=[listening])
    except KeyboardInterrupt:
        return
    if not server.started:
        sys.exit(STARTUP_FAILURE)


def configured(app: ASGIApp | str, *, host: str, port: int, factory: bool = False, workers: int = 1) -> uvicorn.Config:
    """Configure the server as it always runs."""
    return uvicorn.Config(
        app,
        factory=factory,
        host=host,
        port=port,
        workers=workers,
        loop=LOOP,
        http=RequestProtocol,
        ws=SocketProtocol,
        ws_max_size=LARGEST_MESSAGE,
        ws_ping_interval=PING_SECONDS,
        ws_ping_timeout=PING_SECONDS,
        ws_per_message_deflate=False,
        timeout_graceful_shutdown=MOVE_SECONDS,
        timeout_worker_healthcheck=WORKER_ANSWERS_WITHIN,
        access_log=False,
        server_header=False,
        log_config=CONFIGURATION,
        log_level="warning",
    )


def bound(listening: socket.socket) -> None:
    """Bound what every accepted connection may keep waiting; where the kernel knows no such bound, our own remain."""
    for name, value in (("TCP_USER_TIMEOUT", UNANSWERED_SECONDS * 1000), ("TCP_NOTSENT_LOWAT", UNSENT_BYTES)):
        option = getattr(socket, name, None)
        if option is not None:
            listening.setsockopt(socket.IPPROTO_TCP, option, value)
