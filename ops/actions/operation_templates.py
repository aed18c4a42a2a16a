"""Operations of a kind that comes up again: what a plan begins with, so that nobody starts from an empty page."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Template:
    """What a new plan is filled with. `tasks` are suggested at each site; the planner says whose each one is."""

    name: str
    purpose: str = ""
    marking: str = "OFFICIAL-SENSITIVE"
    check_in_minutes: int = 30
    tasks: tuple[str, ...] = ()
    briefing: Mapping[str, str] = field(default_factory=dict)


HAND_CAR_WASH_DAY = Template(
    name="Hand car wash day",
    purpose="Hand car wash disruption",
    tasks=(
        "Perimeter and vehicles",
        "Scene log and photographs",
        "Pay and hours check",
        "Interview 1",
        "Interview 2",
        "Electrics and meter",
        "Means of escape",
        "Drains and chemicals",
        "Sleeping places",
        "Welfare: water, chair, phone call",
    ),
    briefing={
        "information": "Workers may be paid far below the minimum wage and may sleep at the site. Some may be victims "
        "of modern slavery: treat everyone as a possible victim until shown otherwise.",
        "intention": "Keep people safe, find and support possible victims, secure evidence, stop unsafe work.",
        "method": "Nobody speaks to workers before the police have said that a site is safe. Interviews are held away "
        "from the forecourt, alone, with an interpreter who is not a colleague.",
        "administration": "Check in when you arrive, then as often as your site asks. Log what you do as a post. "
        "Before you send, read the line that says who will see it.",
        "risk": "Electrics. Acids in open containers. One way out of rooms above. Nobody works alone out of sight.",
        "communications": "Posts on the board; radio for urgent matters. No names on the radio. Need help goes to "
        "everyone at the site.",
        "humanity": "Explain who you are and what will happen next. Water, a chair and a phone call come first.",
    },
)
EMPTY = Template(name="Empty plan")
TEMPLATES: Mapping[str, Template] = {one.name: one for one in (HAND_CAR_WASH_DAY, EMPTY)}
