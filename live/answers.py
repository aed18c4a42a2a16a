"""Answers under way: pages being read, pages and downloads being sent; none goes on once its officer lost it."""

from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol
from uuid import UUID

LOOK_EVERY = timedelta(seconds=0.5)  # how long after an end by time a long download may go on

_UNDER_WAY: ContextVar["Answer | None"] = ContextVar("answer", default=None)


@dataclass(eq=False, slots=True)
class Answer:
    """One answer. While it is read, any change of access makes it outdated; while it is sent, losing it cuts it."""

    cut: Callable[[], None]  # ends the connection; nothing that is buffered leaves
    officer: UUID | None = None
    sign_in: UUID | None = None
    references: set[str] = field(default_factory=set)
    outdated: bool = False
    sending: bool = False


class Reader(Protocol):
    """What is asked of a snapshot."""

    now: datetime

    async def may_still_read(self, answer: Answer, touched: Collection[UUID]) -> bool:
        """Say whether the officer of an answer may read all of it now, and none of it is what access changed on."""
        ...


class Answers:
    """Every answer of one worker that is not yet whole in the kernel's hands."""

    def __init__(self) -> None:
        """Start with none."""
        self._under_way: set[Answer] = set()
        self._judged_at: datetime | None = None

    @contextmanager
    def begin(self, cut: Callable[[], None]) -> Iterator[Answer]:
        """Register an answer before it reads anything, until its last byte has left."""
        answer = Answer(cut)
        self._under_way.add(answer)
        token = _UNDER_WAY.set(answer)
        try:
            yield answer
        finally:
            _UNDER_WAY.reset(token)
            self._under_way.discard(answer)

    def outdate(self) -> None:
        """Access changed: what is being read may have been read before that."""
        for answer in self._under_way:
            answer.outdated = answer.outdated or not answer.sending

    async def judge(self, snapshot: Reader, touched: Collection[UUID]) -> None:
        """Cut what is being sent to those who lost it: when access changed, and from time to time for ends by time."""
        sent = [answer for answer in self._under_way if answer.sending]
        rested = self._judged_at is None or snapshot.now - self._judged_at >= LOOK_EVERY
        if not sent or not (touched or rested):
            return
        self._judged_at = snapshot.now
        for answer in sent:
            if not await snapshot.may_still_read(answer, touched):
                answer.cut()


def discloses(officer: UUID, sign_in: UUID | None, references: Collection[str]) -> None:
    """Note of the answer under way whose it is and what it shows; called before its first byte leaves."""
    if (answer := _UNDER_WAY.get()) is not None:
        answer.officer, answer.sign_in = officer, sign_in
        answer.references.update(references)


def disclosed_long_ago(references: Collection[str]) -> None:
    """Note that these left so long ago that nothing of them waits here: a long answer is judged by what goes on."""
    if (answer := _UNDER_WAY.get()) is not None:
        answer.references.difference_update(references)


def begins_anew() -> None:
    """Note that the answer under way reads from here on, after a wait in which access changed by its own act."""
    if (answer := _UNDER_WAY.get()) is not None:
        answer.outdated = False
