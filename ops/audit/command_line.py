"""`tallyboard audit`: whether the audit still says what was written, and the signed head to file elsewhere."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from ops.settings import Settings

cli = typer.Typer(help="The audit: verify its chain, print its signed head and its public key.", no_args_is_help=True)

WRONG = 1
UNREADABLE = 2

Heads = Annotated[list[Path], typer.Option("--head", help="A file of signed heads that was kept elsewhere.")]
Keys = Annotated[list[Path], typer.Option("--key", help="A public key, besides those in the data folder.")]


@cli.command()
def verify(head: Heads = [], key: Keys = []) -> None:  # noqa: B006 - typer's way to say "none given"
    """Follow the whole chain; name the first bad entry, the last good head, and what is not sealed yet."""
    from models.database import Database
    from ops.audit.filed_heads import heads_in
    from ops.audit.keys import known_keys
    from ops.audit.verifying import verify as follow

    settings = Settings()
    try:
        outside = [one for path in head for one in heads_in(path)]
        keys = known_keys(settings.audit_key().parent, *key)
    except (OSError, ValueError) as fault:
        typer.echo(f"Could not read what to hold the audit against: {fault}", err=True)
        raise typer.Exit(UNREADABLE) from None

    async def whole() -> int:
        database = Database(settings.database())
        try:
            verdict = await follow(database, keys, outside)
        finally:
            await database.close()
        typer.echo(verdict.told(datetime.now(UTC)))
        return 0 if verdict.fault is None else WRONG

    raise typer.Exit(asyncio.run(whole()))


@cli.command(name="head")
def print_head() -> None:
    """Print the newest signed head on one line, to be filed where nobody of this house can change it."""
    from models.database import Database
    from ops.audit.filed_heads import written
    from ops.audit.verifying import last_head

    async def newest() -> str:
        database = Database(Settings().database())
        try:
            found = await last_head(database)
        finally:
            await database.close()
        return written(found) if found else ""

    line = asyncio.run(newest())
    if not line:
        typer.echo("Nothing is sealed yet.", err=True)
        raise typer.Exit(WRONG)
    typer.echo(line)


@cli.command(name="key")
def print_key() -> None:
    """Print the public key that verifies the heads; made if there is none yet."""
    from ops.audit.keys import pem, signing_key

    typer.echo(pem(signing_key(Settings().audit_key()).public_key()).decode(), nl=False)
