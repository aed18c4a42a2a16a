"""The peer: live updates as most people would write them. Every screen subscribes to everything and checks for itself.

BENCH_GRANTS=memory checks a set in memory; BENCH_GRANTS=sql keeps each post and asks one grant query per screen and
event, as code without an engine of its own must when access can be revoked.
"""

import json
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiosqlite
from broadcaster import Broadcast
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect
from world import World

WORLD = World.load(Path(os.environ["BENCH_WORLD"]))
BY_QUERY = os.environ.get("BENCH_GRANTS") == "sql"
AUDIENCES = [frozenset(audience.agencies) for audience in WORLD.audiences]
KEPT = f"{os.environ['BENCH_WORLD']}.{os.environ.get('BENCH_GRANTS')}.db"
BROADCAST = Broadcast("memory://")
MAY_SEE = "SELECT 1 FROM access WHERE post = ? AND principal = ? LIMIT 1"


@asynccontextmanager
async def lifespan(app: Starlette) -> AsyncIterator[None]:
    async with BROADCAST, aiosqlite.connect(KEPT) as database:
        await database.execute("PRAGMA journal_mode=WAL")
        await database.execute("PRAGMA synchronous=NORMAL")
        await database.execute("CREATE TABLE post (reference TEXT PRIMARY KEY, body TEXT)")
        await database.execute("CREATE TABLE access (post TEXT, principal INTEGER, PRIMARY KEY (post, principal))")
        app.state.database = database
        yield


async def feed(websocket: WebSocket) -> None:
    await websocket.accept()
    agency = WORLD.seats[int(websocket.query_params["screen"])].agency
    async with BROADCAST.subscribe("posts") as subscriber:
        await websocket.send_text("[]")
        try:
            async for event in subscriber:
                post = json.loads(event.message)
                if await may_see(websocket, agency, post["audience"], post["frame"]["ref"]):
                    await websocket.send_text(json.dumps([post["frame"]], separators=(",", ":")))
        except WebSocketDisconnect:
            return


async def may_see(websocket: WebSocket, agency: int, audience: int, reference: str) -> bool:
    if not BY_QUERY:
        return agency in AUDIENCES[audience]
    async with websocket.app.state.database.execute(MAY_SEE, (reference, agency)) as rows:
        return await rows.fetchone() is not None


async def events(request: Request) -> Response:
    for event in await request.json():
        body = json.dumps(event)
        if BY_QUERY:
            reference, agencies = event["frame"]["ref"], sorted(AUDIENCES[event["audience"]])
            database = request.app.state.database
            await database.execute("INSERT INTO post VALUES (?, ?)", (reference, body))
            await database.executemany("INSERT INTO access VALUES (?, ?)", [(reference, agency) for agency in agencies])
            await database.commit()
        await BROADCAST.publish("posts", body)
    return Response(status_code=204)


async def ready(_: Request) -> Response:
    return PlainTextResponse("ready")


app = Starlette(
    routes=[Route("/readyz", ready), Route("/events", events, methods=["POST"]), WebSocketRoute("/live", feed)],
    lifespan=lifespan,
)
