"""The main job on five screens at once: a post from a phone reaches whom it was addressed to, and nobody else."""

import asyncio
import io
import re

from PIL import ExifTags, Image
from playwright.async_api import APIResponse, expect

from models.base import new_reference
from models.operations import Site
from tests.browser.window import PHONE, Window, Windows

INTERVIEW = "Interview 1, S1"
WORDS = "Ledger shows fourteen-hour days, kingfisher"
ON_THE_CAMERA = "heron-camera-4471"  # inside the photo's EXIF
PICTURE = "goldcrest.jpg"


def photo_with_a_place() -> bytes:
    """Make a photo as a phone does: with the camera's name and the place where it was taken."""
    exif = Image.Exif()
    exif[ExifTags.Base.Model] = ON_THE_CAMERA
    exif.get_ifd(ExifTags.IFD.GPSInfo).update(
        {
            ExifTags.GPS.GPSLatitudeRef: "N",
            ExifTags.GPS.GPSLatitude: (52.0, 57.0, 11.0),
            ExifTags.GPS.GPSLongitudeRef: "W",
            ExifTags.GPS.GPSLongitude: (1.0, 9.0, 3.0),
        }
    )
    made = io.BytesIO()
    Image.linear_gradient("L").convert("RGB").resize((640, 480)).save(made, "JPEG", exif=exif)
    return made.getvalue()


async def sees_it(window: Window, site: str) -> None:
    line = window.line(WORDS)
    await expect(line).to_have_count(1)
    await expect(line.locator(".tally").first).to_have_text("FWA")
    await expect(line).to_contain_text("Tom Reyes")
    await expect(line.locator("time").first).to_have_text(re.compile(r"^\d\d:\d\d$"))
    await expect(line.locator(".seen")).to_contain_text("Seen by")
    await expect(line.locator(".shots img")).to_have_count(1)
    latest = window.page.locator(f"#latest-{site}")
    await expect(latest).to_contain_text(WORDS)
    await expect(latest).to_contain_text("Seen by")


async def test_a_post_from_a_phone_reaches_two_boards_and_not_one_byte_of_it_reaches_two_others(
    windows: Windows,
) -> None:
    here, there = windows.stage.here, windows.stage.there
    site = await windows.stage.reference(Site, "S1")
    asha, tom, ruth, dan, steve = await asyncio.gather(
        windows.open("asha", server=here),
        windows.open("tom", "/mine", server=there, device=PHONE),
        windows.open("ruth", server=there),
        windows.open("dan", server=here),
        windows.open("steve", server=there),
    )
    for window in (asha, tom, ruth, dan, steve):
        await window.until_live()

    await tom.page.get_by_role("link", name=f"Post progress on {INTERVIEW}").tap()
    await tom.page.get_by_label("What happened").fill(WORDS)
    photo = photo_with_a_place()
    assert b"Exif" in photo
    await tom.page.locator("#photos").set_input_files({"name": PICTURE, "mimeType": "image/jpeg", "buffer": photo})
    await tom.page.get_by_label("The people on this task").check()
    says = tom.page.locator("#audience-line")
    await expect(says).to_contain_text(re.compile(r"\d+ people will see this"))
    await expect(says).to_contain_text("on this operation and will not")
    await expect(says).to_contain_text("Immigration Enforcement")
    people = re.search(r"\d+ people", await says.inner_text())
    assert people
    await tom.page.get_by_role("button", name=f"Post to {people.group()}").tap()
    await tom.page.wait_for_url("**/mine")

    for window in (asha, ruth):
        await sees_it(window, site)
    await expect(asha.line(WORDS).locator(".seen")).to_contain_text(people.group().removesuffix(" people"))

    # Something that everyone at the site sees comes after it: had the first one been sent to Dan, it were there by now.
    await tom.page.get_by_role("link", name="Post progress", exact=True).tap()
    await tom.page.get_by_label("What happened").fill("For everyone at the site, wheatear")
    await tom.page.get_by_label("Everyone at S1").check()
    await tom.page.get_by_role("button", name="Post to").tap()
    await expect(dan.line("wheatear")).to_have_count(1)

    address = await asha.line(WORDS).locator(".shots a").get_attribute("href")
    assert address is not None
    await the_shared_copy_has_no_place(asha, address)
    await dan_is_told_nothing(dan, address)

    for window in (dan, steve):
        heard = await window.everything()
        assert not window.unread
        assert len(heard) > 1000
        for canary in ("kingfisher", "goldcrest", ON_THE_CAMERA, address.split("/")[2], "Interview 1, S1"):
            assert canary.encode() not in heard, f"{canary} reached {window.name}"
    assert b"wheatear" in await dan.everything()
    assert b"wheatear" not in await steve.everything()


async def the_shared_copy_has_no_place(asha: Window, address: str) -> None:
    for path in (address, address.removesuffix("/view"), address.replace("/view", "/thumbnail")):
        answer = await asha.context.request.get(f"{asha.server.origin}{path}")
        shared = await answer.body()
        assert answer.ok
        assert shared.startswith(b"\xff\xd8")
        for trace in (b"Exif", b"GPS", ON_THE_CAMERA.encode()):
            assert trace not in shared
        assert not Image.open(io.BytesIO(shared)).getexif()


async def dan_is_told_nothing(dan: Window, address: str) -> None:
    forbidden = await dan.context.request.get(f"{dan.server.origin}{address}")
    absent = await dan.context.request.get(f"{dan.server.origin}/attachments/{new_reference()}/view")
    assert forbidden.status == absent.status == 404
    assert await without_time(forbidden) == await without_time(absent)
    differs = {"date", "content-length"}
    assert {k: v for k, v in forbidden.headers.items() if k not in differs} == {
        k: v for k, v in absent.headers.items() if k not in differs
    }


async def without_time(answer: APIResponse) -> str:
    return re.sub(r'data-now="[^"]*"', "", await answer.text())
