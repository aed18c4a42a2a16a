"""Rows that stand for themselves go to the database with those that come at the same time."""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import SQLModel


@dataclass(frozen=True, slots=True)
class _Brought:
    rows: Sequence[SQLModel]
    filed: "asyncio.Future[None]"


class Filing:
    """While one transaction is written, what is brought waits, and goes in the next one together."""

    def __init__(self, writing: Callable[[], AbstractAsyncContextManager[AsyncSession]]) -> None:
        """Take what opens a transaction."""
        self._writing = writing
        self._waiting: list[_Brought] = []
        self._at_work: asyncio.Task[None] | None = None

    async def file(self, rows: Sequence[SQLModel]) -> None:
        """File new rows, all or none; returns once they are committed, and raises what kept them from it."""
        brought = _Brought(rows, asyncio.get_running_loop().create_future())
        self._waiting.append(brought)
        if self._at_work is None or self._at_work.done():
            self._at_work = asyncio.create_task(self._work())
        await brought.filed

    async def close(self) -> None:
        """Wait for what is being written."""
        if self._at_work is not None:
            await asyncio.gather(self._at_work, return_exceptions=True)

    async def _work(self) -> None:
        while self._waiting:
            taken, self._waiting = self._waiting, []
            await self._write(taken)

    async def _write(self, taken: Sequence[_Brought]) -> None:
        try:
            async with self._writing() as session:
                session.add_all(row for brought in taken for row in brought.rows)
        except Exception as fault:  # noqa: BLE001 - raised where the rows came from
            if len(taken) > 1:  # one of them may be at fault, and the others must not suffer for it
                for brought in taken:
                    await self._write([brought])
            elif not taken[0].filed.done():
                taken[0].filed.set_exception(fault)
        else:
            for brought in taken:
                if not brought.filed.done():
                    brought.filed.set_result(None)
