"""Brings staged tables in, batch by batch; one process at a time holds an import, and another goes on when it dies."""

import asyncio
import logging

from live.faults import told
from ops.actions.import_publishing import publish_batch, take_one
from ops.transaction import Desk

log = logging.getLogger(__name__)

LOOK_EVERY = 1.0  # seconds
BREATH = 0.02  # seconds between two batches, for whoever waits to write


async def publish_for_ever(desk: Desk) -> None:
    """Look for tables to bring in until cancelled. A failed round is logged, and the next one comes."""
    while True:
        await asyncio.sleep(LOOK_EVERY)
        try:
            await publish_waiting(desk)
        except Exception as fault:  # noqa: BLE001 - nothing may stop the rounds
            log.error("bringing in failed: %s", told(fault))  # noqa: TRY400 - the words stay out


async def publish_waiting(desk: Desk) -> None:
    """Bring in everything that waits."""
    while (taken := await take_one(desk)) is not None:
        more = True
        while more:
            more = await publish_batch(desk, taken)
            await asyncio.sleep(BREATH)
