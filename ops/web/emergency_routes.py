"""The addresses of emergency access: breaking the glass, its review, and the reports that may be opened that way."""

from starlette.routing import BaseRoute

from live.audience import Level
from models.agencies import Duty
from ops.web import emergencies
from ops.web.policy import SIGNED_IN, door, duty, get, post


def emergency_routes() -> list[BaseRoute]:
    """Give every route of emergency access."""
    return [
        get("/emergency-access", emergencies.form, duty(Duty.EMERGENCY)),
        post("/emergency-access", emergencies.take, duty(Duty.EMERGENCY)),
        get("/emergency-access/{ref}", emergencies.show, SIGNED_IN),
        post("/emergency-access/{ref}/review", emergencies.judge, SIGNED_IN),
        post("/reports/{ref}/emergency", emergencies.mark, door("report", Level.MANAGE)),
    ]
