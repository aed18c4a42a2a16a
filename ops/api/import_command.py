"""`tallyboard import`: bring a table in on the server, for an officer, as the page does."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ops.api.command_line import at_desk

if TYPE_CHECKING:
    from models.imports import Import
    from ops.access.asker import Asker
    from ops.transaction import Desk

WRONG = 1
SHOWN = 20  # wrong lines that are printed; the rest stand in the file of --bad


def import_table(
    table: Annotated[Path, typer.Argument(help="The table: CSV or XLSX, its headings in one of the first 20 lines.")],
    of: Annotated[str, typer.Option("--of", help="What its lines are: case, profile, report, site, officer, agency.")],
    officer: Annotated[str, typer.Option(help="The work e-mail of the officer for whom it is brought in.")],
    check_only: Annotated[bool, typer.Option("--check", help="Only try every line; bring nothing in.")] = False,  # noqa: FBT002 - a switch
    good: Annotated[bool, typer.Option("--good", help="Bring the good lines in although others are wrong.")] = False,  # noqa: FBT002 - a switch
    doubles: Annotated[bool, typer.Option("--doubles", help="Bring in also what looks as if it were there.")] = False,  # noqa: FBT002 - a switch
    bad: Annotated[Path | None, typer.Option(help="Where to write the wrong lines, to be mended.")] = None,
) -> None:
    """Bring in a table, for an officer whose duty it is. Without --good: all of it, or nothing.

    Interrupted, it goes on by itself in a running server, and nothing comes twice.
    """
    from ops.errors import Conflict, Invalid, Refusal

    if not table.is_file():
        typer.echo(f"{table}: there is no such file.", err=True)
        raise typer.Exit(WRONG)
    try:
        done = at_desk(lambda desk: _bring_in(desk, table, of, officer, _Wishes(check_only, good, doubles, bad)))
    except Invalid as refusal:
        typer.echo("\n".join(refusal.messages.values()), err=True)
        raise typer.Exit(WRONG) from None
    except Conflict as refusal:
        typer.echo(str(refusal), err=True)
        raise typer.Exit(WRONG) from None
    except Refusal:
        typer.echo("Nobody with this e-mail brings such a table in here.", err=True)
        raise typer.Exit(WRONG) from None
    if not done:
        raise typer.Exit(WRONG)


class _Wishes:
    def __init__(self, check_only: bool, good: bool, doubles: bool, bad: Path | None) -> None:  # noqa: FBT001 - switches
        self.check_only, self.good, self.doubles, self.bad = check_only, good, doubles, bad


async def _bring_in(desk: "Desk", table: Path, of: str, officer: str, wishes: _Wishes) -> bool:
    import asyncio

    from ops.actions.import_fields import KINDS
    from ops.actions.imports import begin_publishing, check, own_import, stage
    from ops.errors import Invalid
    from ops.files.sheets import read_sheet
    from ops.screens.imports import bad_lines, bad_sheet

    asker = await _asker(desk, officer)
    if of not in KINDS:
        raise Invalid({"of": f"--of: {', '.join(KINDS)}."})
    sheet = await asyncio.to_thread(read_sheet, table)
    reference = await stage(desk, asker, of, table.name, sheet)
    async with desk.database.reading() as session:
        row = await own_import(session, asker, reference)
    await check(desk, asker, reference, row.mapping, with_doubles=wishes.doubles)
    async with desk.database.reading() as session:
        row = await own_import(session, asker, reference)
        wrong = await bad_lines(session, row, SHOWN)
    _tell(row, [f"  line {line.number}: {line.problem}" for line in wrong])
    if wishes.bad is not None:
        wishes.bad.write_bytes(b"".join([piece async for piece in bad_sheet(desk.database.reading, row)]))
        typer.echo(f"The wrong lines are in {wishes.bad}.")
    if wishes.check_only:
        return not row.bad
    await begin_publishing(desk, asker, reference, only_good=wishes.good, at_the_server=True)
    return await _publish(desk, asker, row)


async def _publish(desk: "Desk", asker: "Asker", row: "Import") -> bool:
    from models.imports import ImportState
    from ops.actions.import_publishing import A_BATCH, publish_batch, take_this
    from ops.actions.imports import own_import

    await take_this(desk, row.id)
    expected = row.rows - row.bad - (0 if row.with_doubles else row.doubles)
    with typer.progressbar(length=expected, label="Bringing in") as bar:
        while await publish_batch(desk, row.id):
            bar.update(A_BATCH)
    async with desk.database.reading() as session:
        ended = await own_import(session, asker, row.reference)
    typer.echo(f"{ended.published} of {ended.rows} lines were brought in. {ended.why}".strip())
    return ended.state == ImportState.DONE


def _tell(row: "Import", wrong: list[str]) -> None:
    typer.echo(
        f"{row.rows} lines ({row.note}): {row.bad} wrong, {row.doubles} that look as if they were there already."
    )
    for line in wrong:
        typer.echo(line)
    if row.bad > len(wrong):
        typer.echo("  …")


async def _asker(desk: "Desk", email: str) -> "Asker":
    from sqlalchemy import select
    from sqlmodel import col

    from models.agencies import Officer
    from models.sign_ins import Credential
    from ops.access.asker import Asker
    from ops.access.principals import officers_now
    from ops.errors import NotFound

    now = desk.clock.now()
    async with desk.database.reading() as session:
        rows = await session.execute(
            select(Officer)
            .join(Credential, col(Credential.officer_id) == col(Officer.id))
            .where(col(Credential.email) == email.strip().lower())
        )
        found = list(rows.scalars())
        if len(found) != 1:
            raise NotFound
        standing = (await officers_now(session, [found[0].id], now)).get(found[0].id)
    if standing is None:
        raise NotFound
    return Asker(found[0].id, found[0].agency_id, standing.keys.held, now, standing.duties)
