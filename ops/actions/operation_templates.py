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
EVERYBODY = {
    "administration": "Check in when you arrive, then as often as your site asks. Log what you do as a post. "
    "Before you send, read the line that says who will see it.",
    "communications": "Posts on the board; radio for urgent matters. No names on the radio. Need help goes to "
    "everyone at the site.",
    "humanity": "Explain who you are and what will happen next. Water, a chair and a phone call come first.",
}
SHARED_HOUSES = Template(
    name="Shared houses",
    purpose="Safety of people living in shared houses",
    check_in_minutes=30,
    tasks=(
        "Door and first words",
        "Who sleeps there",
        "Means of escape and alarms",
        "Gas and electrics",
        "Licence and tenancy papers",
        "Welfare: water, chair, phone call",
        "Beds for tonight",
    ),
    briefing={
        **EVERYBODY,
        "information": "More people may live there than a licence allows. Some may work for whoever houses them, and "
        "may not be free to leave.",
        "intention": "Find who lives there, keep them safe tonight, secure evidence of what is unlawful.",
        "method": "Housing goes to the door under its own powers. Nobody is asked for papers before they were asked "
        "how they are. Talk to people alone, with an interpreter who does not live there.",
        "risk": "One way out. Wiring by the tenants. Someone may be shut in a room. Nobody works alone out of sight.",
    },
)
FARM_AND_PACKHOUSE = Template(
    name="Farm and packhouse",
    purpose="Labour conditions on a farm and in its packhouse",
    check_in_minutes=60,
    tasks=(
        "Gate and vehicles",
        "Pay and hours check",
        "Gangmaster licences",
        "Interview 1",
        "Interview 2",
        "Caravans: who sleeps there",
        "Machines and chemicals",
        "Welfare: water, chair, phone call",
    ),
    briefing={
        **EVERYBODY,
        "information": "Workers come by minibus before it is light. Pay may be held back for a caravan and transport.",
        "intention": "Speak with workers alone, find who is kept from leaving, secure pay records.",
        "method": "Go in when the first shift has begun. Fields, packhouse and caravans at the same time.",
        "risk": "Machines that do not stop at once. Dogs. No signal behind the packhouse: nobody goes there alone.",
    },
)
NAIL_BARS_AND_SALONS = Template(
    name="Nail bars and salons",
    purpose="Visits to nail bars and salons",
    check_in_minutes=30,
    tasks=(
        "Door and back door",
        "Pay and hours check",
        "Interview 1",
        "Age and welfare",
        "Chemicals and air",
        "Rooms behind the shop",
        "Welfare: water, chair, phone call",
    ),
    briefing={
        **EVERYBODY,
        "information": "Workers may be very young, and told what to say. Treat whoever may be a child as one.",
        "intention": "Find children and adults at risk, and keep them safe; stop work that harms.",
        "method": "Two officers speak, nobody in uniform stands at the door. Customers leave first.",
        "risk": "Solvents. A back door. Phones that tell the next shop within a minute: all shops at the same time.",
    },
)
EMPTY = Template(name="Empty plan")
_OFFERED = (HAND_CAR_WASH_DAY, SHARED_HOUSES, FARM_AND_PACKHOUSE, NAIL_BARS_AND_SALONS, EMPTY)
TEMPLATES: Mapping[str, Template] = {one.name: one for one in _OFFERED}
