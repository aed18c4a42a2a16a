"""The audit of a real cabinet: sealed by one sealer at a time, verified to its end, on both databases."""

import asyncio
import stat
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import delete, insert, select, update
from sqlmodel import col

from models.audit import Act, AuditHead, AuditReference, AuditRow
from models.base import new_id
from models.database import Database
from ops.audit import verifying
from ops.audit.filed_heads import heads_in, written
from ops.audit.keys import known_keys, name_of, signing_key
from ops.audit.sealing import AT_ONCE, seal
from ops.audit.verifying import Verdict, last_head, verify
from tests.cast import NOW, County, file, found_county

KEY = Ed25519PrivateKey.generate()
KEYS = {name_of(KEY.public_key()): KEY.public_key()}


async def write(database: Database, count: int, *references: str) -> list[AuditRow]:
    rows = [
        AuditRow(at=NOW + timedelta(microseconds=n), act=Act.OPENED, references=list(references)) for n in range(count)
    ]
    await file(database, *rows)
    return rows


async def judge(database: Database) -> Verdict:
    return await verify(database, KEYS)


async def in_order(database: Database) -> list[AuditRow]:
    async with database.reading() as session:
        rows = await session.execute(
            select(AuditRow).where(col(AuditRow.sequence).is_not(None)).order_by(col(AuditRow.sequence))
        )
        return list(rows.scalars())


async def test_everything_is_sealed_once_and_holds(database: Database) -> None:
    await write(database, AT_ONCE + 3)
    assert [await seal(database, KEY, NOW) for _ in range(3)] == [AT_ONCE, 3, 0]
    assert [row.sequence for row in await in_order(database)] == list(range(1, AT_ONCE + 4))
    verdict = await judge(database)
    assert (verdict.entries, verdict.fault, verdict.unsealed) == (AT_ONCE + 3, None, 0)
    assert verdict.good is not None
    assert verdict.good.sequence == AT_ONCE + 3


async def test_what_was_committed_late_is_sealed_all_the_same(database: Database) -> None:
    early = AuditRow(id=new_id(), at=NOW - timedelta(minutes=1), act=Act.LISTED)
    await write(database, 2)
    await seal(database, KEY, NOW)
    await file(database, early)
    await seal(database, KEY, NOW)
    assert [row.id for row in await in_order(database)][-1] == early.id
    assert (await judge(database)).fault is None


async def test_sealers_that_come_at_once_make_one_chain(database: Database) -> None:
    async def officer() -> None:
        for _ in range(20):
            await write(database, 1)

    async def sealer() -> None:
        for _ in range(20):
            await seal(database, KEY, NOW)

    await asyncio.gather(officer(), officer(), sealer(), sealer(), sealer())
    await seal(database, KEY, NOW)
    verdict = await judge(database)
    assert (verdict.entries, verdict.fault, verdict.unsealed) == (40, None, 0)


async def test_the_unsealed_tail_is_told(database: Database) -> None:
    await write(database, 2)
    await seal(database, KEY, NOW)
    await write(database, 3)
    verdict = await judge(database)
    assert (verdict.fault, verdict.unsealed, verdict.oldest_unsealed) == (None, 3, NOW)
    assert "Not sealed yet: 3, the oldest for 60 s." in verdict.told(NOW + timedelta(minutes=1))


Harm = Callable[[Database, AuditRow, AuditRow], Awaitable[None]]


async def altered(database: Database, row: AuditRow, _: AuditRow) -> None:
    async with database.writing() as session:
        await session.execute(update(AuditRow).where(col(AuditRow.id) == row.id).values(act=Act.LISTED))


async def dated_back(database: Database, row: AuditRow, _: AuditRow) -> None:
    async with database.writing() as session:
        at = row.at - timedelta(microseconds=1)
        await session.execute(update(AuditRow).where(col(AuditRow.id) == row.id).values(at=at))


async def deleted(database: Database, row: AuditRow, _: AuditRow) -> None:
    async with database.writing() as session:
        await session.execute(delete(AuditReference).where(col(AuditReference.audit_id) == row.id))
        await session.execute(delete(AuditRow).where(col(AuditRow.id) == row.id))


async def swapped(database: Database, row: AuditRow, other: AuditRow) -> None:
    async with database.writing() as session:
        places = [(row.id, -1, row.seal), (other.id, row.sequence, row.seal), (row.id, other.sequence, other.seal)]
        for name, sequence, seal_ in places:
            await session.execute(
                update(AuditRow).where(col(AuditRow.id) == name).values(sequence=sequence, seal=seal_)
            )


async def hidden_from_searches(database: Database, row: AuditRow, _: AuditRow) -> None:
    async with database.writing() as session:
        await session.execute(delete(AuditReference).where(col(AuditReference.audit_id) == row.id))


async def added_to_searches(database: Database, row: AuditRow, _: AuditRow) -> None:
    async with database.writing() as session:
        owner = (await session.execute(select(col(AuditReference.owner_agency_id)).limit(1))).scalar_one()
        await session.execute(
            insert(AuditReference),
            [{"audit_id": row.id, "reference": "b" * 26, "owner_agency_id": owner, "listed": False}],
        )


@pytest.mark.parametrize(
    "harm", [altered, dated_back, deleted, swapped, hidden_from_searches, added_to_searches], ids=lambda f: f.__name__
)
async def test_the_first_bad_entry_is_named(database: Database, harm: Harm, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verifying, "BATCH", 4)
    county: County = await found_county(database)
    for _ in range(5):
        await write(database, 2, county.case.reference)
        await seal(database, KEY, NOW)
    assert (await judge(database)).fault is None
    rows = await in_order(database)
    await harm(database, rows[4], rows[8])
    verdict = await judge(database)
    assert verdict.fault is not None
    assert verdict.fault.sequence == 5
    assert verdict.good is not None
    assert verdict.good.sequence == 4
    assert "WRONG: entry 5" in verdict.told(NOW)


async def test_a_cut_end_is_found_by_the_head_on_file(database: Database, tmp_path: Path) -> None:
    await write(database, 4)
    await seal(database, KEY, NOW)
    head = await last_head(database)
    assert head is not None
    (tmp_path / "heads").write_text(f"{written(head)}\n")
    async with database.writing() as session:
        await session.execute(delete(AuditHead))
        await session.execute(delete(AuditRow).where(col(AuditRow.sequence) > 2))
    assert (await judge(database)).fault is None  # whoever owns the database can cut it, and leave no trace in it
    verdict = await verify(database, KEYS, heads_in(tmp_path / "heads"))
    assert verdict.fault is not None
    assert (verdict.fault.sequence, "missing" in verdict.fault.what) == (3, True)


def test_a_file_that_holds_no_heads_is_refused(tmp_path: Path) -> None:
    (tmp_path / "heads").write_text('{"something": "else"}\n')
    with pytest.raises(ValueError, match="no signed head"):
        heads_in(tmp_path / "heads")


def test_the_key_is_made_once_for_its_owner_alone_and_leaves_its_public_half(tmp_path: Path) -> None:
    path = tmp_path / "data" / "audit.key"
    key = signing_key(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    name = name_of(key.public_key())
    assert name_of(signing_key(path).public_key()) == name
    path.unlink()  # rotation: the next start makes a new one, the old heads stay verifiable
    newer = name_of(signing_key(path).public_key())
    assert set(known_keys(tmp_path / "data")) == {name, newer}


async def test_heads_of_a_retired_key_still_count(database: Database) -> None:
    newer = Ed25519PrivateKey.generate()
    await write(database, 2)
    await seal(database, KEY, NOW)
    await write(database, 2)
    await seal(database, newer, datetime.now(UTC))
    assert (await verify(database, {**KEYS, name_of(newer.public_key()): newer.public_key()})).fault is None
    assert (await judge(database)).fault is not None
