"""What screens read, as representations."""

from models.cases import Theme
from models.reports import ReportKind
from ops.api.answers import BASE
from ops.api.shapes.cases import (
    AnyCaseFile,
    AnyCaseLine,
    AnyReportLine,
    CaseFile,
    CaseFileStub,
    CaseLine,
    CaseStub,
    LinkLine,
    PersonLine,
    ReportLine,
    ReportStub,
)
from ops.api.shapes.common import AgencyRef, FileLine, SeenBy
from ops.api.shapes.reports import Report, VersionLine
from ops.screens import case_values as screens
from ops.screens.lists import CaseRow
from ops.screens.report_page import ReportPage
from ops.screens.values import AgencyTag, Photo
from ops.screens.values import SeenBy as SeenByLine


def agency_ref(tag: AgencyTag) -> AgencyRef:
    """Name an agency."""
    return AgencyRef(reference=tag.reference, code=tag.code, name=tag.name)


def seen_by(line: SeenByLine) -> SeenBy:
    """Say who sees it."""
    return SeenBy(everyone=line.everyone, names=line.names, people=line.people)


def files(found: tuple[Photo, ...]) -> tuple[FileLine, ...]:
    """Name files."""
    return tuple(
        FileLine(
            reference=one.reference,
            name=one.name,
            is_picture=one.is_picture,
            size=one.size,
            content=f"{BASE}/attachments/{one.reference}/content",
        )
        for one in found
    )


def case_line(row: CaseRow) -> AnyCaseLine:
    """Show a case in a list."""
    if row.stub or row.opened_at is None:
        return CaseStub(reference=row.reference, agency=agency_ref(row.agency), theme=Theme(row.theme))
    return CaseLine(
        reference=row.reference,
        agency=agency_ref(row.agency),
        theme=Theme(row.theme),
        title=row.title,
        status="closed" if row.status == "closed" else "open",
        opened_at=row.opened_at,
    )


def case_file(found: screens.CaseFile) -> AnyCaseFile:
    """Show a case file."""
    head, reports = found.head, tuple(report_line(one) for one in found.reports)
    agency = agency_ref(head.agency)
    if head.stub or head.opened_at is None or found.seen is None:
        return CaseFileStub(
            reference=found.reference, agency=agency, desk=head.desk, theme=Theme(head.theme), reports=reports
        )
    return CaseFile(
        reference=found.reference,
        agency=agency,
        desk=head.desk,
        theme=Theme(head.theme),
        title=head.title,
        summary=head.summary,
        status="closed" if head.status == "closed" else "open",
        marking=head.marking,
        handling=head.handling,
        opened_at=head.opened_at,
        closed_at=head.closed_at,
        team=head.team,
        lead=head.lead,
        reports=reports,
        links=tuple(_link(line) for line in found.links),
        people=tuple(_person(line) for line in found.people),
        seen_by=seen_by(found.seen),
        may_write=found.may_write,
        may_manage=found.may_manage,
    )


def report_line(card: screens.ReportCard | screens.LockedReport) -> AnyReportLine:
    """Show a report in its case file."""
    if isinstance(card, screens.LockedReport):
        agency = agency_ref(card.agency)
        return ReportStub(reference=card.reference, case=card.case_reference, agency=agency, desk=card.desk)
    return ReportLine(
        reference=card.reference,
        case=card.case_reference,
        version=card.revision,
        agency=agency_ref(card.agency),
        team=card.team,
        author=card.author,
        kind=ReportKind(card.kind),
        title=card.title,
        excerpt=card.text,
        written_at=card.written_at,
        revised_at=card.revised_at,
        files=files(card.files),
        inside_fences=card.fenced,
        withdrawn=card.withdrawn,
        held=card.held,
        seen_by=seen_by(card.seen),
    )


def report(found: ReportPage) -> Report:
    """Show a report."""
    card = found.card
    return Report(
        reference=card.reference,
        case=card.case_reference,
        agency=agency_ref(card.agency),
        team=card.team,
        author=card.author,
        kind=ReportKind(card.kind),
        title=card.title,
        text=found.text,
        version=card.revision,
        versions=tuple(VersionLine.model_validate(one) for one in found.versions),
        written_at=card.written_at,
        revised_at=card.revised_at,
        files=files(card.files),
        inside_fences=card.fenced,
        outside_because=found.unfenced_why,
        withdrawn=card.withdrawn,
        withdrawn_hash=found.kept_hash,
        held=card.held,
        seen_by=seen_by(card.seen),
        may_edit=found.may_edit,
        may_attach=found.may_attach,
        may_share=found.may_share,
    )


def _link(line: screens.LinkLine) -> LinkLine:
    return LinkLine(
        reference=line.reference,
        case=line.case_reference,
        agency=agency_ref(line.agency),
        theme=Theme(line.theme),
        title=line.title,
        reason=line.reason,
        linked_by=line.linked_by,
        linked_at=line.linked_at,
        may_remove=line.may_remove,
    )


def _person(line: screens.PersonLine) -> PersonLine:
    return PersonLine(reference=line.reference, label=line.label, agency=agency_ref(line.agency))
