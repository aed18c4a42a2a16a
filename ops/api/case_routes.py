"""The addresses of cases, of what lies in them, and of individuals; part of the one URL map."""

from collections.abc import Sequence

from starlette.routing import BaseRoute

from live.audience import Level
from models.tokens import Scope
from ops.actions.cases import open_case, revise_case
from ops.actions.links import link_cases, remove_link
from ops.actions.reports import attach_to_report, revise_report, write_report
from ops.api import cases
from ops.api.commands import command
from ops.api.declared import ANY_MEDIA, Call, declare
from ops.api.screens import Over, listing, screen
from ops.api.shapes import audiences as audience_shapes
from ops.api.shapes import cases as shapes
from ops.api.shapes import profiles as profile_shapes
from ops.api.shapes import reports as report_shapes
from ops.api.shapes.cases import KeptReports
from ops.screens.joint_preview import joint_preview
from ops.screens.kept_reports import kept_reports
from ops.screens.lists import CaseRow, ProfileRow, cases_after, profiles_after
from ops.screens.profile_page import ProfilePage, read_profile
from ops.screens.report_form import ReportForm, read_report_form
from ops.screens.report_page import ReportPage, read_report
from ops.web import attachments
from ops.web.policy import SIGNED_IN, door

MANAGER, AUTHOR, REVISER = door("case", Level.MANAGE), door("case", Level.CONTRIBUTE), door("report", Level.CONTRIBUTE)


def case_routes() -> list[BaseRoute]:
    """Give the routes."""
    one, contribute, manage = "/cases/{ref}", Scope.CONTRIBUTE, Scope.MANAGE
    shown = Call("GET", "A case file", Scope.READ, shapes.AnyCaseFile, versioned=True, live=True)
    return [
        listing("Cases that I may see or know of", "/cases", cases_after, shapes.CaseLines, listed_by=_titled),
        command("Open a case", "/cases", SIGNED_IN, contribute, open_case, shapes.NewCase, makes="/cases"),
        declare(one, cases.case, door("case", Level.DISCOVER), shown),
        command("Change a case's own words", one, MANAGER, manage, revise_case, shapes.CaseWords, method="PUT"),
        command(
            "Link a case with another", f"{one}/links", MANAGER, manage, link_cases, shapes.NewLink, makes="/links"
        ),
        command("Take a link away", "/links/{ref}", SIGNED_IN, manage, remove_link, method="DELETE"),
        *_reports(),
        *_files(),
        listing("Individuals", "/profiles", profiles_after, profile_shapes.ProfileLines, listed_by=_all),
        screen(
            "An individual",
            "/profiles/{ref}",
            door("profile", Level.READ),
            read_profile,
            profile_shapes.Profile,
            view=lambda found: Over(found, found.row),
            shown_by=_profile,
            listed_by=lambda found: [report.reference for report in found.reports],
        ),
    ]


def _reports() -> list[BaseRoute]:
    shapes, one, contribute = report_shapes, "/reports/{ref}", Scope.CONTRIBUTE
    return [
        screen(
            "Reports of my agency whose case has shut it out",
            "/reports",
            SIGNED_IN,
            kept_reports,
            KeptReports,
            listed_by=lambda found: [report.reference for report in found],
        ),
        screen(
            "What a new report can be, and with whom it can be shared from the start",
            "/cases/{ref}/audiences",
            AUTHOR,
            read_report_form,
            shapes.ReportForm,
            scope=contribute,
            listed_by=_offered,
        ),
        screen(
            "Who would see a report that is not filed yet",
            "/cases/{ref}/reports/audience",
            AUTHOR,
            joint_preview,
            audience_shapes.JointPreview,
            scope=contribute,
            takes=audience_shapes.ReportDraft,
            listed_by=lambda found: [found.case, *(person.reference for person in found.named)],
        ),
        command(
            "File a report in a case",
            "/cases/{ref}/reports",
            AUTHOR,
            contribute,
            write_report,
            shapes.NewReport,
            makes="/reports",
        ),
        screen(
            "A report",
            one,
            door("report", Level.READ),
            read_report,
            shapes.Report,
            view=lambda found: Over(found, found.card),
            shown_by=lambda found: [found.card.reference, *(file.reference for file in found.card.files)],
            listed_by=_case,
            version_of=lambda found: str(found.card.revision),
        ),
        command(
            "Save a new version",
            f"{one}/versions",
            REVISER,
            contribute,
            revise_report,
            shapes.NewVersion,
            makes="/reports",
        ),
    ]


def _files() -> list[BaseRoute]:
    reader, one = door("attachment", Level.READ), "/attachments/{ref}"
    added, path = "Add files to a report", "/reports/{ref}/attachments"
    content = Call("GET", "A file, as it is shared", Scope.READ, media_type=ANY_MEDIA)
    small = Call("GET", "The small picture of a file", Scope.READ, media_type="image/jpeg")
    return [
        command(added, path, REVISER, Scope.CONTRIBUTE, attach_to_report, makes="/reports"),
        declare(f"{one}/content", attachments.download, reader, content),
        declare(f"{one}/thumbnail", attachments.thumbnail, reader, small),
    ]


def _titled(rows: Sequence[CaseRow]) -> list[str]:
    return [row.reference for row in rows if not row.stub]


def _all(rows: Sequence[ProfileRow]) -> list[str]:
    return [row.reference for row in rows]


def _profile(found: ProfilePage) -> list[str]:
    return [found.row.reference]


def _case(found: ReportPage) -> list[str]:
    return [] if found.case.stub else [found.case.reference]


def _offered(found: ReportForm) -> list[str]:
    return [*found.operations, *(person.reference for person in found.people)]
