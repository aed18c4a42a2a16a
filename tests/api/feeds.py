"""Programs that follow something: what they read first, every frame that they hear, and what that makes together."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import jsonschema_rs

from ops.api.application import create_api
from ops.proof.state_model import after_frames, comparable
from tests.api.programs import Program
from tests.web.building import Socket

LIVE = "/api/v1/live"
DOCUMENT = create_api().state.document
FITS = jsonschema_rs.validator_for({"$ref": "#/components/schemas/Message", "components": DOCUMENT["components"]})
Value = dict[str, Any]


@asynccontextmanager
async def line(program: Program, *said: object) -> AsyncIterator[Socket]:
    """Open a socket as a program does, without an origin or a cookie, and say something on it."""
    token = {"authorization": f"Bearer {program.secret}"} if program.secret else {}
    socket = Socket(program.app, LIVE, {"host": "localhost:8000", **token})
    for one in said:
        socket.say(one if isinstance(one, str) else json.dumps(one))
    try:
        yield socket
    finally:
        await socket.hang_up()


@asynccontextmanager
async def following(program: Program, kind: str, reference: str = "") -> AsyncIterator["Followed"]:
    """Read the state of something, and follow it from there."""
    path = f"/{kind}s/{reference}" if reference else f"/{kind}"
    answer = await program.get(path)
    assert answer.status_code == 200, answer.text
    join = {"do": "join", kind: reference or True, "cursor": answer.headers["live-cursor"]}
    async with line(program, join) as socket:
        await socket.live()
        yield Followed(program, path, answer.json(), socket)
        for message in socket.heard:
            FITS.validate(json.loads(message))


class Followed:
    """What a program holds: the state that it read, and what the frames make of it."""

    def __init__(self, program: Program, path: str, state: Value, socket: Socket) -> None:
        self.program, self.path, self.first, self.socket = program, path, state, socket

    @property
    def frames(self) -> list[Value]:
        """Give every frame so far."""
        return [frame for message in self.socket.heard for frame in json.loads(message)]

    @property
    def everything(self) -> str:
        """Give every byte that came over the socket."""
        return "".join(self.socket.heard)

    def shown(self, reference: str) -> list[Value]:
        """Give each representation of one thing that came."""
        return [frame["is"] for frame in self.frames if frame["do"] == "show" and frame["ref"] == reference]

    def holds(self) -> Value:
        """Give the state with all frames applied, as docs/api-live.md says."""
        return after_frames(self.first, self.frames)

    async def fresh(self) -> Value:
        """Read the state again."""
        answer = await self.program.get(self.path)
        assert answer.status_code == 200, answer.text
        return comparable(answer.json())
