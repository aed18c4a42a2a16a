"""The addresses of what is written down; part of the one URL map."""

from starlette.routing import BaseRoute

from live.audience import Level
from models.agencies import Duty
from ops.web import records, registers
from ops.web.policy import door, duty, get

INFORMATION_MANAGER = duty(Duty.INFORMATION_MANAGER)


def record_routes() -> list[BaseRoute]:
    """Give the routes of the audit's readers."""
    return [
        get("/records", records.ours, INFORMATION_MANAGER),
        get("/records/officers", records.officers, INFORMATION_MANAGER),
        *_register("/cases/{ref}", registers.of_case),
        *_register("/profiles/{ref}", registers.of_profile),
    ]


def _register(path: str, pages: registers.RegisterPages) -> list[BaseRoute]:
    """Declare what managers may open; the owner's information manager may as well, which the screen judges."""
    return [
        get(f"{path}/register", pages.show, door(pages.kind, Level.MANAGE)),
        get(f"{path}/register/csv", pages.export, door(pages.kind, Level.MANAGE)),
    ]
