"""What was asked for by hand and came to nothing after the command was over, so that nobody was told."""

from datetime import datetime

from numberline.assignments.claims import BY_HAND
from numberline.assignments.models import Change, Kind
from numberline.core.words import moment
from numberline.worklist.items import open_item


def tell_undone(change: Change, at: datetime, why: str) -> None:
    """Put on the worklist that what a hand wanted of a number that somebody holds was not carried out; `why` is a
    sentence. What automation wanted it decides again, and who was to be given a first number waits for all to see."""
    if change.code != BY_HAND or change.kind == Kind.ASSIGN:
        return
    held = change.from_number or change.number
    onto = "" if change.kind == Kind.RELEASE else f" to {change.number.text}"
    verb = f"number {change.kind} of {held.text}{onto}"
    detail = f"{verb}, asked for by {change.actor} on {moment(change.created_at)}: {why}"
    open_item(change.tenant_id, "by_hand_failed", at, person=change.person, number=held.text, detail=detail)
