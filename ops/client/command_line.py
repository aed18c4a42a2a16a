"""`tallyboard watch`: prints one line for each post and change on an operation, as it happens."""

import asyncio
import re
from collections.abc import Callable, Iterator
from contextlib import aclosing
from pathlib import Path
from typing import Annotated

import typer

from ops.client.asking import Gone, NotAdmitted, Server, at, token_from
from ops.client.follow import Follower
from ops.client.held import Change
from ops.client.lines import as_json, as_line

_REFERENCE = re.compile(r"(?:^|/operations/)([a-z2-7]{26})(?:$|[/?#])")


def watch(
    operation: Annotated[str, typer.Argument(help="The operation's reference, or the address of its board.")],
    server: Annotated[
        str, typer.Option(envvar="TALLYBOARD_SERVER", help="Where it is served.")
    ] = "http://localhost:8000",
    token_file: Annotated[
        Path | None, typer.Option(help="A file with the token; else it is read from TALLYBOARD_TOKEN.")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="One JSON object a line, for another program.")] = False,  # noqa: FBT002 - an option of the command line
) -> None:
    """Print each post and change on an operation as it happens, until you press Ctrl-C. docs/api-live.md says how."""
    try:
        where = at(server, token_from(token_file))
        asyncio.run(_print(where, _reference(operation), as_json if json else as_line))
    except (ValueError, OSError) as refusal:
        typer.echo(str(refusal), err=True)
        raise typer.Exit(2) from None
    except NotAdmitted:
        typer.echo("This token does not work, or not any more. Make another one.", err=True)
        raise typer.Exit(1) from None
    except Gone:
        typer.echo("There is nothing here that this token may see.", err=True)
        raise typer.Exit(1) from None
    except KeyboardInterrupt:
        raise typer.Exit(0) from None


async def _print(server: Server, operation: str, told: Callable[[Change], Iterator[str]]) -> None:
    async with aclosing(Follower(server, operation).changes()) as changes:
        async for change in changes:
            for line in told(change):
                typer.echo(line)


def _reference(named: str) -> str:
    found = _REFERENCE.search(named)
    if found is None:
        raise ValueError("Name the operation by its reference: the 26 letters in its board's address.")
    return found[1]
