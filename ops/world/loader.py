"""Loads a world file: one transaction, and a journal as if every act had happened in its hour.

What the file describes and the cabinet has already stays as it is, so that loading a file again changes nothing.
"""

import asyncio
import base64
import secrets
from collections import defaultdict
from datetime import datetime, timedelta
from pathlib import Path
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from models.agencies import Agency
from models.audit import Act, AuditRow
from models.base import new_reference
from models.database import Database
from models.journal import Deployment
from models.tasks import CheckIn
from models.worlds import LoadedThing
from ops.files.intake import TakenIn
from ops.storage import Storage
from ops.transaction import new_resource, take_journal_lock
from ops.world.checking import mistakes_in
from ops.world.county import settle, sign
from ops.world.cutting import before
from ops.world.filing import ask, link_cases, make_profile, open_case
from ops.world.guests import Guest
from ops.world.known import AFTERWARDS, Known, read_known
from ops.world.ledger import Ledger
from ops.world.moments import Calendar
from ops.world.pictures import keys_of_files, photos_of, take_in_all
from ops.world.planning import plan
from ops.world.reading import UnknownName, read_world, told, told_in
from ops.world.scene import Made, Planned, Scene
from ops.world.told import meet, post, record_outcome, take_decision
from ops.world.work import check_in, make_task
from ops.world.written_day import OperationPart, World

SEALING_KEY_BYTES = 32


class Loaded(NamedTuple):
    """What a file made, what of it was there before, and the links of those who are new."""

    made: tuple[Made, ...]
    already: tuple[tuple[str, str], ...]
    guests: tuple[Guest, ...]


async def load_world(
    database: Database,
    world: Path,
    *,
    now: datetime,
    files: Storage,
    password_hash: str | None = None,
    until: timedelta | None = None,
) -> Loaded:
    """Load a world so that `now` is the moment which its day has reached; all of it or nothing.

    Pictures lie beside the file and are taken in like any upload. Officers who are new are invited; only a demo, which
    holds nobody real, gives all of them one password. `until`: only what came before that moment of its day, which is
    then `now`. Raises WorldError with every mistake, its line and its field.
    """
    part = await asyncio.to_thread(read_world, world)
    part = part if until is None else before(part, until)
    async with database.reading() as session:
        must_make_sense(world, part, await read_known(session, part.partnership))
    try:
        pictures = await take_in_all(photos_of(part), world.parent, files)
        async with files.kept_only_on_success(*keys_of_files(pictures)), database.writing() as session:
            await take_journal_lock(session)  # what is looked up here stays so until the end
            known = await read_known(session, part.partnership)
            must_make_sense(world, part, known)
            scene = _scene(part, known, now, pictures, password_hash)
            _tell(scene, part, known)
            await _write(session, scene, part.partnership, known)
    except UnknownName as unknown:
        raise told_in(world, unknown) from None
    return Loaded(tuple(scene.made), tuple(_already(part, known)), tuple(scene.guests))


async def check_world(database: Database, world: Path, *, now: datetime, files: Storage) -> Loaded:
    """Say what a file would make, and write nothing; pictures are taken in and thrown away. Raises as `load_world`."""
    part = await asyncio.to_thread(read_world, world)
    async with database.reading() as session:
        known = await read_known(session, part.partnership)
    must_make_sense(world, part, known)
    try:
        pictures = await take_in_all(photos_of(part), world.parent, files)
        await files.remove(*keys_of_files(pictures))
        scene = _scene(part, known, now, pictures, None)
        _tell(scene, part, known)
    except UnknownName as unknown:
        raise told_in(world, unknown) from None
    return Loaded(tuple(scene.made), tuple(_already(part, known)), ())


def must_make_sense(world: Path, part: World, known: Known) -> None:
    """Raise WorldError with every mistake of a file that could be read."""
    if mistakes := mistakes_in(part, known):
        raise told(world, mistakes)


async def is_empty(database: Database) -> bool:
    """Say whether no agency has been entered yet."""
    async with database.reading() as session:
        return (await session.execute(select(col(Agency.id)).limit(1))).first() is None


async def _write(session: AsyncSession, scene: Scene, partnership: str, known: Known) -> None:
    if await session.get(Deployment, 1) is None:
        session.add(_deployment(partnership))
    last = await scene.ledger.write(session)
    at = scene.calendar.now
    session.add_all(
        LoadedThing(world=partnership, code=code, resource_id=filed.resource.id, at=at)
        for code, filed in scene.filed.items()
        if code not in known.things
    )
    await session.flush()  # an audit row finds whose the things are that it names
    made = defaultdict[UUID, list[str]](list)
    for one in scene.made:
        made[one.agency].append(one.reference)
    session.add_all(
        AuditRow(at=at, act=Act.LOADED, agency_id=agency, position=last, references=references)
        for agency, references in made.items()
    )


def _scene(world: World, known: Known, now: datetime, pictures: dict[str, TakenIn], password_hash: str | None) -> Scene:
    calendar = Calendar(now, now if world.reached is None else world.reached)
    return Scene(
        calendar,
        Ledger(),
        world.bases,
        pictures,
        password_hash,
        agencies=dict(known.agencies),
        teams=dict(known.teams),
        officers=known.named_officers(),
        agreements=dict(known.agreements),
        filed=dict(known.things),
        operations=dict(known.operations),
    )


def _tell(scene: Scene, world: World, known: Known) -> None:
    settle(scene, known, world.agencies, scene.calendar.now if world.since is None else scene.calendar.at(world.since))
    new_operations = [one for one in world.every_operation if one.code not in known.things]
    for operation in new_operations:
        resource = new_resource("operation", scene.officer(operation.commander).agency_id)
        scene.ledger.file(resource)
        scene.operations[operation.code] = Planned(resource, scene.calendar.at(operation.ends) + AFTERWARDS)
    for name, agreement in world.agreements.items():
        if agreement.name in known.agreements:
            scene.agreements[name] = known.agreements[agreement.name]
        else:
            sign(scene, name, agreement)
    _file_cases(scene, world, known)
    for operation in new_operations:
        scene.current = operation.code
        _live_the_day(scene, operation)


def _file_cases(scene: Scene, world: World, known: Known) -> None:
    for profile in world.profiles:
        if profile.code not in known.things:
            make_profile(scene, profile)
    for case in world.cases:
        if case.code not in known.things:
            open_case(scene, case)
    for link in world.links:
        if frozenset(scene.thing(code).resource.id for code in link.between) not in known.links:
            link_cases(scene, link)
    for request in world.requests:
        if request.to not in known.things:  # it was asked when its thing was loaded
            ask(scene, request)


def _live_the_day(scene: Scene, operation: OperationPart) -> None:
    plan(scene, operation)
    for place, task in enumerate(operation.tasks, start=1):
        make_task(scene, task, place)
    for posted in operation.posts:
        post(scene, posted)
    earlier: dict[str, CheckIn] = {}
    for checked in operation.check_ins:
        check_in(scene, checked, earlier)
    for outcome in operation.outcomes:
        record_outcome(scene, outcome)
    for decision in operation.decisions:
        take_decision(scene, decision, operation.loggist)
    for person in operation.people_met:
        meet(scene, person)


def _already(world: World, known: Known) -> list[tuple[str, str]]:
    """Say what of the file was there before, in its own words."""
    found = [("agency", f"{part.code} {part.name}") for part in world.agencies if part.code in known.agencies]
    found += [("agreement", part.name) for part in world.agreements.values() if part.name in known.agreements]
    parts = (("profile", world.profiles), ("case", world.cases), ("operation", world.every_operation))
    return found + [(what, part.code) for what, some in parts for part in some if part.code in known.things]


def _deployment(partnership: str) -> Deployment:
    key = base64.b64encode(secrets.token_bytes(SEALING_KEY_BYTES)).decode()
    return Deployment(name=new_reference(), sealing_key=key, partnership=partnership)
