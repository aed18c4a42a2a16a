"""Somebody met on an operation: a label, with whom, where, since when."""

from typing import Annotated

from pydantic import Field

from ops.api.shapes.common import AgencyRef, Moment, Place, Reference, SeenBy, Shape, read_from


class PersonMet(Shape):
    """Somebody met, the same for everyone who may see it. Nothing here names them."""

    reference: Reference
    version: Annotated[int, read_from("revision")]
    label: Annotated[str, Field(examples=["Person K47"])]
    site: Annotated[Place, read_from("site_reference")]
    site_code: str
    met_by: AgencyRef
    met_at: Moment
    agency: Annotated[AgencyRef, Field(description="with which they are")]
    officer: str
    since: Moment
    accepted: Annotated[bool, Field(description="somebody took them over from who met them")]
    offered_to: Annotated[AgencyRef | None, Field(description="null: no offer waits for its answer")]
    offered_at: Moment | None
    left_at: Annotated[Moment | None, Field(description="when they went their own way")]
    accounted_for: bool
    seen_by: Annotated[SeenBy, read_from("seen")]
