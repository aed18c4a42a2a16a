"""A sender's file name does no harm here."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ops.files.kinds import Kind
from ops.files.names import NAME_LENGTH, clean_name, named_for


@pytest.mark.parametrize(
    ("claimed", "kept"),
    [
        ("IMG_0042.JPG", "IMG_0042.JPG"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\tom\\yard.jpg", "yard.jpg"),
        ("a\r\nSet-Cookie: b.jpg", "a Set-Cookie: b.jpg"),
        ("nul\0byte.jpg", "nul byte.jpg"),
        ("photo\u202egpj.exe", "photo gpj.exe"),
        ("  .hidden  ", "hidden"),
        ("Küche – Nord.jpg", "Küche – Nord.jpg"),
        ("Ku\u0308che.jpg", "Küche.jpg"),
        ("", "file"),
        ("///", "file"),
        ("..", "file"),
    ],
)
def test_a_name_keeps_its_words_and_loses_its_path_and_what_is_invisible(claimed: str, kept: str) -> None:
    assert clean_name(claimed) == kept


@pytest.mark.parametrize(
    ("name", "kind", "called"),
    [
        ("IMG_1.HEIC", Kind.JPEG, "IMG_1.jpg"),
        ("yard.JPEG", Kind.JPEG, "yard.JPEG"),
        ("really-a-png.jpg", Kind.PNG, "really-a-png.png"),
        ("run.exe", Kind.JPEG, "run.exe.jpg"),
        ("lease v3.5", Kind.PDF, "lease v3.5.pdf"),
        (".jpg", Kind.PNG, "file.png"),
    ],
)
def test_a_name_ends_as_what_is_shared_under_it(name: str, kind: Kind, called: str) -> None:
    assert named_for(name, kind) == called


@given(claimed=st.text(max_size=400), kind=st.sampled_from([Kind.JPEG, Kind.PNG, Kind.PDF]))
def test_no_name_is_empty_too_long_or_a_path(claimed: str, kind: Kind) -> None:
    name = named_for(clean_name(claimed), kind)
    assert 0 < len(name) <= NAME_LENGTH
    assert not set(name) & set("/\\\0\r\n")
