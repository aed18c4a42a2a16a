"""Pages may load pictures from the address of the tiles and from nowhere else, and from none when there is none."""

import pytest

from ops.settings import Settings
from ops.web.middleware import CONTENT_SECURITY_POLICY
from tests.web.building import Building, running


def policy_with(tiles: str) -> dict[str, str]:
    """Give the directives with which pages are sent."""
    allowed = CONTENT_SECURITY_POLICY.format(tiles=f" {tiles}" if tiles else "")
    return dict(one.strip().partition(" ")[::2] for one in allowed.split(";"))


async def test_without_tiles_pictures_come_from_here_alone(small: Building) -> None:
    sent = (await small.stranger.get("/sign-in")).headers["content-security-policy"]
    assert sent == CONTENT_SECURITY_POLICY.format(tiles="")
    assert policy_with("")["img-src"] == "'self'"


async def test_with_tiles_their_origin_is_added_to_pictures_and_to_nothing_else(
    small: Building, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TILE_URL", "https://tiles.county.example:8443/{z}/{x}/{y}.png?key=secret")
    async with running(small.database, small.folder) as app:
        visitor = type(small.stranger)(app)
        sent = (await visitor.get("/sign-in")).headers["content-security-policy"]
    directives = dict(one.strip().partition(" ")[::2] for one in sent.split(";"))
    assert directives == policy_with("https://tiles.county.example:8443")
    assert [name for name, value in directives.items() if "tiles" in value] == ["img-src"]


@pytest.mark.parametrize("address", ["", "tiles", "javascript:alert(1)", "//tiles.example/{z}", "file:///tiles"])
def test_what_is_no_address_of_tiles_opens_nothing(address: str) -> None:
    assert Settings(tile_url=address).tile_origin() == ""
