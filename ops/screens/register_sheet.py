"""The register as a sheet: one line a grant, safe to open in a spreadsheet."""

import csv
import io

from ops.screens.cells import harmless, when
from ops.screens.register import Register, RegisterAgency, RegisterGrant

HEADINGS = (
    "Agency", "Who", "May", "Reason", "Purpose", "Legal basis", "Agreement", "Necessity", "From", "Until", "Removed",
    "Removed because", "People who opened it", "Saw a line only", "First opened", "Last opened", "Downloads",
    "Last download", "Last shown live",
)  # fmt: skip


def sheet(register: Register) -> str:
    """Write the register as comma-separated values, in UTC; below a line that says what it is and for whom."""
    written = io.StringIO()
    lines = csv.writer(
        written, quoting=csv.QUOTE_ALL
    )  # some spreadsheets part lines at `;`, whatever the file is called
    lines.writerow(map(harmless, _first_line(register)))
    lines.writerow(HEADINGS)
    for agency in register.agencies:
        for grant in agency.grants or (None,):
            lines.writerow(map(harmless, (*_grant(agency, grant), *_use(agency))))
    return written.getvalue()


def _first_line(register: Register) -> tuple[str, ...]:
    return (
        register.marking,
        f"Disclosure register of {register.kind} {register.reference}",
        register.title,
        f"For {register.reader}, {when(register.at)}. This copy holds what you may see.",
    )


def _grant(agency: RegisterAgency, grant: RegisterGrant | None) -> tuple[str, ...]:
    if grant is None:
        return (agency.agency.name, *[""] * 11)
    return (
        agency.agency.name,
        grant.part or "the whole agency",
        grant.level,
        grant.why,
        grant.purpose,
        grant.basis,
        grant.agreement,
        grant.necessity,
        when(grant.starts),
        when(grant.until),
        when(grant.revoked_at),
        grant.revoked_why,
    )


def _use(agency: RegisterAgency) -> tuple[str, ...]:
    return (
        str(agency.people),
        str(agency.only_listed),
        when(agency.first_opened_at),
        when(agency.last_opened_at),
        str(agency.downloads),
        when(agency.last_download_at),
        when(agency.last_live_at),
    )
