"""Topics say which screens might care; who may know is never read from them."""

from collections.abc import Iterable


def operation_topic(reference: str) -> str:
    """Name the topic of everything on one operation."""
    return f"operation:{reference}"


def decisions_topic(reference: str) -> str:
    """Name the topic of an operation's decision log: no board and no phone shows it."""
    return f"decisions:{reference}"


def debrief_topic(reference: str) -> str:
    """Name the topic of what is said at an operation's debrief."""
    return f"debrief:{reference}"


def case_topic(reference: str) -> str:
    """Name the topic of everything in one case."""
    return f"case:{reference}"


def agency_topic(reference: str) -> str:
    """Name the topic of what one agency's officers are told to decide, or told of."""
    return f"agency:{reference}"


def page_topic(references: Iterable[str]) -> str:
    """Name the topic of a page by the things that it shows; two pages that show the same share it."""
    return f"page:{' '.join(sorted(set(references)))}"


def references_on(topic: str) -> list[str] | None:
    """Give the things that such a page shows; None for the topic of a box or an agency."""
    kind, _, named = topic.partition(":")
    return named.split() if kind == "page" else None


def reference_of(topic: str) -> str:
    """Give the reference of the box that a topic is about."""
    return topic.partition(":")[2]


def kind_of(topic: str) -> str:
    """Give what kind of topic it is: the word before its reference."""
    return topic.partition(":")[0]
