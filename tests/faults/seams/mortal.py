"""Imported before the server: it dies at a named point of its work, once a file that bears its process id names one."""

import asyncio
import os
import signal
from collections import defaultdict
from collections.abc import Collection
from pathlib import Path
from typing import Any

import live.catch_up
import live.tailer
from live.doorbell import Doorbell
from live.screen import Life, Screen
from live.speaker import Speaker
from live.tailer import Tailer
from live.turn import Turn
from ops.feed.workers import Registry
from ops.transaction import Done, Work
from tests.faults.deaths import BEFORE_COMMIT, BEFORE_THE_BELL, IN_CATCH_UP, IN_FAN_OUT, IN_REPORT, will

A_MOMENT = 0.01  # seconds: what was told to half of the screens has left by then

_finish, _ring, _speak, _report = Work.finish, Doorbell.ring, Speaker.speak, Registry.report
_beat = Tailer._say_beat
_catch_up = live.catch_up.catch_up


_dying: list[asyncio.TimerHandle] = []
_OURS = will(Path(os.environ["DATA_DIR"]), os.getpid())


def _is_here(point: str) -> bool:
    try:
        return _OURS.read_text() == point
    except FileNotFoundError:
        return False


def _die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


async def _finished(self: Work) -> Done:
    done = await _finish(self)
    if done.last and _is_here(BEFORE_COMMIT):
        _die()
    return done


async def _rung(self: Doorbell, position: int) -> None:
    if _is_here(BEFORE_THE_BELL):
        _die()
    await _ring(self, position)


def _spoken(self: Speaker, turn: Turn) -> None:
    """Tell half of the screens; the others hear nothing more, no heartbeat either: a dead worker says none."""
    if _dying:
        return
    told = [screen for viewing in turn.spoken for screen in turn.together[viewing].screens]
    heard = [screen for screen in (*turn.frames, *told) if screen.life is Life.LIVE]
    if heard and _is_here(IN_FAN_OUT):
        spared = set(heard[: len(heard) // 2])
        turn.frames = defaultdict(list, {screen: turn.frames[screen] for screen in spared & turn.frames.keys()})
        for together in turn.together.values():
            together.screens = [screen for screen in together.screens if screen in spared]
        _dying.append(asyncio.get_running_loop().call_later(A_MOMENT, _die))
    _speak(self, turn)


def _beaten(self: Tailer) -> None:
    if not _dying:
        _beat(self)


async def _caught_up(screens: Collection[Screen], *given: Any) -> Any:
    answers = await _catch_up(screens, *given)
    if any(isinstance(missed, list) and missed for missed in answers.values()) and _is_here(IN_CATCH_UP):
        _die()
    return answers


async def _reported(self: Registry, applied: int) -> bool:
    if _is_here(IN_REPORT):
        _die()
    return await _report(self, applied)


Work.finish = _finished  # type: ignore[method-assign]
Doorbell.ring = _rung  # type: ignore[method-assign]
Speaker.speak = _spoken  # type: ignore[method-assign]
Tailer._say_beat = _beaten  # type: ignore[method-assign]
Registry.report = _reported  # type: ignore[method-assign]
vars(live.tailer)["catch_up"] = _caught_up
