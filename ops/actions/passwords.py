"""Passwords, hashed with argon2id in a small pool of threads so that a rush of sign-ins cannot starve the board."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

HASHERS = 2  # at most so many hashes at once: each takes 19 MiB and about 40 ms of one core

_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_pool = ThreadPoolExecutor(HASHERS, thread_name_prefix="argon2")
_NOBODY = _hasher.hash("no password opens this")  # judged for unknown addresses, so that both take as long


def hashed(password: str) -> str:
    """Hash a password; about 40 ms."""
    return _hasher.hash(password)


async def matches(password: str, password_hash: str | None) -> bool:
    """Judge a password. An absent hash takes as long as a wrong password."""
    return await asyncio.get_running_loop().run_in_executor(_pool, _judge, password, password_hash)


async def hashed_aside(password: str) -> str:
    """Hash a password in the pool."""
    return await asyncio.get_running_loop().run_in_executor(_pool, hashed, password)


def _judge(password: str, password_hash: str | None) -> bool:
    try:
        _hasher.verify(password_hash or _NOBODY, password)
    except (VerificationError, InvalidHashError):
        return False
    return bool(password_hash)
