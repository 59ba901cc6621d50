"""The commands that do what an item of the worklist asks for, as somebody would type them."""

import shlex
from collections.abc import Iterator

from numberline.worklist.listing import Shown

_SYNC = "sync TENANT --person PERSON"
_ASSIGN = "number assign TENANT PERSON NUMBER --reason TEXT"
_MATCHING = "number change TENANT PERSON --to-match --reason TEXT"
_ADOPT = "number adopt TENANT NUMBER --reason TEXT"
COMMANDS: dict[str, tuple[str, ...]] = {
    "not_ready": (_SYNC,),
    "refused": (_SYNC,),
    "refused_by_microsoft": ("number unblock TENANT NUMBER --reason TEXT",),
    "in_doubt": (_SYNC,),
    "change_stuck": (_SYNC,),
    "by_hand_failed": ("number lock TENANT NUMBER --reason TEXT",),
    "freed_in_teams": (_ASSIGN, "number release TENANT NUMBER --reason TEXT"),
    "not_adopted": (_ADOPT,),
    "moved": (_MATCHING, "person lock TENANT PERSON --reason TEXT"),
    "wrong_type": (_MATCHING,),
    "country_mismatch": (_MATCHING,),
    "other_number": (_ADOPT,),
    "no_longer_listed": ("number unreserve TENANT NUMBER --reason TEXT",),
    "policy_failed": (_SYNC,),
    "policy_permission": ("tenant check TENANT",),
    "listing_short": ("sync TENANT --full",),
    "directory_short": ("sync TENANT --full",),
    "held": ("plan TENANT", "apply TENANT --plan ID"),
    "run_failing": ("tenant check TENANT",),
    "credential_ends": ("tenant credential TENANT --client-secret-file FILE",),
    "notifications_failing": ("tenant check TENANT",),
    "alert_failed": ("alerts test TENANT",),
}
"""For each code the commands that do its remedy; TENANT, PERSON and NUMBER are the item's own."""


def commands(tenant: str, shown: Shown) -> Iterator[str]:
    """The commands for an item; what it does not name leaves its command out."""
    known = {"TENANT": tenant, "PERSON": shown.upn or shown.item.person, "NUMBER": shown.item.number}
    for command in COMMANDS.get(shown.item.code, ()):
        words = command.split()
        if all(known.get(word, word) for word in words):
            yield " ".join(["numberline", *(shlex.quote(known.get(word, word)) for word in words)])
