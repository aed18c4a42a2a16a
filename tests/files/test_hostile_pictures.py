"""Broken pictures and bombs are refused in plain words."""

import struct
import zlib
from pathlib import Path

import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from ops.errors import Invalid
from ops.files.kinds import Kind

from .conftest import Encode
from .seen import redrawn


@pytest.mark.parametrize("kind", [Kind.JPEG, Kind.PNG, Kind.WEBP, Kind.HEIF])
@pytest.mark.parametrize("share", [0.02, 0.5, 0.9])
def test_a_picture_that_did_not_arrive_whole_is_refused(
    tmp_path: Path, encode: Encode, kind: Kind, share: float
) -> None:
    noise = Image.effect_noise((600, 400), 90).convert("RGB")
    content = encode(noise, kind.removeprefix("image/").upper())
    with pytest.raises(Invalid) as refusal:
        redrawn(tmp_path, content[: int(len(content) * share)], kind)
    message = "photo.jpg: this picture is damaged or did not arrive whole. Send it again."
    assert refusal.value.messages == {"photos": message}


def png_chunk(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))


@pytest.mark.parametrize("side", [7142, 12_000, 60_000])
def test_a_small_file_that_unfolds_into_a_huge_picture_is_refused(tmp_path: Path, side: int) -> None:
    header = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    bomb = b"\x89PNG\r\n\x1a\n" + png_chunk(b"IHDR", header) + png_chunk(b"IDAT", zlib.compress(bytes(10_000)))
    with pytest.raises(Invalid) as refusal:
        redrawn(tmp_path, bomb, Kind.PNG)
    assert "more than 51 megapixels" in refusal.value.messages["photos"]


@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
def test_a_bomb_is_refused_where_warnings_stop_nobody(tmp_path: Path) -> None:
    header = struct.pack(">IIBBBBB", 9000, 9000, 8, 2, 0, 0, 0)
    bomb = b"\x89PNG\r\n\x1a\n" + png_chunk(b"IHDR", header) + png_chunk(b"IDAT", zlib.compress(bytes(10_000)))
    with pytest.raises(Invalid, match="more than 51 megapixels"):
        redrawn(tmp_path, bomb, Kind.PNG)


def test_words_that_unfold_into_megabytes_inside_a_picture_are_refused(
    tmp_path: Path, yard: Image.Image, encode: Encode
) -> None:
    words = PngInfo()
    words.add_text("Comment", "a" * 60_000_000, zip=True)
    with pytest.raises(Invalid):
        redrawn(tmp_path, encode(yard, "PNG", pnginfo=words), Kind.PNG)


def test_a_picture_is_decoded_only_as_what_it_was_judged_to_be(
    tmp_path: Path, yard: Image.Image, encode: Encode
) -> None:
    with pytest.raises(Invalid):
        redrawn(tmp_path, encode(yard, "GIF"), Kind.JPEG)
