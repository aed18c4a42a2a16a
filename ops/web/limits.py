"""How often an address or an e-mail may try to sign in, and a token may ask; shared by all workers over Redis."""

import hashlib
import logging
from uuid import UUID

from limits import RateLimitItem, RateLimitItemPerMinute, parse
from limits.aio.storage import MemoryStorage, RedisStorage
from limits.aio.strategies import MovingWindowRateLimiter
from redis.asyncio import ConnectionPool
from redis.exceptions import RedisError

Try = tuple[RateLimitItem, str]

log = logging.getLogger(__name__)

PER_EMAIL = parse("10 per 5 minutes")  # a forgotten password is tried often; a guessed one needs far more
PER_ADDRESS = parse("60 per 5 minutes")  # a whole police station may share one address
CODES_PER_OFFICER = parse("10 per hour")  # of a million: who has the password guesses one in years
ANSWER_WITHIN = 2.0  # seconds for Redis to count a try; then this worker counts by itself


class SignInLimits:
    """Counts tries. Keys are hashed: no e-mail and no address enters Redis."""

    def __init__(self, redis_url: str) -> None:
        """Count in memory, or in Redis when there is one."""
        self._alone = MovingWindowRateLimiter(MemoryStorage())
        self._shared: MovingWindowRateLimiter | None = None
        self._connections: ConnectionPool | None = None
        if redis_url:
            self._connections = ConnectionPool.from_url(
                redis_url, socket_timeout=ANSWER_WITHIN, socket_connect_timeout=ANSWER_WITHIN
            )
            storage = RedisStorage(
                f"async+{redis_url}",
                implementation="redispy",
                connection_pool=self._connections,  # type: ignore[arg-type]  # any option of the client is passed on
            )
            self._shared = MovingWindowRateLimiter(storage)

    async def allows(self, email: str, address: str) -> bool:
        """Count one try; False when it is one too many. While Redis is away each worker counts by itself."""
        return await self._allows(
            (PER_EMAIL, f"email {email.strip().lower()}"),
            (PER_ADDRESS, f"address {address}"),
        )

    async def allows_code(self, officer: UUID) -> bool:
        """Count one code that was tried for an officer, wherever they try it; False when it is one too many."""
        return await self._allows((CODES_PER_OFFICER, f"code {officer.hex}"))

    async def allows_token(self, token: UUID, per_minute: int) -> bool:
        """Count one request of a token; False when it is one too many."""
        return await self._allows((RateLimitItemPerMinute(per_minute), f"token {token.hex}"))

    async def allows_address(self, address: str) -> bool:
        """Count what an address asked of us without saying who it is; False when it is one too many."""
        return await self._allows((PER_ADDRESS, f"unnamed {address}"))

    async def _allows(self, *tries: Try) -> bool:
        if self._shared is not None:
            try:
                return await _counted(self._shared, tries)
            except (RedisError, OSError) as away:
                log.warning("tries to sign in are counted by this worker alone (%s)", type(away).__name__)
        return await _counted(self._alone, tries)

    async def close(self) -> None:
        """Close the connections to Redis."""
        if self._connections is not None:
            await self._connections.disconnect()


async def _counted(limiter: MovingWindowRateLimiter, tries: tuple[Try, ...]) -> bool:
    allowed = [await limiter.hit(limit, hashlib.sha256(key.encode()).hexdigest()) for limit, key in tries]
    return all(allowed)
