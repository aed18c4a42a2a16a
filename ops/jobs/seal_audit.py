"""The audit is sealed shortly after it is written, in every web process; whoever comes first does it."""

import asyncio
import logging
import random

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from live.faults import told
from ops.audit.sealing import AT_ONCE, seal
from ops.transaction import Desk

log = logging.getLogger(__name__)

SEAL_EVERY = 20.0  # seconds: how long a row may stand unsealed, and how often a head is signed at most


async def seal_for_ever(desk: Desk, key: Ed25519PrivateKey) -> None:
    """Seal until cancelled. A failed round is logged, and the next one comes."""
    while True:
        await asyncio.sleep(SEAL_EVERY * random.uniform(0.5, 1.0))  # noqa: S311 - spread over the workers
        try:
            await seal_all(desk, key)
        except Exception as fault:  # noqa: BLE001 - nothing may stop the rounds
            log.error("sealing the audit failed: %s", told(fault))  # noqa: TRY400 - the words stay out


async def seal_all(desk: Desk, key: Ed25519PrivateKey) -> None:
    """Seal everything written so far, in transactions of bearable length."""
    while await seal(desk.database, key, desk.clock.now()) == AT_ONCE:
        pass
