"""What is refused, or fails on its way in, leaves nothing behind."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from ops.errors import Invalid
from ops.files.intake import MAX_BYTES, take_in
from ops.storage import Storage

from .conftest import PDF, Take, in_pieces


@pytest.mark.parametrize("name", ["photo.jpg", "agreement.pdf", "photo.heic"])
@pytest.mark.parametrize(
    "content",
    [
        b"<!doctype html><script>alert(1)</script>",
        b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
        b"MZ\x90\0" + bytes(200),
        b"plain words",
        b"",
        b"\xff\xd8\xff" + b"<script>alert(1)</script>",
        PDF.removesuffix(b"%%EOF\n"),
    ],
    ids=["html", "svg", "exe", "text", "empty", "script behind a signature", "half a pdf"],
)
async def test_what_is_refused_leaves_nothing_behind(
    take: Take, folder: Path, spool: Path, content: bytes, name: str
) -> None:
    with pytest.raises(Invalid) as refusal:
        await take(content, name)
    assert refusal.value.messages["photos"].startswith(f"{name}: this ")
    assert [*folder.iterdir(), *spool.iterdir()] == []


async def test_a_file_that_is_too_large_is_refused_while_it_streams(
    storage: Storage, folder: Path, spool: Path
) -> None:
    asked = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal asked
        while True:
            asked += 1
            yield b"\xff\xd8\xff" + bytes(1024 * 1024 - 3)

    with pytest.raises(Invalid) as refusal:
        await take_in(endless(), "film.jpg", storage, spool)
    assert refusal.value.messages == {"photos": "film.jpg: this file is larger than 25 MB. Send a smaller one."}
    assert asked == MAX_BYTES // 1024**2 + 1
    assert [*folder.iterdir(), *spool.iterdir()] == []


async def test_a_sender_who_hangs_up_leaves_nothing_behind(storage: Storage, folder: Path, spool: Path) -> None:
    async def interrupted() -> AsyncIterator[bytes]:
        yield b"\xff\xd8\xff"
        raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        await take_in(interrupted(), "yard.jpg", storage, spool)
    assert [*folder.iterdir(), *spool.iterdir()] == []


class FullStorage(Storage):
    """A storage whose disk is full when the second file comes."""

    puts = 0

    async def put(self, key: str, content: bytes | Path) -> None:
        self.puts += 1
        if self.puts == 2:
            raise OSError(28, "No space left on device")
        await super().put(key, content)


async def test_a_storage_that_fails_halfway_keeps_no_half(folder: Path, spool: Path, photo: bytes) -> None:
    with pytest.raises(OSError, match="No space left"):
        await take_in(in_pieces(photo), "yard.jpg", FullStorage.at(folder), spool)
    assert [*folder.iterdir(), *spool.iterdir()] == []
