"""The addresses of what is written down about an operation; part of the one URL map."""

from starlette.routing import BaseRoute

from live.audience import Level
from ops.web import command, decisions, operations, radio, visits
from ops.web.policy import SIGNED_IN, door, get, post

MANAGERS = door("operation", Level.MANAGE)
WHO_KNOWS_OF_IT = door("operation", Level.DISCOVER)


def operation_routes() -> list[BaseRoute]:
    """Give the routes."""
    return [
        get("/operations/{ref}/decisions", decisions.log, WHO_KNOWS_OF_IT),
        post("/operations/{ref}/decisions", decisions.take, MANAGERS),
        get("/operations/{ref}/command", command.command, door("operation", Level.READ)),
        post("/operations/{ref}/command", command.take, MANAGERS),
        post("/operations/{ref}/strike", command.begin, MANAGERS),
        post("/commands/{ref}/acknowledgement", command.acknowledge, SIGNED_IN),
        get("/sites/{ref}/visits", visits.visits, door("site", Level.READ)),
        post("/sites/{ref}/settlement", operations.settle, door("site", Level.MANAGE)),
        get("/operations/{ref}/radio", radio.radio, MANAGERS),
        post("/operations/{ref}/radio", radio.enter, MANAGERS),
        post("/operations/{ref}/radio/confirmation", radio.confirm, WHO_KNOWS_OF_IT),
        post("/decisions/{ref}/confirmation", decisions.confirm, door("decision", Level.READ)),
    ]
