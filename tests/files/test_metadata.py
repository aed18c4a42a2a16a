"""A shared picture is upright and holds nothing of what the camera wrote beside it."""

import struct
from fractions import Fraction
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from ops.files.kinds import Kind
from ops.files.shareable import Shareable

from .conftest import Encode
from .seen import SRGB, colour, redrawn, shown

MAKER = "Shutterbug Nine"
XMP = b"<x:xmpmeta xmlns:x='adobe:ns:meta/'>photographer Tom Reyes</x:xmpmeta>"
LATITUDE = (53, 7, Fraction(123457, 1000))
TELLING = [
    b"Exif",
    b"GPS",
    MAKER.encode(),
    b"Tom Reyes",
    b"xmpmeta",
    b"a comment",
    b"ICC_PROFILE",
    b"iCCP",
    struct.pack(">II", 123457, 1000),
    struct.pack("<II", 123457, 1000),
]


def camera_notes(orientation: int = 1) -> Image.Exif:
    notes = Image.Exif()
    notes[0x010F] = MAKER
    notes[0x0112] = orientation
    notes.get_ifd(0x8825).update({1: "N", 2: LATITUDE, 3: "W", 4: LATITUDE, 29: "2026:03:01"})
    return notes


def assert_tells_nothing(copy: Shareable) -> None:
    assert isinstance(copy.content, bytes)
    for content in (copy.content, copy.thumbnail):
        assert [word for word in TELLING if word in content] == []
        picture = Image.open(BytesIO(content))
        assert dict(picture.getexif()) == {}
        assert set(picture.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density", "progressive"}


@pytest.mark.parametrize("kind", [Kind.JPEG, Kind.PNG, Kind.WEBP, Kind.HEIF])
@pytest.mark.parametrize("see_through", [False, True])
@pytest.mark.parametrize("profile", [SRGB, b""], ids=["profile", "no profile"])
def test_not_one_byte_of_what_the_camera_wrote_is_shared(
    tmp_path: Path, yard: Image.Image, encode: Encode, kind: Kind, see_through: bool, profile: bytes
) -> None:
    if see_through and kind is not Kind.JPEG:
        yard.putalpha(Image.new("L", yard.size, 200))
    words = PngInfo()
    words.add_text("Comment", "a comment by Tom Reyes")
    extras = {"pnginfo": words} if kind is Kind.PNG else {"comment": b"a comment"} if kind is Kind.JPEG else {}
    name = kind.removeprefix("image/").upper()
    content = encode(yard, name, exif=camera_notes(), xmp=XMP, icc_profile=profile, **extras)
    assert MAKER.encode() in content
    assert struct.pack(">II", 123457, 1000) in content
    assert_tells_nothing(redrawn(tmp_path, content, kind))


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_picture_is_upright_however_the_camera_was_held(
    tmp_path: Path, yard: Image.Image, encode: Encode, orientation: int
) -> None:
    held = {2: 0, 3: 3, 4: 1, 5: 5, 6: 2, 7: 6, 8: 4}  # how the sensor saw the yard, by Pillow's numbers
    seen = yard.transpose(Image.Transpose(held[orientation])) if orientation > 1 else yard
    copy = redrawn(tmp_path, encode(seen, "JPEG", exif=camera_notes(orientation)), Kind.JPEG)
    for picture in (shown(copy), Image.open(BytesIO(copy.thumbnail))):
        assert picture.width == 2 * picture.height
        assert (colour(picture, 10, 50), colour(picture, 90, 50)) == ("red", "blue")
    assert (copy.width, copy.height) == (800, 400)


@pytest.mark.filterwarnings("ignore::UserWarning")
def test_a_picture_with_damaged_camera_notes_is_shared_all_the_same(
    tmp_path: Path, yard: Image.Image, encode: Encode
) -> None:
    content = encode(yard, "JPEG", exif=b"Exif\0\0MM\0*\0\0\0\x08\xff\xff" + b"\xfe" * 40)
    assert redrawn(tmp_path, content, Kind.JPEG).width == 800
