"""The addresses of what is written down about an operation; part of the one URL map."""

from starlette.routing import BaseRoute

from live.audience import Level
from ops.web import command, decisions, feed, operations, people_met, radio, visits, walls
from ops.web.policy import ANYONE, SIGNED_IN, WALL, door, get, post, socket

MANAGERS = door("operation", Level.MANAGE)
WHO_SEES_THEM = door("encounter", Level.READ)
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
        get("/operations/{ref}/people-met", people_met.people, WHO_KNOWS_OF_IT),
        post("/operations/{ref}/people-met", people_met.meet, door("operation", Level.CONTRIBUTE)),
        post("/operations/{ref}/outcomes", people_met.outcome, door("operation", Level.CONTRIBUTE)),
        get("/encounters/{ref}", people_met.one, WHO_SEES_THEM),
        post("/encounters/{ref}/offer", people_met.offer, WHO_SEES_THEM),
        post("/encounters/{ref}/acceptance", people_met.accept, WHO_SEES_THEM),
        post("/encounters/{ref}/refusal", people_met.decline, WHO_SEES_THEM),
        post("/encounters/{ref}/withdrawal", people_met.keep, WHO_SEES_THEM),
        post("/encounters/{ref}/departure", people_met.leave, WHO_SEES_THEM),
        post("/decisions/{ref}/confirmation", decisions.confirm, door("decision", Level.READ)),
        get("/operations/{ref}/walls", walls.walls, MANAGERS),
        post("/operations/{ref}/walls", walls.make, MANAGERS),
        post("/walls/{ref}", walls.revise, SIGNED_IN),
        post("/walls/{ref}/code", walls.new_code, SIGNED_IN),
        post("/walls/{ref}/end", walls.end, SIGNED_IN),
        get("/wall", walls.screen, WALL),
        get("/wall/code", walls.code_form, ANYONE),
        post("/wall/code", walls.pair, ANYONE),
        socket("/wall/live", feed.wall_feed, WALL),
    ]
