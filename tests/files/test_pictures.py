"""A shared picture shows what the camera saw, in a size and in colours that every screen can show."""

from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from ops.files.kinds import Kind
from ops.files.pictures import MAX_SIDE, THUMBNAIL_SIDE

from .conftest import Encode
from .seen import SRGB, colour, redrawn, shown


def test_a_picture_from_an_iphone_is_shared_as_jpeg(tmp_path: Path, yard: Image.Image, encode: Encode) -> None:
    copy = redrawn(tmp_path, encode(yard, "HEIF"), Kind.HEIF)
    assert (copy.media_type, shown(copy).format) == ("image/jpeg", "JPEG")
    assert (colour(shown(copy), 10, 50), colour(shown(copy), 90, 50)) == ("red", "blue")


def test_a_large_picture_is_shared_smaller_and_a_small_one_as_large_as_it_is(tmp_path: Path, encode: Encode) -> None:
    large = redrawn(tmp_path, encode(Image.new("RGB", (6000, 3000)), "JPEG"), Kind.JPEG)
    small = redrawn(tmp_path, encode(Image.new("RGB", (60, 30)), "JPEG"), Kind.JPEG)
    assert (large.width, large.height) == (MAX_SIDE, MAX_SIDE // 2)
    assert Image.open(BytesIO(large.thumbnail)).size == (THUMBNAIL_SIDE, THUMBNAIL_SIDE // 2)
    assert (small.width, small.height) == (60, 30)


def test_only_a_picture_with_something_see_through_is_shared_as_png(
    tmp_path: Path, yard: Image.Image, encode: Encode
) -> None:
    yard.putalpha(255)
    opaque = redrawn(tmp_path, encode(yard, "PNG"), Kind.PNG)
    yard.putpixel((0, 0), (0, 0, 0, 0))
    see_through = redrawn(tmp_path, encode(yard, "PNG"), Kind.PNG)
    assert (opaque.media_type, see_through.media_type) == ("image/jpeg", "image/png")
    assert shown(see_through).convert("RGBA").getpixel((0, 0))[3] == 0  # type: ignore[index]
    assert Image.open(BytesIO(see_through.thumbnail)).format == "JPEG"


@pytest.mark.parametrize("mode", ["1", "L", "P", "LA", "CMYK", "I;16"])
def test_a_picture_in_any_colour_mode_is_shared(tmp_path: Path, encode: Encode, mode: str) -> None:
    kind = Kind.JPEG if mode == "CMYK" else Kind.PNG
    white: Any = {"CMYK": (0, 0, 0, 0), "I;16": 65535, "1": 1, "LA": (255, 255)}.get(mode, 255)
    picture = Image.new("L", (40, 40), 255).convert("P") if mode == "P" else Image.new(mode, (40, 40), white)
    copy = redrawn(tmp_path, encode(picture, kind.removeprefix("image/").upper()), kind)
    assert min(shown(copy).convert("RGB").getpixel((20, 20))) > 250  # type: ignore[arg-type]


@pytest.mark.parametrize("profile", [SRGB, b""], ids=["profile", "no profile"])
def test_a_colour_that_stands_for_nothing_stays_see_through(
    tmp_path: Path, yard: Image.Image, encode: Encode, profile: bytes
) -> None:
    copy = redrawn(tmp_path, encode(yard, "PNG", transparency=(255, 0, 0), icc_profile=profile), Kind.PNG)
    alpha = shown(copy).getchannel("A")
    assert (alpha.getpixel((50, 200)), alpha.getpixel((750, 200))) == (0, 255)


def test_sixteen_bit_greys_stay_greys(tmp_path: Path, encode: Encode) -> None:
    copy = redrawn(tmp_path, encode(Image.new("I;16", (40, 40), 32768), "PNG"), Kind.PNG)
    assert shown(copy).convert("L").getpixel((20, 20)) == pytest.approx(128, abs=3)


def test_of_an_animation_only_the_first_frame_is_shared(tmp_path: Path, yard: Image.Image, encode: Encode) -> None:
    content = encode(yard, "WEBP", save_all=True, append_images=[Image.new("RGB", yard.size, "green")])
    copy = redrawn(tmp_path, content, Kind.WEBP)
    assert (copy.media_type, colour(shown(copy), 10, 50)) == ("image/jpeg", "red")


def test_a_double_picture_from_a_phone_is_shared_as_its_first(
    tmp_path: Path, yard: Image.Image, encode: Encode
) -> None:
    content = encode(yard, "MPO", save_all=True, append_images=[Image.new("RGB", yard.size, "green")])
    assert colour(shown(redrawn(tmp_path, content, Kind.JPEG)), 10, 50) == "red"


def test_colours_of_a_wider_profile_are_turned_into_those_of_every_screen(tmp_path: Path, encode: Encode) -> None:
    swapped = SRGB.replace(b"rXYZ", b"....").replace(b"bXYZ", b"rXYZ").replace(b"....", b"bXYZ")
    red = Image.new("RGB", (40, 40), "red")
    told = redrawn(tmp_path, encode(red, "JPEG", icc_profile=swapped), Kind.JPEG)
    assert colour(shown(told), 50, 50) == "blue"


def test_a_picture_with_a_damaged_colour_profile_is_shared_all_the_same(
    tmp_path: Path, yard: Image.Image, encode: Encode
) -> None:
    copy = redrawn(tmp_path, encode(yard, "JPEG", icc_profile=b"no profile at all"), Kind.JPEG)
    assert colour(shown(copy), 10, 50) == "red"
