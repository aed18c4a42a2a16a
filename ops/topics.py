"""Topics say which screens might care; who may know is never read from them."""


def operation_topic(reference: str) -> str:
    """Name the topic of everything on one operation."""
    return f"operation:{reference}"


def case_topic(reference: str) -> str:
    """Name the topic of everything in one case."""
    return f"case:{reference}"


def agency_topic(reference: str) -> str:
    """Name the topic of what one agency's officers are told to decide, or told of."""
    return f"agency:{reference}"


def reference_of(topic: str) -> str:
    """Give the reference of the box that a topic is about."""
    return topic.partition(":")[2]
