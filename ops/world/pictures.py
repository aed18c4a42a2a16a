"""Photos of the world: taken in like any upload, then attached to their post or report."""

import asyncio
from collections.abc import AsyncIterator, Iterable
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

from models.agencies import Officer
from models.attachments import Attachment
from ops.files.intake import TakenIn, take_in
from ops.storage import Storage
from ops.transaction import Fact
from ops.world.reading import UnknownName
from ops.world.scene import Filed, Scene
from ops.world.written import Photo
from ops.world.written_day import World


def photos_of(world: World) -> list[Photo]:
    """List every photo in the file."""
    reports = [photo for case in world.cases for report in case.reports for photo in report.photos]
    return [*reports, *(photo for one in world.every_operation for post in one.posts for photo in post.photos)]


async def take_in_all(photos: Iterable[Photo], folder: Path, storage: Storage) -> dict[str, TakenIn]:
    """Take in each picture file; nothing of them stays in storage if one is refused."""
    taken: dict[str, TakenIn] = {}
    for photo in photos:
        path = folder / photo.file
        if not await asyncio.to_thread(path.is_file):
            raise UnknownName("picture", photo.file)
        async with storage.kept_only_on_success(*keys_of_files(taken)):
            taken[photo.file] = await take_in(_whole(path), photo.name, storage)
    return taken


def keys_of_files(taken: dict[str, TakenIn]) -> list[str]:
    """Give the storage keys of all pictures."""
    return [key for picture in taken.values() for key in picture.keys]


def attach_all(
    scene: Scene, parent: Filed, photos: Iterable[Photo], officer: Officer, at: datetime
) -> list[Attachment]:
    """Attach pictures to their parent, whose rule they have, always.

    Gives back those that came with the parent, for the fact that it was made; later ones are facts of their own.
    """
    with_it: list[Attachment] = []
    for photo in photos:
        when = at if photo.at is None else scene.calendar.at(photo.at)
        row = _attach(scene, parent, photo, officer, when)
        if when == at:
            with_it.append(row)
        else:
            scene.ledger.record(when, Fact.FILE_ATTACHED, parent.resource.id, parent.topics, officer.id, row)
    return with_it


def _attach(scene: Scene, parent: Filed, photo: Photo, officer: Officer, at: datetime) -> Attachment:
    owner, acl, gate = parent.resource.owner_agency_id, parent.resource.acl_id, parent.resource.gate_id
    resource = scene.add_resource("attachment", owner, acl=acl, gate=gate)
    taken = asdict(scene.pictures[photo.file])
    row = Attachment(id=resource.id, parent_id=parent.resource.id, officer_id=officer.id, at=at, **taken)
    scene.ledger.file(row)
    return row


async def _whole(path: Path) -> AsyncIterator[bytes]:
    yield await asyncio.to_thread(path.read_bytes)
