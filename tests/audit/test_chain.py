"""Whatever is done to a sealed audit, the first bad entry is named: altered, missing, moved, doubled, cut off."""

from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from models.audit import Act, AuditRow
from ops.audit.chain import BEGINNING, Fault, Head, Sealed, Walk, seal_after, sealed, signed
from ops.audit.keys import name_of

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
KEYS = {name_of(KEY.public_key()): KEY.public_key()}
NOON = datetime(2026, 3, 12, 12, 0, tzinfo=UTC)
ROWS = st.lists(st.sampled_from(list(Act)), min_size=2, max_size=12)


def row(act: Act, number: int) -> AuditRow:
    return AuditRow(id=UUID(int=number), at=NOON, act=act, officer_id=UUID(int=7), references=["a" * 26])


def chained(acts: list[Act]) -> list[Sealed]:
    chain, before = list[Sealed](), BEGINNING
    for place, act in enumerate(acts, start=1):
        entry = sealed(row(act, place), place)
        before = seal_after(before, entry.content)
        chain.append(replace(entry, seal=before))
    return chain


def head_of(chain: list[Sealed]) -> Head:
    return signed(KEY, chain[-1].sequence, chain[-1].seal, NOON)


def fault_of(chain: list[Sealed], *heads: Head) -> Fault | None:
    walk = Walk(KEYS)
    for entry in chain:
        walk.row(entry, [head for head in heads if head.sequence == entry.sequence])
    for head in heads:
        if head.sequence > walk.sequence:
            walk.head(head)
    return walk.fault


def renumbered(chain: list[Sealed]) -> list[Sealed]:
    return [replace(entry, sequence=place) for place, entry in enumerate(chain, start=1)]


def resealed(chain: list[Sealed]) -> list[Sealed]:
    """Do what somebody with the database, and without the key, can do: seal everything anew."""
    made, before = list[Sealed](), BEGINNING
    for entry in chain:
        before = seal_after(before, entry.content)
        made.append(replace(entry, seal=before))
    return made


def test_a_chain_that_nobody_touched_holds() -> None:
    chain = chained(list(Act))
    assert fault_of(chain, head_of(chain)) is None


@given(ROWS, st.data())
def test_an_altered_entry_is_named(acts: list[Act], data: st.DataObject) -> None:
    chain = chained(acts)
    place = data.draw(st.integers(1, len(chain)))
    at = data.draw(st.integers(0, len(chain[place - 1].content) - 1))
    content = bytearray(chain[place - 1].content)
    content[at] ^= data.draw(st.integers(1, 255))
    chain[place - 1] = replace(chain[place - 1], content=bytes(content))
    fault = fault_of(chain, head_of(chained(acts)))
    assert fault is not None
    assert (fault.sequence, fault.name) == (place, chain[place - 1].name)


@given(ROWS, st.data())
def test_a_missing_entry_is_named_whether_the_rest_is_renumbered_or_not(acts: list[Act], data: st.DataObject) -> None:
    chain = chained(acts)
    place = data.draw(st.integers(1, len(chain)))
    left = [entry for entry in chain if entry.sequence != place]
    for found in (left, renumbered(left)):
        fault = fault_of(found, head_of(chain))
        assert fault is not None
        assert fault.sequence == place


@given(ROWS, st.data())
def test_of_two_entries_that_changed_places_the_first_is_named(acts: list[Act], data: st.DataObject) -> None:
    chain = chained(acts)
    one, other = sorted(data.draw(st.sets(st.integers(1, len(chain)), min_size=2, max_size=2)))
    chain[one - 1], chain[other - 1] = chain[other - 1], chain[one - 1]
    fault = fault_of(renumbered(chain))
    assert fault is not None
    assert fault.sequence == one


@given(ROWS, st.data())
def test_an_entry_put_in_twice_is_named(acts: list[Act], data: st.DataObject) -> None:
    chain = chained(acts)
    which, place = data.draw(st.integers(1, len(chain))), data.draw(st.integers(1, len(chain) + 1))
    doubled = [*chain[: place - 1], chain[which - 1], *chain[place - 1 :]]
    fault = fault_of(renumbered(doubled))
    assert fault is not None
    assert fault.sequence == (
        place + 1 if which == place else place
    )  # of two that are alike the second is one too many
    assert fault_of(doubled) is not None


@given(ROWS, st.data())
def test_a_cut_end_is_found_by_a_head_that_was_kept_elsewhere(acts: list[Act], data: st.DataObject) -> None:
    chain = chained(acts)
    left = chain[: data.draw(st.integers(0, len(chain) - 1))]
    assert fault_of(left) is None  # the chain alone cannot tell
    fault = fault_of(left, head_of(chain))
    assert fault is not None
    assert (fault.sequence, "missing" in fault.what) == (len(left) + 1, True)


@given(ROWS, st.data())
def test_a_chain_sealed_anew_without_the_key_differs_from_its_head(acts: list[Act], data: st.DataObject) -> None:
    chain = chained(acts)
    place = data.draw(st.integers(1, len(chain)))
    good = data.draw(st.integers(0, place - 1))
    heads = [head_of(chain), *([head_of(chain[:good])] if good else [])]
    chain[place - 1] = replace(chain[place - 1], content=b"{}")
    fault = fault_of(resealed(chain), *heads)
    assert fault is not None
    assert fault.sequence == good + 1  # nothing after the last good head can be told apart


def test_a_head_that_the_key_did_not_sign_counts_for_nothing() -> None:
    chain = chained(list(Act))
    for head in (
        signed(Ed25519PrivateKey.generate(), chain[-1].sequence, chain[-1].seal, NOON),
        replace(head_of(chain), at=datetime(2027, 1, 1, tzinfo=UTC)),
        replace(head_of(chain), signature="junk"),
    ):
        fault = fault_of(chain, head)
        assert fault is not None
        assert "signature" in fault.what
