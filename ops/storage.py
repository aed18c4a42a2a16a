"""Where files lie: one local folder or one bucket, written once under keys that say nothing."""

import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from urllib.parse import unquote, urlsplit

import obstore
from obstore.exceptions import AlreadyExistsError
from obstore.store import LocalStore, ObjectStore, from_url

from ops.errors import Conflict, NotFound

KEY_BYTES = 32  # 256 random bits: a key cannot be guessed and tells neither what lies under it nor when it came
CHUNK_BYTES = 64 * 1024  # small enough that a slow phone does not hold megabytes of memory
OWNER_ONLY = 0o700  # other users of the machine may not list or open the folder


def new_key() -> str:
    """Make the random name under which one file will lie: 64 characters."""
    return secrets.token_hex(KEY_BYTES)


class Storage:
    """One contract for a folder and for a bucket. Whatever is stored is never overwritten."""

    def __init__(self, store: ObjectStore) -> None:
        """Keep files in a store that is already open; `Storage.at` opens one from an address."""
        self._store = store

    @classmethod
    def at(cls, place: str | Path) -> "Storage":
        """Open a folder (made if absent) or an address such as `s3://bucket/prefix`.

        A bucket's credentials, region and endpoint come from its usual environment variables (`AWS_...`). An address
        of an unknown kind is an obstore error at once, not at the first photo.
        """
        folder = _folder(place)
        if folder is None:
            return cls(from_url(str(place)))
        folder.mkdir(mode=OWNER_ONLY, parents=True, exist_ok=True)
        return cls(LocalStore(prefix=folder))

    async def put(self, key: str, content: bytes | Path) -> None:
        """Store bytes, or a whole file from disk, under a new key; all of it or nothing.

        A key already taken is a Conflict and the file under it stays as it was. Only a write in one piece can promise
        that on every store, so one file's bytes are in memory once: callers limit the size before.
        """
        try:
            await obstore.put_async(self._store, key, content, mode="create")
        except AlreadyExistsError:
            raise Conflict("A file is already stored under this key.") from None

    async def read(self, key: str) -> AsyncIterator[bytes]:
        """Open a stored file and give its bytes in pieces; NotFound before the first piece if nothing lies there."""
        try:
            found = await obstore.get_async(self._store, key)
        except FileNotFoundError:
            raise NotFound from None
        return (bytes(piece) async for piece in found.stream(min_chunk_size=CHUNK_BYTES))

    async def remove(self, *keys: str) -> None:
        """Delete files for good. A key under which nothing lies, or an empty one, is passed over."""
        for key in filter(None, keys):
            with suppress(FileNotFoundError):
                await obstore.delete_async(self._store, key)

    @asynccontextmanager
    async def kept_only_on_success(self, *keys: str) -> AsyncIterator[None]:
        """Delete the files under these keys if the block fails or is cancelled.

        Wrap the transaction that files their rows: a file that no row names could neither be seen nor be disposed of.
        """
        try:
            yield
        except BaseException:
            await self.remove(*keys)
            raise


def _folder(place: str | Path) -> Path | None:
    if isinstance(place, Path):
        return place
    if place.startswith("file://"):
        return Path(unquote(urlsplit(place).path))
    return None if "://" in place else Path(place)
