"""The peer on python-socketio: one room per detachment, on the server and event loop that the product uses."""

import json
import os
from pathlib import Path
from urllib.parse import parse_qs

import socketio
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

WORLD = json.loads(Path(os.environ["BENCH_WORLD"]).read_text())
ROOMS = [[str(agency) for agency in audience["agencies"]] for audience in WORLD["audiences"]]
server = socketio.AsyncServer(async_mode="asgi", transports=["websocket"], http_compression=False)


@server.event
async def connect(sid: str, environ: dict[str, str]) -> None:
    screen = int(parse_qs(environ["QUERY_STRING"])["screen"][0])
    await server.enter_room(sid, str(WORLD["seats"][screen]["agency"]))


async def events(request: Request) -> Response:
    for event in await request.json():
        await server.emit("post", event["frame"], room=ROOMS[event["audience"]])
    return Response(status_code=204)


async def ready(_: Request) -> Response:
    return PlainTextResponse("ready")


app = socketio.ASGIApp(server, Starlette(routes=[Route("/readyz", ready), Route("/events", events, methods=["POST"])]))
