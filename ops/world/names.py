"""Names in a world file that stand for something described elsewhere: each knows what it must be the name of."""

from typing import Any, ClassVar

from pydantic import GetCoreSchemaHandler
from pydantic_core import CoreSchema, core_schema


class Name(str):
    """A name; empty where nothing is named."""

    __slots__ = ()

    what: ClassVar[str]

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:  # noqa: ANN401
        """Read it as text."""
        return core_schema.no_info_after_validator_function(cls, core_schema.str_schema())


class AgencyCode(Name):
    """The letters of an agency: 'POL'."""

    what = "agency"


class TeamName(Name):
    """A team of an agency: 'POL/MSU'."""

    what = "team"


class OfficerName(Name):
    """An officer's name, or their work e-mail where two have the same name."""

    what = "officer"


class PrincipalName(Name):
    """To whom access goes: 'POL', 'POL/MSU', 'POL@', 'POL@OPERATION' or an officer."""

    what = "agency, team or officer"


class BasisName(Name):
    """What sharing rests on."""

    what = "basis for sharing"


class AgreementName(Name):
    """An agreement, by its name in the file."""

    what = "agreement"


class ThingCode(Name):
    """A case, profile, site or task, by its code."""

    what = "case, profile, site or task"
