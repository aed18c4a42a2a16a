"""The composition root: everything is wired here, on one page."""

import asyncio
import base64
import gc
import secrets
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.routing import Mount

from live.answers import Answers
from live.cursor import CursorSealer
from live.doorbell import Doorbell
from live.follower import Follower
from live.hub import Hub
from live.leased_loop import lease_of_this_process
from live.memory_doorbell import MemoryBackend
from live.presence import Presence
from live.redis_doorbell import RedisBackend
from live.standing import Standing
from live.stillness import Stillness
from live.tailer import Tailer
from models.database import Database
from models.journal import Deployment
from ops.api.application import create_api
from ops.api.painter import ProgramPainter
from ops.api.problems import http_refusal_for_all, not_now
from ops.api.shapes.common import BASE
from ops.audit.keys import signing_key
from ops.clock import Clock
from ops.feed.journal import SqlJournal
from ops.feed.painters import Painters
from ops.feed.workers import Registry
from ops.files.intake import MAX_BYTES
from ops.jobs.claim_leases import sweep_for_ever
from ops.jobs.clean_up import clean_for_ever
from ops.jobs.publish_imports import publish_for_ever
from ops.jobs.seal_audit import seal_for_ever
from ops.metrics import APPLIED, BELL, LEASE_AGE, OPEN_SCREENS, EngineMeter, answer_at
from ops.settings import Settings
from ops.storage import Storage
from ops.transaction import Desk, take_journal_lock
from ops.web.errors import HANDLERS, OwnUp
from ops.web.forms import MAX_FILES
from ops.web.fragments import Painter
from ops.web.house import House
from ops.web.leased import Leased
from ops.web.limits import SignInLimits
from ops.web.middleware import KeepHeaders, OriginGuard
from ops.web.readiness import Readiness
from ops.web.routes import routes
from ops.web.sockets import Sockets
from ops.web.templates import Templates, Tiles

LARGEST_BODY = MAX_FILES * MAX_BYTES + 1024 * 1024  # the most files a form may carry, and its words


def create_app(settings: Settings, clock: Clock | None = None) -> Starlette:
    """Make the application. Raises TypeError when a route declares no policy.

    `clock`: another one than the database's, for a proof that must stand at an instant.
    """
    api = create_api()
    return Starlette(
        routes=[*routes(), Mount(BASE, app=api, name="api")],
        max_body_size=LARGEST_BODY,
        exception_handlers={**HANDLERS, HTTPException: http_refusal_for_all},
        middleware=[
            Middleware(KeepHeaders, tiles=settings.tile_origin()),
            Middleware(OriginGuard, origins=settings.allowed_origins()),
            Middleware(Leased, elsewhere={BASE: not_now}),
            Middleware(OwnUp),
        ],
        lifespan=lambda app: _lifespan(app, api, settings, clock or Clock()),
    )


@asynccontextmanager
async def _lifespan(app: Starlette, api: Starlette, settings: Settings, clock: Clock) -> AsyncIterator[None]:
    database = Database(settings.database())
    doorbell = Doorbell(RedisBackend(settings.redis_url) if settings.redis_url else MemoryBackend())
    desk = Desk(database, doorbell, clock)
    async with AsyncExitStack() as stack:
        stack.push_async_callback(database.close)
        await desk.set_clock()
        deployment = await the_deployment(database, settings.partnership)
        partnership = deployment.partnership or settings.partnership
        tiles = Tiles(settings.tile_url, settings.tile_credit) if settings.tile_origin() else None
        templates = Templates(partnership=partnership, demo=settings.demo, tiles=tiles)
        registry = Registry(database, desk.clock)
        sealer = CursorSealer(base64.b64decode(deployment.sealing_key))
        lease, answers = lease_of_this_process(), Answers()
        hub = Hub()
        painters = Painters(Painter(templates, hub.admission), ProgramPainter(hub.admission))
        journal = SqlJournal(database, desk.clock, painters, registry)
        tailer = Tailer(journal, hub, sealer, Standing(journal, lease, answers), EngineMeter())
        follower, presence = Follower(tailer, doorbell), Presence(registry)
        limits = SignInLimits(settings.redis_url)
        stack.push_async_callback(limits.close)
        await stack.enter_async_context(doorbell.open())
        stack.push_async_callback(registry.retire)
        stack.callback(lease.end)  # before its row goes: who revokes after that does not wait for this process
        stack.push_async_callback(presence.close)
        for job in (
            follower.listen(),
            follower.run(),
            Stillness(lease, tailer).run(),
            presence.beat_for_ever(),
            sweep_for_ever(desk),
            clean_for_ever(desk),
            publish_for_ever(desk),
            seal_for_ever(desk, signing_key(settings.audit_key())),
        ):
            stack.push_async_callback(_ended, asyncio.create_task(job))
        readiness = Readiness()
        sockets = Sockets(per_officer=settings.sockets_per_officer, per_address=settings.sockets_per_address)
        if settings.metrics_address:
            OPEN_SCREENS.set_function(lambda: sockets.open)  # asked from another thread: they only look
            APPLIED.set_function(lambda: tailer.applied)
            LEASE_AGE.set_function(lease.age)
            BELL.set_function(lambda: doorbell.sound)
            stack.callback(answer_at(settings.metrics_address))
        stack.enter_context(readiness.notice(settings.leave_notice))
        app.state.house = api.state.house = House(
            settings=settings,
            desk=desk,
            templates=templates,
            files=Storage.at(settings.storage_url or settings.data_dir / "files"),
            limits=limits,
            sealer=sealer,
            tailer=tailer,
            follower=follower,
            presence=presence,
            lease=lease,
            answers=answers,
            readiness=readiness,
            sockets=sockets,
        )
        yield


async def the_deployment(database: Database, partnership: str) -> Deployment:
    """Give this database's own name and key, made when it is first used."""
    async with database.writing() as session:
        await take_journal_lock(session)  # several processes may come to an empty database at once
        deployment = await session.get(Deployment, 1)
        if deployment is None:
            deployment = Deployment(
                name=secrets.token_hex(16),
                sealing_key=base64.b64encode(secrets.token_bytes(32)).decode(),
                partnership=partnership,
            )
            session.add(deployment)
        return deployment


async def _ended(task: asyncio.Task[None]) -> None:
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


def from_environment() -> Starlette:
    """Make the application with the settings of the environment; for the server.

    What stands by then, a quarter of a million things, stands for good: the collector need not walk it again and again.
    Each walk held up every screen of the process for a fifth of a second.
    """
    app = create_app(Settings())
    gc.collect()
    gc.freeze()
    return app
