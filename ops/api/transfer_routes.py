"""The addresses of tables that are brought in and of files that are taken away; part of the one URL map."""

from starlette.routing import BaseRoute

from live.audience import Level
from models.agencies import Duty
from models.tokens import Scope
from ops.actions.imports import abandon, begin_publishing, check
from ops.api import transfers
from ops.api.commands import command
from ops.api.declared import Call, declare
from ops.api.screens import Over, screen
from ops.api.shapes import imports as shapes
from ops.api.shapes.common import Made
from ops.screens.imports import my_imports, read_import
from ops.web import exports, imports
from ops.web.exports import XLSX, ExportPages
from ops.web.policy import SIGNED_IN, Policy, door, duty

BRINGERS = duty(Duty.LEAD, Duty.ADMINISTRATOR, Duty.PLATFORM_OPERATOR)
CONTRIBUTE = Scope.CONTRIBUTE


def transfer_routes() -> list[BaseRoute]:
    """Give the routes."""
    return [
        *_imports(),
        *_exports("/exports/cases", SIGNED_IN, exports.of_cases, "Cases", "text/csv"),
        *_exports("/exports/reports", SIGNED_IN, exports.of_reports, "Reports", "text/csv"),
        *_exports("/exports/profiles", SIGNED_IN, exports.of_profiles, "Individuals", "text/csv"),
        *_exports("/cases/{ref}/export", door("case", Level.DISCOVER), exports.of_case, "A case", ZIP),
        *_exports("/operations/{ref}/export", door("operation", Level.DISCOVER), exports.of_operation, "One", ZIP),
    ]


ZIP = "application/zip"


def _imports() -> list[BaseRoute]:
    all_of_them, one = "/imports", "/imports/{ref}"
    begun = Call("POST", "Send a table up", CONTRIBUTE, Made, 201, asks=shapes.AskedKind, uploads=True)
    wrong = Call("GET", "The lines that will not be brought in, to be mended", CONTRIBUTE, media_type="text/csv")
    return [
        screen("Tables that I bring in", all_of_them, BRINGERS, my_imports, shapes.Imports, scope=CONTRIBUTE),
        declare(all_of_them, transfers.begin, BRINGERS, begun),
        screen(
            "One table",
            one,
            BRINGERS,
            read_import,
            shapes.ImportPage,
            scope=CONTRIBUTE,
            view=lambda found: Over(found, found.row),
        ),
        declare(f"{one}/wrong", imports.bad, BRINGERS, wrong),
        command("Try every line", f"{one}/check", BRINGERS, CONTRIBUTE, check, shapes.Mapping),
        command(
            "Let the lines become things",
            f"{one}/publication",
            BRINGERS,
            CONTRIBUTE,
            begin_publishing,
            shapes.Publication,
        ),
        command("Throw the lines away", f"{one}/removal", BRINGERS, CONTRIBUTE, abandon),
    ]


def _exports(path: str, policy: Policy, pages: ExportPages, what: str, plain: str) -> list[BaseRoute]:
    """Give one thing's export in each form; several tables as `plain` are a ZIP file."""
    return [
        declare(f"{path}/{name}", handler, policy, Call("GET", f"{what}, as {name}", Scope.READ, media_type=media_type))
        for name, handler, media_type in (
            ("csv", pages.csv, plain),
            ("xlsx", pages.xlsx, XLSX),
            ("json", pages.json, "application/json"),
        )
    ]
