from live.mailbox import MAILBOX_REFERENCES, Mailbox
from tests.live.stage import named

MANY = [named(str(number)) for number in range(MAILBOX_REFERENCES + 1)]


def test_a_mailbox_gives_everything_once_and_in_order() -> None:
    mailbox = Mailbox()
    mailbox.put([MANY[1], MANY[0]])
    mailbox.put([MANY[1], MANY[2]])
    assert list(mailbox.take()) == [MANY[1], MANY[0], MANY[2]]
    assert not mailbox
    assert list(mailbox.take()) == []


def test_a_mailbox_holds_as_many_references_as_it_says() -> None:
    mailbox = Mailbox()
    mailbox.put(MANY[:-1])
    mailbox.put(MANY[:-1])
    assert not mailbox.overflowed
    assert len(mailbox.take()) == MAILBOX_REFERENCES


def test_one_too_many_leaves_nothing_but_the_overflow() -> None:
    mailbox = Mailbox()
    mailbox.put(MANY)
    mailbox.put(MANY[:3])
    assert mailbox.overflowed
    assert mailbox
    assert list(mailbox.take()) == []


def test_taking_ends_the_overflow() -> None:
    mailbox = Mailbox()
    mailbox.put(MANY)
    mailbox.take()
    mailbox.put(MANY[:2])
    assert list(mailbox.take()) == MANY[:2]
