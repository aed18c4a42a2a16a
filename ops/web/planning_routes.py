"""The addresses of an operation's plan; part of the one URL map."""

from starlette.routing import BaseRoute

from live.audience import Level
from models.agencies import Duty
from ops.web import afterwards, briefings, detachments, places, planning, record_of_day
from ops.web.policy import SIGNED_IN, door, duty, get, post

MANAGERS = door("operation", Level.MANAGE)
READERS = door("operation", Level.READ)
LEAD = duty(Duty.LEAD)


def planning_routes() -> list[BaseRoute]:
    """Give the routes."""
    return [
        get("/operations", planning.operations, SIGNED_IN),
        post("/operations", planning.new, SIGNED_IN),
        get("/operations/{ref}/plan", planning.plan, READERS),
        post("/operations/{ref}/plan", planning.revise, MANAGERS),
        post("/operations/{ref}/officers", planning.send, MANAGERS),
        post("/operations/{ref}/beginning", planning.begin, MANAGERS),
        get("/operations/{ref}/agencies", detachments.agencies, READERS),
        post("/operations/{ref}/agencies", detachments.invite, MANAGERS),
        get("/operations/{ref}/sites", places.sites, READERS),
        post("/operations/{ref}/sites", places.add, MANAGERS),
        post("/operations/{ref}/reveals", places.reveal, MANAGERS),
        post("/operations/{ref}/visits", places.visit, READERS),
        post("/operations/{ref}/visits/withdrawal", places.withdraw, READERS),
        get("/operations/{ref}/tasks", places.tasks, READERS),
        post("/operations/{ref}/tasks", places.make, MANAGERS),
        get("/tasks/{ref}/edit", places.edit, door("task", Level.MANAGE)),
        post("/tasks/{ref}/edit", places.revise, door("task", Level.MANAGE)),
        get("/operations/{ref}/briefing", briefings.briefing, READERS),
        post("/operations/{ref}/briefing", briefings.save, MANAGERS),
        post("/operations/{ref}/briefing/publication", briefings.publish, MANAGERS),
        post("/operations/{ref}/briefing/acknowledgement", briefings.acknowledge, READERS),
        get("/operations/{ref}/readiness", briefings.readiness, READERS),
        get("/operations/{ref}/timeline", record_of_day.timeline, READERS),
        get("/operations/{ref}/replay", record_of_day.replay, READERS),
        get("/operations/{ref}/debrief", afterwards.debrief, READERS),
        post("/operations/{ref}/debrief", afterwards.note, door("operation", Level.CONTRIBUTE)),
        get("/operations/{ref}/report", afterwards.report, READERS),
        get("/detachments/{ref}", detachments.invited, LEAD),
        post("/detachments/{ref}/acceptance", detachments.accept, LEAD),
        post("/detachments/{ref}/refusal", detachments.decline, LEAD),
        post("/detachments/{ref}/withdrawal", detachments.withdraw, SIGNED_IN),
    ]
