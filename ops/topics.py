"""Topics say which screens might care; who may know is never read from them."""


def operation_topic(reference: str) -> str:
    """Name the topic of everything on one operation."""
    return f"operation:{reference}"


def decisions_topic(reference: str) -> str:
    """Name the topic of an operation's decision log: no board and no phone shows it."""
    return f"decisions:{reference}"


def case_topic(reference: str) -> str:
    """Name the topic of everything in one case."""
    return f"case:{reference}"


def agency_topic(reference: str) -> str:
    """Name the topic of what one agency's officers are told to decide, or told of."""
    return f"agency:{reference}"


def reference_of(topic: str) -> str:
    """Give the reference of the box that a topic is about."""
    return topic.partition(":")[2]


def kind_of(topic: str) -> str:
    """Give what kind of topic it is: the word before its reference."""
    return topic.partition(":")[0]
