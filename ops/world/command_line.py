"""`tallyboard load`: bring agencies, officers, agreements and whole worlds in from a file, on the server."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ops.paths import MIGRATIONS
from ops.settings import Settings

if TYPE_CHECKING:
    from models.database import Database
    from ops.storage import Storage
    from ops.world.archive import Moved
    from ops.world.guests import Guest
    from ops.world.loader import Loaded

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
    if _is_archive(world):
        _load_whole(settings, world)
        return
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


def export_world(
    archive: Annotated[
        Path, typer.Argument(help="The new file, such as county.zip. It holds everything: keep it safe.")
    ],
) -> None:
    """Write the whole world into one file, for `load` on another server: every row and file, no password or passkey."""
    from ops.world.archive import write_archive

    settings = Settings()
    if archive.exists():
        typer.echo(f"{archive}: there is such a file already.", err=True)
        raise typer.Exit(1)
    moved = asyncio.run(_at_cabinet(settings, lambda database, files: write_archive(database, files, archive)))
    archive.chmod(0o600)
    typer.echo(
        f"{sum(moved.rows.values())} rows and {moved.files} files are in {archive}. It holds everything: keep it safe."
    )


def _load_whole(settings: Settings, archive: Path) -> None:
    from ops.world.archive import load_archive
    from ops.world.reading import WorldError

    now = datetime.now(UTC)
    try:
        moved = asyncio.run(_at_cabinet(settings, lambda db, files: load_archive(db, files, archive, now=now)))
    except WorldError as error:
        typer.echo(f"{error}\nNothing was loaded.", err=True)
        raise typer.Exit(1) from None
    typer.echo(f"{sum(moved.rows.values())} rows and {moved.files} files were loaded.")
    _hand_over(moved.guests, settings.address())


def _is_archive(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return file.read(2) == b"PK"
    except OSError:
        return False


async def _at_cabinet(settings: Settings, act: "Callable[[Database, Storage], Awaitable[Moved]]") -> "Moved":
    from models.database import Database
    from models.migrations import migrate
    from ops.storage import Storage

    database = Database(settings.database())
    try:
        await migrate(database, MIGRATIONS)
        return await act(database, Storage.at(settings.storage_url or settings.data_dir / "files"))
    finally:
        await database.close()


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
    _hand_over(loaded.guests, address)


def _hand_over(guests: "Sequence[Guest]", address: str) -> None:
    if guests:
        typer.echo("\nOne link for each officer: hand it over within 72 hours. It works once, and is printed once.\n")
        for guest in guests:
            typer.echo(f"  {_line(guest, address)}")


def _line(guest: "Guest", address: str) -> str:
    return f"{guest.officer.name} <{guest.email}>: {address}/invitations/open#{guest.token}"


def _counted(loaded: "Loaded") -> str:
    counts = Counter(one.what for one in loaded.made)
    return ", ".join(f"{n} {_plural(what, n)}" for what, n in counts.items()) or "nothing new"


def _plural(what: str, count: int) -> str:
    return what if count == 1 else MANY.get(what, f"{what}s")
