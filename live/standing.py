"""How this worker stands with those who revoke: what it has let go of, what it has reported, and so its lease."""

from collections.abc import Sequence

from live.answers import Answers
from live.event import Event, Touch
from live.lease import Lease
from live.ports import Journal, Snapshot


class Standing:
    """Keeps one worker's lease. Only here is it renewed, and only in the order that live.lease proves right."""

    def __init__(self, journal: Journal, lease: Lease, answers: Answers) -> None:
        """Start with nothing reported."""
        self._journal = journal
        self._lease = lease
        self._answers = answers
        self._reported = False
        self.entered = False  # the registry did not know of us and does now: only what is read from here on counts

    def now(self) -> float:
        """Give the moment before a head is read."""
        return self._lease.clock()

    def may_speak(self) -> bool:
        """Say whether a byte of content may leave now."""
        return self._lease.holds()

    def doubt(self) -> None:
        """Trust nothing that was kept: all of it is applied, and reported, anew."""
        self._reported = False

    async def settle(self, snapshot: Snapshot, events: Sequence[Event], t0: float) -> None:
        """Let go of answers, report, renew; called once every screen that lost something can hear no more of it."""
        if any(event.touches is not Touch.CONTENT for event in events):
            self._reported = False
        if not self._reported:
            self._answers.outdate()
        touched = {event.subject for event in events if event.touches is Touch.ACCESS}
        await self._answers.judge(snapshot, touched)
        self.entered = False
        if not self._reported or not snapshot.registered:
            self._reported = await self._journal.report(snapshot.head)
            self.entered = not self._reported
        if self._reported:
            self._lease.renew(t0)

    async def look_again(self, snapshot: Snapshot) -> None:
        """Renew in a turn that takes long: while no access was changed since its head, all that it decided holds.

        The proof is the one of live.lease: what the newer head contains of access is what was applied and reported.
        """
        if self._reported and self._lease.wanes():
            t0 = self.now()
            if await self._journal.still_holds(snapshot.head, snapshot.epoch):
                self._lease.renew(t0)
