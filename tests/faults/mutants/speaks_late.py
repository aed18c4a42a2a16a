"""A turn says what it has decided, however late it is."""

from live.aggregates import Aggregates
from live.hub import Hub
from live.speaker import Speaker
from live.standing import Standing

_made = Speaker.__init__


def _careless(self: Speaker, hub: Hub, aggregates: Aggregates, _: object) -> None:
    _made(self, hub, aggregates, lambda: True)


async def _never(*_: object) -> None:
    """Look at the journal once a turn."""


Speaker.__init__ = _careless  # type: ignore[method-assign,assignment]
Standing.look_again = _never  # type: ignore[method-assign,assignment]
