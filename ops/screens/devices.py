"""A browser in two words, for people who look for the phone that they lost."""

# The first that is found counts: every browser claims to be several others.
BROWSERS = (("Edg", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("Chrom", "Chrome"), ("Safari/", "Safari"))
SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS", "Mac"),
    ("Linux", "Linux"),
)
UNKNOWN = "Unknown device"


def device_in_words(told: str) -> str:
    """Say what a browser told of itself: "Chrome on Android". What is unknown is given as it came."""
    browser = next((word for part, word in BROWSERS if part in told), "")
    system = next((word for part, word in SYSTEMS if part in told), "")
    if browser and system:
        return f"{browser} on {system}"
    return browser or system or told or UNKNOWN
