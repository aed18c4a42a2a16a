"""Loads a world file into an empty cabinet: one transaction, and a journal as if every act had happened in its hour."""

import asyncio
import base64
import secrets
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import select
from sqlmodel import col

from models.agencies import Agency
from models.base import new_reference
from models.database import Database
from models.journal import Deployment
from models.tasks import CheckIn
from ops.actions.passwords import hashed
from ops.files.intake import TakenIn
from ops.storage import Storage
from ops.world.county import settle, sign
from ops.world.filing import ask, link_cases, make_profile, open_case
from ops.world.ledger import Ledger
from ops.world.moments import Calendar
from ops.world.people import DEMO_PASSWORD
from ops.world.pictures import keys_of_files, photos_of, take_in_all
from ops.world.planning import plan
from ops.world.reading import UnknownName, read_world, told_in
from ops.world.scene import Scene
from ops.world.told import post, record_outcome, take_decision
from ops.world.work import check_in, make_task
from ops.world.written_day import OperationPart, World

AFTERWARDS = timedelta(hours=24)  # grants of an operation end so long after it
SEALING_KEY_BYTES = 32


async def load_world(database: Database, world: Path, *, now: datetime, files: Storage) -> None:
    """Load a world so that `now` is the moment which its day has reached; all of it or nothing.

    The cabinet has its tables and no agencies (see `is_empty`). Pictures lie beside the file and are taken in like
    any upload. Raises WorldError with file, line and reason if the file does not make a world.
    """
    part = await asyncio.to_thread(read_world, world)
    password_hash = await asyncio.to_thread(hashed, DEMO_PASSWORD)
    try:
        pictures = await take_in_all(photos_of(part), world.parent, files)
        async with files.kept_only_on_success(*keys_of_files(pictures)):
            ledger = _told(part, now, pictures, password_hash)
            await _write(database, ledger, part.partnership)
    except UnknownName as unknown:
        raise told_in(world, unknown) from None


async def is_empty(database: Database) -> bool:
    """Say whether no agency has been entered yet."""
    async with database.reading() as session:
        return (await session.execute(select(col(Agency.id)).limit(1))).first() is None


async def _write(database: Database, ledger: Ledger, partnership: str) -> None:
    async with database.writing() as session:
        if await session.get(Deployment, 1) is None:
            session.add(_deployment(partnership))
        await ledger.write(session)


def _told(world: World, now: datetime, pictures: dict[str, TakenIn], password_hash: str) -> Ledger:
    calendar = Calendar(now, world.reached)
    over = calendar.at(world.operation.ends) + AFTERWARDS
    scene = Scene(calendar, Ledger(), world.bases, pictures, over)
    settle(scene, world.agencies, calendar.at(world.since), password_hash)
    scene.operation = scene.add_resource("operation", scene.officer(world.operation.commander).agency_id)
    for name, agreement in world.agreements.items():
        sign(scene, name, agreement)
    for profile in world.profiles:
        make_profile(scene, profile)
    for case in world.cases:
        open_case(scene, case)
    for link in world.links:
        link_cases(scene, link)
    for request in world.requests:
        ask(scene, request)
    _live_the_day(scene, world.operation)
    return scene.ledger


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
        take_decision(scene, decision)


def _deployment(partnership: str) -> Deployment:
    key = base64.b64encode(secrets.token_bytes(SEALING_KEY_BYTES)).decode()
    return Deployment(name=new_reference(), sealing_key=key, partnership=partnership)
