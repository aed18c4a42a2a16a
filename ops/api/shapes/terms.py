"""On what terms access is given."""

from typing import Annotated, Literal

from pydantic import Field

from ops.api.shapes.common import Later, Line, Sent


class Terms(Sent):
    """Why, on what ground and until when. All of it is needed for another agency, and only the level for one's own."""

    level: Literal["discover", "read", "contribute", "manage"] = "read"
    necessity: Annotated[Line, Field(examples=["They interview the workers."])] = ""
    purpose: Annotated[Line, Field(examples=["Safeguarding"])] = ""
    basis: Annotated[Line, Field(examples=["Public task"])] = ""
    agreement: Annotated[Line, Field(description="a reference; empty: the widest in force between the two")] = ""
    until: Later | None = None
    confirmed: Annotated[bool, Field(description="it is about a person, and the agency enforces: yes, I am sure")] = (
        False
    )
