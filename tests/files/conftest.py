"""A folder for storage, a folder for what is arriving, and pictures as cameras make them."""

from collections.abc import AsyncIterator, Awaitable, Callable
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from ops.files.intake import TakenIn, take_in
from ops.storage import Storage

Take = Callable[[bytes, str], Awaitable[TakenIn]]
Stored = Callable[[str], Awaitable[bytes]]
Encode = Callable[..., bytes]

PDF = b"%PDF-1.4\n1 0 obj\n<< /Title (Lease) >>\nendobj\ntrailer\n<< >>\nstartxref\n9\n%%EOF\n"


async def in_pieces(content: bytes) -> AsyncIterator[bytes]:
    for start in range(0, len(content), 65536):
        yield content[start : start + 65536]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "stored"


@pytest.fixture
def storage(folder: Path) -> Storage:
    return Storage.at(folder)


@pytest.fixture
def spool(tmp_path: Path) -> Path:
    path = tmp_path / "arriving"
    path.mkdir()
    return path


@pytest.fixture
def take(storage: Storage, spool: Path) -> Take:
    async def take(content: bytes, name: str) -> TakenIn:
        return await take_in(in_pieces(content), name, storage, spool)

    return take


@pytest.fixture
def stored(storage: Storage) -> Stored:
    async def read(key: str) -> bytes:
        return b"".join([piece async for piece in await storage.read(key)])

    return read


@pytest.fixture
def yard() -> Image.Image:
    """A picture that is red on its left and blue on its right, twice as wide as high."""
    picture = Image.new("RGB", (800, 400), "blue")
    picture.paste("red", (0, 0, 400, 400))
    return picture


@pytest.fixture
def encode() -> Encode:
    def encode(picture: Image.Image, kind: str, **options: object) -> bytes:
        paper = BytesIO()
        picture.save(paper, kind, **options)
        return paper.getvalue()

    return encode


@pytest.fixture
def photo(yard: Image.Image, encode: Encode) -> bytes:
    notes = Image.Exif()
    notes[0x010F] = "Shutterbug Nine"
    return encode(yard, "JPEG", exif=notes)
