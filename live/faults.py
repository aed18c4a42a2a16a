"""What may be written down about a fault: its kinds and its places, never its words, which may be a case's."""

import traceback


def told(fault: BaseException) -> str:
    """Tell a fault and what led to it, one line a frame; no message, no value, no line of a statement."""
    lines: list[str] = []
    seen: BaseException | None = fault
    while seen is not None:
        lines.append(type(seen).__qualname__)
        lines.extend(
            f"  {frame.filename}:{frame.lineno} in {frame.name}" for frame in traceback.extract_tb(seen.__traceback__)
        )
        seen = seen.__cause__ or (None if seen.__suppress_context__ else seen.__context__)
    return "\n".join(lines)
