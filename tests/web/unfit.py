"""What does not fit into each field of each form, by the field's name, and which fields take anything."""

LONG = "x" * 10_001  # longer than any line; TEXT is longer than any text
LONG_TEXT = "x" * 150_000
NO_WORDS = ("", " \n\t ", LONG)
NO_DATE = ("yesterday", "2026-13-45", "99999-01-01", "-1", "1e9", "<b>", LONG)
GONE_BY = ("0001-01-01", "1970-01-01", "2020-02-29")
NO_LEVEL = ("", "none", "owner", "4", "-1", "READ", "read ", "Level.READ", "read' OR 1=1", LONG)
NO_NUMBER = ("", "0", "-1", "1e3", "0x10", "30.5", "many", "99999999999999999999", "3650000", LONG)
NO_CHOICE = ("", "nonsense", "-1", "YES", LONG)
NOTHING_NAMED = ("nonsense", "{absent}", "A" * 26, "../..", "%00", "*", LONG)  # each in itself, or as one of its sort
NOBODY = ("nonsense", "agency:", "agency:*", "agency:{absent}", "officer:{absent}", "team:{absent}", "program:{absent}")
IDS = ("agency:{nhs_id}", "officer:{dora_id}", "team:{squad_id}", "{nhs_id}", "detachment:*")  # ids stay inside

FIELDS: dict[str, tuple[str, ...]] = {
    "about_nobody": (),  # a ticked box: whatever is sent means yes
    "address": (LONG,),
    "administration": (LONG,),
    "administrator": NO_WORDS,
    "after_at": (),  # where a long list goes on; anything else is its beginning
    "after_reference": (),
    "agency": ("", *NOTHING_NAMED, "{police}"),
    "agreement": NOTHING_NAMED,
    "allowed": (),  # no, unless it is yes
    "answer": ("", "{{}}", "[]", "{{", "null", "[" * 5000, LONG),
    "at": ("25:00", "noon", "-1", LONG),
    "audience": NO_CHOICE,
    "based_on": ("", "0", "-1", "99", "x", LONG),
    "basis": NO_WORDS,
    "call_sign": (LONG,),
    "case": NOTHING_NAMED,
    "channel": NO_CHOICE,
    "check_in": (*NO_CHOICE[1:], "ok now"),
    "check_in_minutes": ("", "0", "-1", "1e3", "30.5", "many", "99999999999999999999", LONG),
    "chosen": NOTHING_NAMED,
    "code": ("", "x", "12345", "9" * 500, LONG),
    "communications": (LONG,),
    "confirm": (),
    "coordinates": ("north", "53.012", "91, 0", "0, 181", "nan, 0", "1e1, 0", "1, 2, 3", ",", LONG),
    "days": NO_NUMBER,
    "decided": NO_WORDS,
    "deputy": NO_CHOICE[1:],
    "desk": (LONG,),
    "doubles": (),
    "due": ("soon", "99999-01-01T08:00", "2026-13-45T08:00", LONG),
    "duty": (*NO_CHOICE, "platform operator"),
    "email": ("", "nobody", "a@", "@b", "a b@c.example", LONG),
    "ends": (*NO_DATE, *GONE_BY),
    "enforcement": (),
    "entry": (*NO_CHOICE, "post:", "post:{absent}", "check-in:{absent}"),
    "form": (),
    "from": NO_DATE,  # one gone by means now
    "handling": (LONG,),
    "happened_at": (),  # a phone's clock may say anything: test_bad_input.py says what it means
    "heading": NO_CHOICE,
    "highest": (*NO_LEVEL, "manage"),
    "humanity": (LONG,),
    "information": (LONG,),
    "intention": (LONG,),
    "justified": NO_CHOICE,
    "keeps": (),
    "key": (LONG,),
    "kind": NO_CHOICE,
    "last": NO_DATE,
    "lawful_bases": NO_WORDS,
    "left_open": ("", *NOTHING_NAMED, "{met_id}"),
    "letters": ("", "A", "ABCDE", "A1B", "\u00c4\u00d6\u00dc", "POL", LONG),
    "level": NO_LEVEL,
    "listed": (),
    "loggist": (*NO_CHOICE[1:], "{dora}", "{alan_id}"),
    "longest_days": NO_NUMBER,
    "marking": ("", " \n\t ", LONG),
    "method": (),  # how the form that waits for a confirmation came in
    "mobile": (LONG,),
    "name": NO_WORDS,
    "names": NOTHING_NAMED,
    "nearest": (*NOBODY[1:], *IDS),  # without it, who was chosen
    "necessity": NO_WORDS,
    "note": (LONG,),
    "number": ("", "0", "-1", "99", "x", LONG),
    "officer": ("", *NOTHING_NAMED, "{dora}", "{bob_id}"),
    "officers": (*NOTHING_NAMED, "{dora}", "{bob_id}"),
    "options": NO_WORDS,
    "other": ("", *NOTHING_NAMED, "{visit}", "{case}"),
    "outside": NO_LEVEL[1:],
    "outside_sorts": NO_CHOICE[1:],
    "part": (*NO_CHOICE, "manage"),
    "parties": ("", *NOTHING_NAMED, "{police}", "{nhs_id}"),
    "password": ("", "wrong", LONG),
    "person": (),  # an e-mail: read only where who is somebody else
    "place": ("task:{absent}", "site:{absent}", "task:" + LONG),
    "purpose": NO_WORDS,
    "purposes": NO_WORDS,
    "q": (),
    "question": NO_WORDS,
    "reason": NO_WORDS,
    "reference": ("", *NOTHING_NAMED),
    "reply": NO_WORDS,
    "restricted": (),
    "reveal_from": ("soon", "99999-01-01T08:00", "2026-13-45T08:00", LONG),
    "reveal_until": ("soon", "2020-01-01T08:00", "99999-01-01T08:00", "2026-13-45T08:00", LONG),
    "review": (*NO_DATE, *GONE_BY),
    "risk": (LONG,),
    "scopes": ("all", "READ", "read ", LONG),
    "shared_with": (*NOBODY, *IDS),
    "site": NOTHING_NAMED,
    "sites": NOTHING_NAMED,
    "starts": NO_DATE,
    "statement": NO_WORDS,
    "status": NO_CHOICE,
    "strength": (),
    "summary": (LONG,),
    "taken_by": (*NO_CHOICE[1:], "{dora}"),
    "task": NOTHING_NAMED,
    "team": (*NOTHING_NAMED, "{mash}", "{squad_id}"),
    "template": NO_CHOICE,
    "text": ("", " \n\t ", LONG_TEXT),
    "theme": NO_CHOICE,
    "then": (),
    "title": NO_WORDS,
    "to": ("", *NOTHING_NAMED, "{police}", "{nhs_id}"),
    "token_name": NO_WORDS,
    "told": (*NOTHING_NAMED, "{nhs_id}"),
    "unfenced": (),
    "unfenced_why": NO_WORDS,
    "until": (*NO_DATE, *GONE_BY, "9999-12-31"),
    "visit": ("", *NOTHING_NAMED, "{farm}"),
    "warned": (),
    "went": (),
    "which": (),  # all, unless it is the good ones
    "who": ("", *NOBODY, *IDS),
    "whom": (*NO_CHOICE[1:], "team:{mash}", "officer:{bob}"),
    "why": NO_WORDS,
    "window_agency": ("", *NOTHING_NAMED, "{nhs_id}", "{coastguard}"),
    "window_site": ("", *NOTHING_NAMED, "{farm_id}", "{knock}"),
    "withdrawn": NO_WORDS,
    "within": (*NOTHING_NAMED, "case:{absent}", "case:{case_id}"),
    "words": NO_WORDS,
    "x": ("", "left", "-1", "101", "99999999999999999999", LONG),
    "y": ("", "left", "-1", "101", "99999999999999999999", LONG),
}

PLANS = ("/operations", "/operations/{ref}/plan", "/operations/{ref}/visits")
NO_MOMENT = ("", "yesterday", "2026-13-45T08:00", "99999-01-01T08:00", "-1", LONG)

# Where a field of that name is read otherwise.
AT: dict[tuple[str, str], tuple[str, ...]] = {
    ("/cases/{ref}/reports", "level"): NO_LEVEL[1:],  # to read, unless it says otherwise
    ("/detachments/{ref}/acceptance", "officers"): (*NOTHING_NAMED, "{bob}", "{dora_id}"),
    ("/detachments/{ref}/refusal", "answer"): (LONG,),
    ("/encounters/{ref}/offer", "to"): ("", *NOTHING_NAMED, "{nhs}", "{council_id}"),
    ("/grants/{ref}/remove", "why"): (LONG,),
    ("/imports/{ref}/check", "col-theme"): ("", "99", "-1", "x", "0"),
    ("/imports/{ref}/check", "col-title"): ("", "99", "-1", "x", "1"),
    **{(path, field): NO_MOMENT for path in PLANS for field in ("starts", "ends")},
    ("/namings/{ref}/share", "level"): (),  # to read, always
    ("/operations", "purpose"): (LONG,),
    ("/operations/{ref}/agencies", "words"): NO_WORDS,
    ("/operations/{ref}/plan", "purpose"): (LONG,),
    ("/operations/{ref}/sites", "code"): ("", " \n\t ", LONG),
    **{(f"/operations/{{ref}}/briefing{end}", "method"): (LONG,) for end in ("", "/publication")},
    ("/operations/{ref}/tasks", "agency"): ("", *NOTHING_NAMED, "{police_id}", "{coastguard}"),
    ("/operations/{ref}/visits", "window_agency"): (*NOTHING_NAMED, "{nhs_id}", "{coastguard}"),
    ("/operations/{ref}/radio", "status"): NO_CHOICE[1:],  # only where a task's was told
    ("/removals", "why"): (LONG,),
    ("/reports/{ref}/hold", "reason"): (LONG,),
    ("/requests/new", "reference"): ("", "nonsense", "../..", "%00", LONG),  # a wrong one is answered as a right one
    ("/search", "kind"): (),  # of what sort: anything else is every sort
    ("/sign-ins/passkeys/{ref}/name", "name"): (LONG,),  # without a name it is called after its sort
}


def unfit_for(path: str, field: str) -> tuple[str, ...]:
    """Give what does not fit into a field of a command. Raises KeyError for one that stands nowhere here."""
    if field.startswith("grant-"):  # an answer about one grant
        return NO_CHOICE
    return AT[path, field] if (path, field) in AT else FIELDS[field]
