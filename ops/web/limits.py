"""How often one address or one e-mail may try to sign in; shared by all workers when there is Redis."""

import hashlib

from limits import RateLimitItem, parse
from limits.aio.storage import MemoryStorage, RedisStorage, Storage
from limits.aio.strategies import MovingWindowRateLimiter

PER_EMAIL = parse("10 per 5 minutes")  # a forgotten password is tried often; a guessed one needs far more
PER_ADDRESS = parse("60 per 5 minutes")  # a whole police station may share one address


class SignInLimits:
    """Counts tries. Keys are hashed: no e-mail and no address enters Redis."""

    def __init__(self, redis_url: str) -> None:
        """Count in memory, or in Redis when there is one."""
        storage: Storage = (
            RedisStorage(f"async+{redis_url}", implementation="redispy") if redis_url else MemoryStorage()
        )
        self._limiter = MovingWindowRateLimiter(storage)

    async def allows(self, email: str, address: str) -> bool:
        """Count one try; False when it is one too many."""
        tries: tuple[tuple[RateLimitItem, str], ...] = (
            (PER_EMAIL, f"email {email.strip().lower()}"),
            (PER_ADDRESS, f"address {address}"),
        )
        allowed = [await self._limiter.hit(limit, hashlib.sha256(key.encode()).hexdigest()) for limit, key in tries]
        return all(allowed)
