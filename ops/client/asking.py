"""Asks the API over HTTP, with a token that is read from where no list of processes shows it."""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from http.client import HTTPException
from pathlib import Path
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

TOKEN_VARIABLE = "TALLYBOARD_TOKEN"  # noqa: S105 - the name of where it stands
WAIT = 20.0  # seconds for an answer
NO_TOKEN, NOT_FOUND, FORBIDDEN = 401, 404, 403


class NotAdmitted(Exception):  # noqa: N818 - it is an answer, not a failure
    """The token does not work, or not any more."""


class Gone(Exception):  # noqa: N818 - the same
    """There is nothing at this address that this token may see."""


class Unreachable(Exception):  # noqa: N818 - the same
    """Nobody answers just now."""


@dataclass(frozen=True, slots=True)
class Server:
    """Where the API is, and who asks."""

    address: str
    token: str

    @property
    def headers(self) -> dict[str, str]:
        """Give what says who asks."""
        return {"authorization": f"Bearer {self.token}"}

    @property
    def socket_address(self) -> str:
        """Give the address of the live feed."""
        return f"ws{self.address.removeprefix('http')}/api/v1/live"

    def state(self, path: str) -> tuple[Mapping[str, Any], str]:
        """Read a state, with the cursor from which the live feed goes on. Raises NotAdmitted, Gone or Unreachable."""
        try:
            with urlopen(Request(f"{self.address}{path}", headers=self.headers), timeout=WAIT) as answer:  # noqa: S310 - see `at`
                return json.load(answer), answer.headers["live-cursor"]
        except HTTPError as error:
            if error.code in {NO_TOKEN, FORBIDDEN}:
                raise NotAdmitted from None
            if error.code == NOT_FOUND:
                raise Gone from None
            raise Unreachable from None
        except (URLError, OSError, ValueError, HTTPException):
            raise Unreachable from None


def at(address: str, token: str) -> Server:
    """Name a server. Raises ValueError for an address that is none, and for a token that would travel readably."""
    parts = urlsplit(address)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError(f"{address} is no address of a server, such as https://board.example.org")
    if parts.scheme == "http" and parts.hostname not in {"localhost", "127.0.0.1", "::1"}:
        raise ValueError("Over http a token can be read by everyone in between. Use the server's https address.")
    return Server(f"{parts.scheme}://{parts.netloc}", token)


def token_from(file: Path | None) -> str:
    """Read the token from a file, or else from the environment: never from an argument, which `ps` shows to all.

    Raises ValueError where there is none.
    """
    token = file.read_text().strip() if file else os.environ.get(TOKEN_VARIABLE, "").strip()
    if not token:
        raise ValueError(f"There is no token. Put it into {TOKEN_VARIABLE}, or into a file named by --token-file.")
    return token
