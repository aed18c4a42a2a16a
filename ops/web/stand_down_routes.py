"""The addresses of an operation's end; part of the one URL map."""

from starlette.routing import BaseRoute

from live.audience import Level
from ops.web import stand_downs
from ops.web.policy import door, get, post

MANAGERS = door("operation", Level.MANAGE)
WHO_KNOWS_OF_IT = door("operation", Level.DISCOVER)


def stand_down_routes() -> list[BaseRoute]:
    """Give the routes."""
    return [
        get("/operations/{ref}/stand-down", stand_downs.consequence, MANAGERS),
        post("/operations/{ref}/stand-down", stand_downs.stand, MANAGERS),
        get("/operations/{ref}/ending", stand_downs.ending, WHO_KNOWS_OF_IT),
        post("/operations/{ref}/ending", stand_downs.keep, WHO_KNOWS_OF_IT),
    ]
