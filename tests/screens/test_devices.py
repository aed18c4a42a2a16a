import pytest

from ops.screens.devices import UNKNOWN, device_in_words

PHONE = (
    "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0 Mobile Safari/537.36"
)
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Safari/604.1"
DESK = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0 Safari/537.36 Edg/1"
)


@pytest.mark.parametrize(
    ("told", "said"),
    [
        (PHONE, "Chrome on Android"),
        (IPHONE, "Safari on iPhone"),
        (DESK, "Edge on Windows"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:130.0) Gecko/20100101 Firefox/130.0", "Firefox on Linux"),
        ("a test", "a test"),
        ("", UNKNOWN),
    ],
)
def test_a_browser_is_said_in_two_words(told: str, said: str) -> None:
    assert device_in_words(told) == said
