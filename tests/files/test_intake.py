"""A file comes in once, is sealed as it came, and is shared only clean."""

import asyncio
import hashlib
from io import BytesIO

from PIL import Image

from models.attachments import Attachment
from ops.files.intake import MAX_BYTES

from .conftest import PDF, Encode, Stored, Take


async def test_the_original_is_sealed_byte_for_byte_with_its_own_hash(take: Take, stored: Stored, photo: bytes) -> None:
    taken = await take(photo, "yard.jpg")
    assert await stored(taken.sealed_key) == photo
    assert (taken.sha256, taken.size) == (hashlib.sha256(photo).hexdigest(), len(photo))


async def test_what_is_shared_is_clean_and_measured(take: Take, stored: Stored, photo: bytes) -> None:
    taken = await take(photo, "yard.jpg")
    shared = await stored(taken.shared_key)
    assert b"Shutterbug" in photo
    assert b"Shutterbug" not in shared + await stored(taken.thumbnail_key)
    assert (taken.shared_size, taken.width, taken.height) == (len(shared), 800, 400)
    assert Image.open(BytesIO(await stored(taken.thumbnail_key))).size == (320, 160)


async def test_a_file_is_judged_by_its_content_and_called_by_what_is_shared(
    take: Take, yard: Image.Image, encode: Encode
) -> None:
    yard.putalpha(100)
    taken = await take(encode(yard, "PNG"), "../yard.jpg")
    assert (taken.name, taken.media_type) == ("yard.png", "image/png")


async def test_a_photo_from_an_iphone_comes_in(take: Take, yard: Image.Image, encode: Encode) -> None:
    taken = await take(encode(yard, "HEIF"), "IMG_0042.HEIC")
    assert (taken.name, taken.media_type) == ("IMG_0042.jpg", "image/jpeg")


async def test_a_pdf_is_shared_as_it_came_under_a_key_of_its_own(take: Take, stored: Stored) -> None:
    taken = await take(PDF, "lease.pdf")
    assert await stored(taken.shared_key) == await stored(taken.sealed_key) == PDF
    assert taken.shared_key != taken.sealed_key
    assert (taken.media_type, taken.shared_size, taken.thumbnail_key, taken.width) == (
        "application/pdf",
        len(PDF),
        "",
        0,
    )


async def test_keys_say_nothing_and_the_same_photo_twice_lies_under_different_ones(take: Take, photo: bytes) -> None:
    first, second = await take(photo, "yard.jpg"), await take(photo, "yard.jpg")
    keys = {*first.keys, *second.keys}
    assert len(keys) == 6
    assert not any(first.sha256[:12] in key or "yard" in key for key in keys)


async def test_what_was_taken_in_fits_an_attachment(take: Take, photo: bytes) -> None:
    taken = await take(photo, "a very long name " * 20)
    attachment = Attachment(**vars(taken))
    assert len(attachment.name) <= 160
    assert max(len(key) for key in taken.keys) <= 80


async def test_a_file_of_just_the_limit_comes_in(take: Take, stored: Stored, photo: bytes) -> None:
    taken = await take(photo + bytes(MAX_BYTES - len(photo)), "yard.jpg")
    assert taken.size == MAX_BYTES
    assert taken.shared_size < MAX_BYTES // 100


async def test_many_photos_at_once_do_not_stop_the_process(take: Take, encode: Encode) -> None:
    content = encode(Image.effect_noise((3000, 2000), 60), "JPEG")
    ticks = 0

    async def tick() -> None:
        nonlocal ticks
        while True:
            await asyncio.sleep(0.01)
            ticks += 1

    clock = asyncio.create_task(tick())
    started = asyncio.get_running_loop().time()
    await asyncio.gather(*(take(content, f"{number}.jpg") for number in range(4)))
    clock.cancel()
    assert ticks > (asyncio.get_running_loop().time() - started) * 20
