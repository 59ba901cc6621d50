"""What the verbs of the audit trail are called where people read it. JSON, exports and filters keep the verbs."""

SAID: dict[str, str] = {
    "account": "account changed",
    "adopt": "adopted",
    "assign": "assigned",
    "begin_anew": "audit trail begun anew",
    "block": "blocked",
    "cancel": "assignment called off",
    "change": "number changed",
    "connect": "tenant connected",
    "credential": "credential replaced",
    "declare": "declared",
    "exclude": "excluded from automation",
    "exclusion_over": "exclusion ended",
    "found": "found in Teams",
    "free": "found free in Teams",
    "freed_in_teams": "taken away in Teams",
    "give_up": "given up in doubt",
    "import": "imported",
    "include": "included again",
    "intend": "change begun",
    "item_assigned": "worklist item assigned",
    "item_snoozed": "worklist item put off",
    "item_woken": "worklist item taken back",
    "lock": "locked against automation",
    "lock_over": "lock ended",
    "lock_person": "person locked against automation",
    "mode": "mode changed",
    "move_range": "moved to another range",
    "person_lock_over": "lock of the person ended",
    "plan_applied": "plan approved",
    "plan_refused": "plan refused",
    "policy": "policy set",
    "put_back": "stays with its holder",
    "quarantine_over": "quarantine ended",
    "range_added": "range made",
    "range_changed": "range changed",
    "range_removed": "range removed",
    "release": "released",
    "rename": "tenant renamed",
    "reservation_over": "reservation ended",
    "reserve": "reserved",
    "retire": "retired",
    "retire_tenant": "tenant retired",
    "role": "role changed",
    "settings": "settings changed",
    "shown_again": "shown in Teams again",
    "swap": "numbers swapped",
    "unblock": "unblocked",
    "unlock": "unlocked",
    "unlock_person": "person unlocked",
    "unreserve": "no longer reserved",
    "vacate": "given up for another number",
}
"""Each verb of the product in plain words, to stand beside the number or person that it is about."""
BEGUN = {"assigning": "set aside to be assigned", "releasing": "release begun"}
"""What `intend` is called, by the state that the number was brought to."""


def said(verb: str, state: str | None = None) -> str:
    """What was done, in plain words; `state` is the number's state afterwards. A verb of another version is told as it
    is written."""
    if verb == "intend" and state in BEGUN:
        return BEGUN[state]
    return SAID.get(verb) or verb.replace("_", " ")
