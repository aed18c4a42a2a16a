"""The `tallyboard` command: run the demo, serve, bring the database up to date."""

import asyncio
import os
import secrets
import shutil
import threading
import traceback
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ops.api.command_line import cli as token_commands
from ops.api.import_command import import_table
from ops.audit.command_line import cli as audit_commands
from ops.client.command_line import watch
from ops.paths import MIGRATIONS
from ops.settings import Settings
from ops.world.command_line import export_world, load

if TYPE_CHECKING:
    from ops.actions.agencies import NewAgency

cli = typer.Typer(
    help="Tallyboard: the board where every agency hangs its tally. Who is in, where, since when.",
    no_args_is_help=True,
    add_completion=False,
)

cli.add_typer(audit_commands, name="audit")
cli.add_typer(token_commands, name="token")
cli.command("load")(load)
cli.command("export-world")(export_world)
cli.command("watch")(watch)
cli.command("import")(import_table)

Port = Annotated[int, typer.Option(help="The port to listen on.")]
Host = Annotated[str, typer.Option(help="The address to listen on.")]


@cli.command()
def demo(
    port: Port = 8000,
    data: Annotated[Path, typer.Option(help="Where the demo keeps its data.")] = Path("data"),
    fresh: Annotated[bool, typer.Option("--fresh", help="Throw the demo's data away and begin its day again.")] = False,
    play: Annotated[bool, typer.Option("--play", help="Play its day from 06:30 with simulated officers.")] = False,
    speed: Annotated[float, typer.Option(min=1, max=3600, help="With --play: minutes of the day in a minute.")] = 60,
) -> None:
    """Run the demo county: Operation LAPWING in the middle of its day, all of it made up.

    With --play its day begins anew at 06:30, and simulated officers act it out over the same HTTP and sockets.
    """
    if (fresh or play) and data.exists():
        _throw_away(data)
    data.mkdir(parents=True, exist_ok=True)
    os.environ.update(DATA_DIR=str(data), PORT=str(port), DEMO="true")
    _introduce(port, asyncio.run(_prepare_demo(Settings(), play=play)))
    if play:
        from ops.exercise.playing import play_beside

        threading.Thread(target=play_beside, args=(port, speed), daemon=True).start()
    _run(host="127.0.0.1", port=port, workers=1)


@cli.command()
def serve(
    host: Host = "127.0.0.1",
    port: Port = 8000,
    workers: Annotated[int, typer.Option(help="Processes; more than one needs PostgreSQL and Redis.")] = 1,
) -> None:
    """Serve with the settings of the environment (DATABASE_URL, REDIS_URL, ORIGIN, DATA_DIR, STORAGE_URL)."""
    os.environ.setdefault("PORT", str(port))
    if not Settings().demo:
        os.environ.setdefault("REQUIRE_SECOND_FACTOR", "true")  # people's lives are in here: a password is not enough
    settings = Settings()
    if workers > 1 and not (settings.database_url and settings.redis_url):
        typer.echo("More than one process needs DATABASE_URL (PostgreSQL) and REDIS_URL (Redis or Valkey).", err=True)
        raise typer.Exit(2)
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    asyncio.run(_migrate(settings))
    if asyncio.run(_nobody_is_here(settings)):
        typer.echo("Nobody can sign in here yet. `tallyboard begin` makes the first agency and its administrator.")
    _run(host=host, port=port, workers=workers)


@cli.command()
def migrate() -> None:
    """Bring the database's tables up to date; safe to run again."""
    settings = Settings()
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    asyncio.run(_migrate(settings))
    typer.echo("The database is up to date.")


@cli.command()
def begin(
    agency: Annotated[str, typer.Option(prompt="Name of the agency", help="Its name, such as Trentshire Police.")],
    code: Annotated[str, typer.Option(prompt="Its letters on the board, two to four", help="Such as POL.")],
    administrator: Annotated[str, typer.Option(prompt="Name of its administrator", help="Who administers it.")],
    email: Annotated[str, typer.Option(prompt="Their work e-mail", help="What they sign in with.")],
    kind: Annotated[str, typer.Option(help="statutory, voluntary or non-statutory.")] = "statutory",
    contact: Annotated[str, typer.Option("--desk", help="How others reach its desk.")] = "",
    port: Annotated[int | None, typer.Option(help="The port that is served, where ORIGIN is not set.")] = None,
    again: Annotated[bool, typer.Option("--again", help="Although an administrator can sign in already.")] = False,
) -> None:
    """Make the first agency and print its administrator's link, which works once. They choose how to sign in."""
    from ops.actions.agencies import NewAgency
    from ops.errors import Conflict, Invalid

    if port is not None:
        os.environ["PORT"] = str(port)
    settings = Settings()
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    try:
        link = asyncio.run(_begin(settings, NewAgency(code, agency, kind, contact, administrator, email), again=again))
    except Invalid as refusal:
        for field, message in refusal.messages.items():
            typer.echo(f"--{ {'name': 'agency', 'letters': 'code'}.get(field, field) }: {message}", err=True)
        raise typer.Exit(2) from None
    except Conflict as refusal:
        typer.echo(f"{refusal} With --again this is done nevertheless; docs/administration.md says when.", err=True)
        raise typer.Exit(1) from None
    typer.echo(f"\nOpen this once, within 72 hours, where you or they sign in:\n\n  {link}\n")
    typer.echo("Whoever has the link gets in. If it is lost before it was opened: run this again.")


@cli.command()
def prove(
    seconds: Annotated[float, typer.Option(help="How long to go on building worlds; longer finds rarer things.")] = 60,
    seed: Annotated[int | None, typer.Option(help="Build the worlds of an earlier run again.")] = None,
    database_url: Annotated[str, typer.Option(help="An empty PostgreSQL to prove with, instead of SQLite.")] = "",
) -> None:
    """Prove on made-up worlds that nobody receives a byte that they were not granted; prints a report to file."""
    from ops.proof.proving import NotEmptyError
    from ops.proof.proving import prove as run_proof
    from ops.proof.report import report

    try:
        run = asyncio.run(run_proof(seconds, secrets.randbelow(2**32) if seed is None else seed, database_url))
    except NotEmptyError:
        typer.echo("There are tables in this database. A proof needs an empty one and touches no other.", err=True)
        raise typer.Exit(2) from None
    typer.echo(report(run))
    if run.fault is not None:
        traceback.print_exception(run.fault)
    raise typer.Exit(0 if run.holds else 1)


async def _migrate(settings: Settings) -> None:
    from models.database import Database
    from models.migrations import migrate as run_migrations

    database = Database(settings.database())
    try:
        await run_migrations(database, MIGRATIONS)
    finally:
        await database.close()


async def _nobody_is_here(settings: Settings) -> bool:
    from models.database import Database
    from ops.world.loader import is_empty

    database = Database(settings.database())
    try:
        return await is_empty(database)
    finally:
        await database.close()


async def _begin(settings: Settings, new: "NewAgency", *, again: bool) -> str:
    from live.doorbell import Doorbell
    from live.memory_doorbell import MemoryBackend
    from models.database import Database
    from ops.actions.beginning import begin as make_first
    from ops.actions.beginning import begin_again
    from ops.clock import Clock
    from ops.transaction import Desk

    await _migrate(settings)
    database, doorbell = Database(settings.database()), Doorbell(MemoryBackend())
    try:
        async with doorbell.open():
            desk = Desk(database, doorbell, Clock())
            await desk.set_clock()
            return (await (begin_again if again else make_first)(desk, new)).link(settings.address())
    finally:
        await database.close()


async def _prepare_demo(settings: Settings, *, play: bool) -> str:
    """Load the demo where it is not loaded yet; gives the code of its wall."""
    from live.doorbell import Doorbell
    from live.memory_doorbell import MemoryBackend
    from models.database import Database
    from ops.clock import Clock
    from ops.storage import Storage
    from ops.transaction import Desk
    from ops.world.demo_wall import demo_wall
    from ops.world.loader import is_empty
    from ops.world.people import load_demo

    await _migrate(settings)
    database = Database(settings.database())
    try:
        if await is_empty(database):
            files = Storage.at(settings.storage_url or settings.data_dir / "files")
            await load_demo(database, datetime.now(UTC), files, until=timedelta(hours=6, minutes=30) if play else None)
        doorbell = Doorbell(MemoryBackend())
        async with doorbell.open():
            desk = Desk(database, doorbell, Clock())
            await desk.set_clock()
            return await demo_wall(desk)
    finally:
        await database.close()


def _throw_away(data: Path) -> None:
    """Remove only what a demo makes, so that a wrong --data costs nobody their files."""
    for made in data.glob("tallyboard.db*"):
        made.unlink()
    shutil.rmtree(data / "files", ignore_errors=True)


def _introduce(port: int, wall: str) -> None:
    from ops.world.people import DEMO_PASSWORD, DEMO_PEOPLE

    typer.echo(f"\nTallyboard's demo is at  http://localhost:{port}\n")
    typer.echo(f"Sign in as (the password is always {DEMO_PASSWORD}):")
    for person in DEMO_PEOPLE:
        typer.echo(f"  {person.label:<52} {person.email}")
    if wall:
        typer.echo(
            f"\nThe wall of the control room:  http://localhost:{port}/wall  with the code {wall}, for ten minutes."
        )
        typer.echo("A new code: as the operation commander, Operation > Walls. Or start the demo again.")
    typer.echo("\nOpen several browser windows (private ones keep sign-ins apart). Ctrl+C stops; the data stays.\n")


def _run(*, host: str, port: int, workers: int) -> None:
    from ops.server.serving import serve as serve_sockets

    serve_sockets("ops.app:from_environment", host=host, port=port, workers=workers)


def main() -> None:
    """Run the command line."""
    cli()
