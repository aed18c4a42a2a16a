"""`tallyboard token`: tokens of programs, made, listed and revoked by who runs the server."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from ops.settings import Settings

if TYPE_CHECKING:
    from ops.transaction import Desk

cli = typer.Typer(help="Tokens of programs: create, list, revoke.", no_args_is_help=True)

R = TypeVar("R")
WRONG, UNREADABLE = 1, 2


@cli.command()
def create(
    account: Annotated[str, typer.Argument(help="The program's name, such as 'Command and control'.")],
    agency: Annotated[str, typer.Option(help="The letters of the agency whose program it is, such as HBR.")],
    scope: Annotated[list[str], typer.Option(help="read, contribute or manage; again for more.")] = ["read"],  # noqa: B006 - typer's way to give a default
    name: Annotated[str, typer.Option(help="What uses the token; the account's name if it is left out.")] = "",
    days: Annotated[int, typer.Option(help="For how many days.")] = 30,
) -> None:
    """Make a token for a program, and print it this once. A program sees only what its account is given."""
    from ops.actions.server_tokens import make_token_on_server
    from ops.actions.tokens import NewToken
    from ops.errors import Conflict, Invalid

    new = NewToken(name or account, tuple(scope), str(days))
    try:
        made = at_desk(lambda desk: make_token_on_server(desk, agency, account, new))
    except Invalid as refusal:
        for field, message in refusal.messages.items():
            typer.echo(f"{ {'account': 'ACCOUNT', 'scopes': '--scope'}.get(field, f'--{field}') }: {message}", err=True)
        raise typer.Exit(UNREADABLE) from None
    except Conflict as refusal:
        typer.echo(str(refusal), err=True)
        raise typer.Exit(WRONG) from None
    typer.echo(f"{made.reference} ends {made.expires_at:%Y-%m-%d}. It is shown only this once:", err=True)
    typer.echo(made.secret)


@cli.command(name="list")
def list_open() -> None:
    """List the open tokens: whose, for what, last used, until when. Never the tokens themselves."""
    from ops.actions.server_tokens import list_tokens_on_server

    for one in at_desk(list_tokens_on_server):
        whose = one.account or "(an officer's own)"
        words = (one.reference, one.agency, whose, one.name, ",".join(one.scopes))
        used = f"last used {one.used_at:%Y-%m-%d %H:%M}" if one.used_at else "not used yet"
        typer.echo("\t".join((*words, used, f"ends {one.expires_at:%Y-%m-%d}")))


@cli.command()
def revoke(reference: Annotated[str, typer.Argument(help="The reference that `list` shows.")]) -> None:
    """End a token at once, and every connection that it has open."""
    from ops.actions.server_tokens import revoke_token_on_server
    from ops.errors import NotFound

    try:
        at_desk(lambda desk: revoke_token_on_server(desk, reference))
    except NotFound:
        typer.echo("There is no open token with this reference.", err=True)
        raise typer.Exit(WRONG) from None
    typer.echo("It has ended, on every server.")


def at_desk(act: "Callable[[Desk], Awaitable[R]]") -> R:
    """Work on the deployment's own database, and ring its doorbell, as a server does."""
    from live.doorbell import Doorbell
    from live.memory_doorbell import MemoryBackend
    from live.redis_doorbell import RedisBackend
    from models.database import Database
    from models.migrations import migrate
    from ops.clock import Clock
    from ops.paths import MIGRATIONS
    from ops.transaction import Desk

    async def whole() -> R:
        settings = Settings()
        settings.data_dir.mkdir(parents=True, exist_ok=True)
        database = Database(settings.database())
        doorbell = Doorbell(RedisBackend(settings.redis_url) if settings.redis_url else MemoryBackend())
        try:
            await migrate(database, MIGRATIONS)
            async with doorbell.open():
                desk = Desk(database, doorbell, Clock())
                await desk.set_clock()
                return await act(desk)
        finally:
            await database.close()

    return asyncio.run(whole())
