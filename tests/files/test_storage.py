"""One contract for every place where files lie."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from ops.errors import Conflict, NotFound
from ops.storage import CHUNK_BYTES, Storage, new_key


@pytest.fixture(params=["folder", "file address", "memory"])
def storage(request: pytest.FixtureRequest, tmp_path: Path) -> Storage:
    folder = tmp_path / "a folder"
    places: dict[str, str | Path] = {"folder": folder, "file address": folder.as_uri(), "memory": "memory:///"}
    return Storage.at(places[request.param])


async def whole(pieces: AsyncIterator[bytes]) -> bytes:
    return b"".join([piece async for piece in pieces])


async def test_what_is_stored_comes_back(storage: Storage) -> None:
    await storage.put("one", b"content")
    assert await whole(await storage.read("one")) == b"content"


async def test_a_file_from_disk_is_stored_whole(storage: Storage, tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.write_bytes(bytes(range(256)) * 40_000)
    await storage.put("large", source)
    assert await whole(await storage.read("large")) == source.read_bytes()


async def test_a_key_is_written_once_and_the_first_file_stays(storage: Storage) -> None:
    await storage.put("one", b"first")
    with pytest.raises(Conflict):
        await storage.put("one", b"second")
    assert await whole(await storage.read("one")) == b"first"


async def test_of_two_that_write_one_key_at_once_one_is_refused(storage: Storage) -> None:
    answers = await asyncio.gather(
        *(storage.put("one", str(each).encode()) for each in range(8)), return_exceptions=True
    )
    assert sorted(type(answer).__name__ for answer in answers) == ["Conflict"] * 7 + ["NoneType"]


async def test_an_absent_file_is_not_found_before_its_first_piece(storage: Storage) -> None:
    with pytest.raises(NotFound):
        await storage.read(new_key())


async def test_a_removed_file_is_gone_and_removing_it_again_is_no_fault(storage: Storage) -> None:
    await storage.put("one", b"content")
    await storage.remove("one", "never there", "")
    await storage.remove("one")
    with pytest.raises(NotFound):
        await storage.read("one")


async def test_no_key_leads_out_of_the_storage(storage: Storage) -> None:
    with pytest.raises(ValueError, match=r"\.\."):
        await storage.put("../outside", b"content")


async def test_files_of_a_failed_transaction_are_removed_and_others_stay(storage: Storage) -> None:
    await storage.put("mine", b"content")
    await storage.put("theirs", b"content")
    with pytest.raises(ZeroDivisionError):
        async with storage.kept_only_on_success("mine", "not yet written"):
            raise ZeroDivisionError
    with pytest.raises(NotFound):
        await storage.read("mine")
    assert await whole(await storage.read("theirs")) == b"content"


async def test_files_of_a_cancelled_request_are_removed(storage: Storage) -> None:
    async def request() -> None:
        async with storage.kept_only_on_success("mine"):
            await storage.put("mine", b"content")
            await asyncio.sleep(60)

    task = asyncio.create_task(request())
    await asyncio.sleep(0.1)
    task.cancel()
    await asyncio.wait([task])
    with pytest.raises(NotFound):
        await storage.read("mine")


async def test_files_of_a_transaction_that_succeeds_stay(storage: Storage) -> None:
    async with storage.kept_only_on_success("mine"):
        await storage.put("mine", b"content")
    assert await whole(await storage.read("mine")) == b"content"


async def test_a_large_file_in_a_folder_is_read_in_small_pieces(tmp_path: Path) -> None:
    storage = Storage.at(tmp_path / "stored")
    await storage.put("large", bytes(1_000_000))
    sizes = [len(piece) async for piece in await storage.read("large")]
    assert max(sizes) <= 2 * CHUNK_BYTES


def test_other_users_of_the_machine_may_not_list_the_folder(tmp_path: Path) -> None:
    Storage.at(tmp_path / "stored")
    assert (tmp_path / "stored").stat().st_mode & 0o077 == 0


def test_keys_are_long_random_and_never_twice_the_same() -> None:
    keys = {new_key() for _ in range(1000)}
    assert len(keys) == 1000
    assert {len(key) for key in keys} == {64}


def test_a_bucket_is_opened_by_its_address() -> None:
    assert "bucket" in repr(Storage.at("s3://bucket/prefix")._store)
