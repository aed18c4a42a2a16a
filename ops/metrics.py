"""What this process counts of itself, for Prometheus: numbers alone, about nobody; no name or reference is a label."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from threading import Thread
from wsgiref.simple_server import WSGIServer

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, start_http_server

PORTS = 16  # tried one after another, so that several processes of one machine each find their own
SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)

REGISTRY = CollectorRegistry()
SHOWN = Histogram(
    "tallyboard_commit_to_screen_seconds",
    "From an act to its frames being handed to the sockets of this process.",
    registry=REGISTRY,
    buckets=SECONDS,
)
RESYNCS = Counter("tallyboard_resyncs", "Screens told to fetch their page again.", registry=REGISTRY)
OPEN_SCREENS = Gauge("tallyboard_open_screens", "Open sockets of this process.", registry=REGISTRY)
APPLIED = Gauge("tallyboard_applied_position", "How far the journal holds on these screens.", registry=REGISTRY)
LEASE_AGE = Gauge("tallyboard_lease_age_seconds", "Beyond 2, this process shows nothing.", registry=REGISTRY)
BELL = Gauge("tallyboard_bell_sound", "1 while the rings of other processes reach this one.", registry=REGISTRY)
CLEARED = Histogram(
    "tallyboard_barrier_seconds",
    "From the commit of an act on access until no process can write what it took.",
    ["confirmed"],
    registry=REGISTRY,
    buckets=SECONDS,
)


class EngineMeter:
    """What the live engine reports (live.meter)."""

    def shown(self, ages: Sequence[float]) -> None:
        for age in ages:
            SHOWN.observe(age)

    def resynced(self, screens: int) -> None:
        RESYNCS.inc(screens)


def answer_at(address: str) -> Callable[[], None]:
    """Answer `GET /metrics` at host:port, in a thread that lives while the loop hangs; gives what ends it.

    With several processes on one machine each takes the next free port. Raises OSError when none of them is free.
    """
    host, _, first = address.rpartition(":")
    server, thread = _first_free(host or "127.0.0.1", int(first))

    def end() -> None:
        server.shutdown()
        server.server_close()
        thread.join()

    return end


def _first_free(host: str, first: int) -> tuple[WSGIServer, Thread]:
    for port in range(first, first + PORTS - 1):
        with suppress(OSError):
            return start_http_server(port, host, REGISTRY)
    return start_http_server(first + PORTS - 1, host, REGISTRY)
