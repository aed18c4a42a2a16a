"""`tallyboard load`: bring agencies, officers, agreements and whole worlds in from a file, on the server."""

import asyncio
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ops.paths import MIGRATIONS
from ops.settings import Settings

if TYPE_CHECKING:
    from ops.world.loader import Loaded
    from ops.world.scene import Guest

MANY = {"agency": "agencies"}


def load(
    world: Annotated[Path, typer.Argument(help="The file, such as county.yaml; docs/import.md says what it may hold.")],
    port: Annotated[int | None, typer.Option(help="The port that is served, where ORIGIN is not set.")] = None,
    check: Annotated[bool, typer.Option("--check", help="Only say whether it could be loaded.")] = False,  # noqa: FBT002 - a switch
) -> None:
    """Load agencies, teams, officers, agreements, cases and operations from a file; all of it or nothing.

    What is there already stays as it is: loading a file again makes only what was added to it. New officers get a
    link each, printed here once.
    """
    from ops.world.reading import WorldError

    settings = Settings() if port is None else Settings(port=port)
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    try:
        loaded = asyncio.run(_load(settings, world, only_check=check))
    except WorldError as error:
        typer.echo(str(error), err=True)
        typer.echo("Nothing was loaded.", err=True)
        raise typer.Exit(1) from None
    if check:
        typer.echo(f"{world} could be loaded: {_counted(loaded)}. Nothing was changed.")
        return
    _tell(loaded, settings.address())


async def _load(settings: Settings, world: Path, *, only_check: bool) -> "Loaded":
    from models.database import Database
    from models.migrations import migrate
    from ops.storage import Storage
    from ops.world.loader import check_world, load_world

    database = Database(settings.database())
    files = Storage.at(settings.storage_url or settings.data_dir / "files")
    try:
        await migrate(database, MIGRATIONS)
        return await (check_world if only_check else load_world)(database, world, now=datetime.now(UTC), files=files)
    finally:
        await database.close()


def _tell(loaded: "Loaded", address: str) -> None:
    if loaded.already:
        typer.echo("There already, and left as it is:")
        for what, name in loaded.already:
            typer.echo(f"  {what} {name}")
    typer.echo(f"Made: {_counted(loaded)}.")
    if loaded.guests:
        typer.echo(
            "\nOne link for each new officer: hand it over within 72 hours. It works once, and is printed once.\n"
        )
        for guest in loaded.guests:
            typer.echo(f"  {_line(guest, address)}")


def _line(guest: "Guest", address: str) -> str:
    return f"{guest.officer.name} <{guest.email}>: {address}/invitations/open#{guest.token}"


def _counted(loaded: "Loaded") -> str:
    counts = Counter(one.what for one in loaded.made)
    return ", ".join(f"{n} {_plural(what, n)}" for what, n in counts.items()) or "nothing new"


def _plural(what: str, count: int) -> str:
    return what if count == 1 else MANY.get(what, f"{what}s")
