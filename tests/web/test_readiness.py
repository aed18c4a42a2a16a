"""Those who spread people over processes hear in time that one of them leaves."""

import asyncio
import os
import signal

from ops.web.readiness import Readiness
from tests.live.stage import until
from tests.web.building import Building, Visitor


async def test_a_process_that_leaves_is_alive_and_not_ready(small: Building) -> None:
    visitor = Visitor(small.app)
    assert (await visitor.get("/readyz")).status_code == 200
    small.app.state.house.readiness.leaving = True
    assert [(await visitor.get(path)).status_code for path in ("/readyz", "/healthz")] == [503, 200]


async def test_a_termination_waits_for_its_notice() -> None:
    stopped = asyncio.Event()
    before = signal.signal(signal.SIGTERM, lambda *_: stopped.set())
    readiness = Readiness()
    try:
        with readiness.notice(0.05):
            os.kill(os.getpid(), signal.SIGTERM)
            await until(lambda: readiness.leaving, "the notice")
            assert not stopped.is_set(), "those who ask have time to hear it"
            await until(stopped.is_set, "the stop")
    finally:
        signal.signal(signal.SIGTERM, before)


async def test_without_a_notice_nothing_stands_between_a_signal_and_the_server() -> None:
    before = signal.getsignal(signal.SIGTERM)
    with Readiness().notice(0):
        assert signal.getsignal(signal.SIGTERM) is before
