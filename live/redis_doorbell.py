"""A doorbell over Redis or Valkey pub/sub: several processes hear each other, and outages only delay."""

import asyncio
import logging
import random
from contextlib import suppress

from broadcaster import Event
from broadcaster._backends.base import BroadcastBackend
from redis.asyncio import Redis
from redis.asyncio.client import PubSub
from redis.exceptions import RedisError

log = logging.getLogger(__name__)

FIRST_WAIT = 0.1  # seconds before the first new try
LONGEST_WAIT = 5.0  # seconds between tries while the server stays away
PROBE_EVERY = 5.0  # seconds of silence after which we ring ourselves: a frozen server is noticed no other way
ANSWER_WITHIN = 2.0  # seconds for any one exchange with the server
RING_WITHIN = 0.5  # seconds that an officer's answer may wait for a ring; workers look by themselves anyway
PROBE = "0"  # position 0 exists always: hearing it proves the whole way there and back
MISSED = "-1"  # not sent to anyone: tells our own listener to look, because rings may have been lost
_AWAY = (RedisError, OSError, TimeoutError, AttributeError)  # AttributeError: a subscribe that races a reconnect


class RedisBackend(BroadcastBackend):
    """One subscription per process, made before anything listens, remade for ever when it breaks.

    Rings coalesce to the newest. After every confirmed subscription the listener is told to look.
    """

    def __init__(self, url: str) -> None:
        """Take a redis:// or rediss:// address; publishing and subscribing use clients of their own."""
        self._publisher = Redis.from_url(url, socket_timeout=ANSWER_WITHIN, socket_connect_timeout=ANSWER_WITHIN)
        self._subscriber = Redis.from_url(url, socket_connect_timeout=ANSWER_WITHIN)
        self._channel = ""
        self._newest: Event | None = None
        self._rung = asyncio.Event()
        self._listener: asyncio.Task[None] | None = None
        self.sound = False

    async def connect(self) -> None:
        """Nothing yet: the listener connects once the channel is known."""

    async def disconnect(self) -> None:
        """Stop listening and close both clients."""
        if self._listener is not None:
            self._listener.cancel()
            with suppress(asyncio.CancelledError):
                await self._listener
        for client in (self._publisher, self._subscriber):
            with suppress(*_AWAY):
                await client.aclose()

    async def subscribe(self, channel: str) -> None:
        """Start the one listener."""
        self._channel = channel
        if self._listener is None:
            self._listener = asyncio.create_task(self._listen(), name="doorbell")

    async def unsubscribe(self, channel: str) -> None:
        """The subscription lives as long as the process."""

    async def publish(self, channel: str, message: str) -> None:
        """Ring; once more after a failure, because the first try after a restart always fails. Never raises."""
        with suppress(TimeoutError):
            async with asyncio.timeout(RING_WITHIN):
                for _ in range(2):
                    try:
                        await self._publisher.publish(channel, message)
                    except _AWAY:
                        continue
                    return
        log.warning("the doorbell did not ring; screens will look by themselves")

    async def next_published(self) -> Event:
        """Wait for the newest ring."""
        await self._rung.wait()
        self._rung.clear()
        assert self._newest is not None  # noqa: S101 - set before every wake
        return self._newest

    def _hear(self, message: str) -> None:
        self._newest = Event(self._channel, message)
        self._rung.set()

    async def _listen(self) -> None:
        wait = FIRST_WAIT
        while True:
            try:
                await self._subscribe_and_hear()
            except _AWAY as away:
                log.warning("the doorbell is away (%s)", type(away).__name__)
            if self.sound:
                wait = FIRST_WAIT
            self.sound = False
            self._hear(MISSED)
            await asyncio.sleep(random.uniform(0, wait))  # noqa: S311 - jitter, not a secret
            wait = min(2 * wait, LONGEST_WAIT)

    async def _subscribe_and_hear(self) -> None:
        pubsub = self._subscriber.pubsub()
        try:
            async with asyncio.timeout(ANSWER_WITHIN):
                await pubsub.subscribe(self._channel)
            await self._hear_until_silent(pubsub)
        finally:
            with suppress(*_AWAY):
                await pubsub.aclose()  # type: ignore[no-untyped-call]  # redis-py leaves it untyped

    async def _hear_until_silent(self, pubsub: PubSub) -> None:
        probed = False
        while True:
            message = await pubsub.get_message(timeout=ANSWER_WITHIN if probed else PROBE_EVERY)
            if message is None:
                if probed:
                    raise TimeoutError
                probed = True
                await self._publisher.publish(self._channel, PROBE)
                continue
            probed = False
            if message["type"] == "subscribe":
                self.sound = True
                self._hear(MISSED)  # whatever was rung before this confirmation was lost
            elif message["data"] != PROBE.encode():
                self._hear(message["data"].decode())
