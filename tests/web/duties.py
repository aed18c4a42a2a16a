"""Which duties the cast holds, written once more for the walks: the county files them, these expect them."""

DUTIES: dict[str, set[str]] = {
    "alice": {"lead"},
    "alan": {"administrator", "information manager"},
    "bob": {"lead", "administrator", "information manager"},
    "carol": {"lead", "emergency access"},
    "carl": {"administrator", "information manager"},
    "dora": {"lead"},
    "oscar": set(),
    "olga": {"platform operator"},
}
