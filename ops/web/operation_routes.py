"""The addresses of what is written down about an operation; part of the one URL map."""

from starlette.routing import BaseRoute

from live.audience import Level
from ops.web import decisions
from ops.web.policy import door, get, post

MANAGERS = door("operation", Level.MANAGE)
WHO_KNOWS_OF_IT = door("operation", Level.DISCOVER)


def operation_routes() -> list[BaseRoute]:
    """Give the routes."""
    return [
        get("/operations/{ref}/decisions", decisions.log, WHO_KNOWS_OF_IT),
        post("/operations/{ref}/decisions", decisions.take, MANAGERS),
        post("/decisions/{ref}/confirmation", decisions.confirm, door("decision", Level.READ)),
    ]
