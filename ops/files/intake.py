"""The one way in for a file: counted and hashed as it streams, judged by content, sealed, and copied clean."""

import asyncio
import hashlib
from collections.abc import AsyncIterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from ops.files.documents import as_it_came
from ops.files.kinds import HEAD_BYTES, Kind, judge
from ops.files.names import clean_name, named_for
from ops.files.pictures import redraw
from ops.files.refused import refused
from ops.files.shareable import Shareable
from ops.storage import Storage, new_key

MAX_BYTES = 25 * 1024 * 1024  # a phone's largest photo or a scanned agreement; also what may be in memory at once
STUDIOS = 2  # pictures redrawn at a time in a process: the largest need 0.1 GB as JPEG, 0.5 as HEIC, 0.9 as WebP

_studio = ThreadPoolExecutor(STUDIOS, thread_name_prefix="pictures")


@dataclass(frozen=True)
class TakenIn:
    """A file in storage, ready to become an Attachment.

    `size` and `sha256` are of the original as it was sent. `media_type`, `shared_size`, `width` and `height` are of
    the shared copy, and `name` ends as that type does. The sealed key is never served to those who see the parent.
    """

    name: str
    media_type: str
    size: int
    sha256: str
    sealed_key: str
    shared_key: str
    shared_size: int
    thumbnail_key: str
    width: int
    height: int

    @property
    def keys(self) -> tuple[str, str, str]:
        """Give what to remove from storage if the row is not filed after all."""
        return self.sealed_key, self.shared_key, self.thumbnail_key


@dataclass(frozen=True)
class _Original:
    path: Path
    size: int
    sha256: str


async def take_in(pieces: AsyncIterable[bytes], name: str, storage: Storage, spool: Path | None = None) -> TakenIn:
    """Take one file in: the original sealed, a clean copy to share, each under its own random key.

    Raises Invalid with words for the officer if it is empty, over MAX_BYTES, of a kind not on the list, broken or a
    decompression bomb. After any failure nothing of it is left, neither in storage nor in `spool`, the existing
    folder where it is put while it arrives (the system's own unless told). The rows come later: wrap their
    transaction in `storage.kept_only_on_success(*taken.keys)`.
    """
    called = clean_name(name)
    with TemporaryDirectory(prefix="arriving-", dir=spool) as folder:
        original = await _arrived(pieces, Path(folder) / "original", called)
        loop = asyncio.get_running_loop()
        shareable = await loop.run_in_executor(_studio, _shareable, original.path, called)
        return await _stored(original, shareable, called, storage)


async def _arrived(pieces: AsyncIterable[bytes], path: Path, name: str) -> _Original:
    size, digest = 0, hashlib.sha256()
    with await asyncio.to_thread(path.open, "wb") as file:
        async for piece in pieces:
            size += len(piece)
            if size > MAX_BYTES:
                raise refused(name, f"this file is larger than {MAX_BYTES // 1024**2} MB. Send a smaller one.")
            digest.update(piece)
            await asyncio.to_thread(file.write, piece)
    if not size:
        raise refused(name, "this file is empty. Choose it again.")
    return _Original(path, size, digest.hexdigest())


def _shareable(path: Path, name: str) -> Shareable:
    with path.open("rb") as file:
        kind = judge(file.read(HEAD_BYTES), name)
    return as_it_came(path, name) if kind is Kind.PDF else redraw(path, kind, name)


async def _stored(original: _Original, copy: Shareable, name: str, storage: Storage) -> TakenIn:
    sealed, shared, thumbnail = new_key(), new_key(), new_key() if copy.thumbnail else ""
    async with storage.kept_only_on_success(sealed, shared, thumbnail):
        await storage.put(sealed, original.path)
        await storage.put(shared, copy.content)
        if thumbnail:
            await storage.put(thumbnail, copy.thumbnail)
    return TakenIn(
        name=named_for(name, copy.media_type),
        media_type=str(copy.media_type),
        size=original.size,
        sha256=original.sha256,
        sealed_key=sealed,
        shared_key=shared,
        shared_size=copy.size,
        thumbnail_key=thumbnail,
        width=copy.width,
        height=copy.height,
    )
