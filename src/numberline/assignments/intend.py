"""Intents are written before anybody asks Microsoft, and each step of a request before it is made."""

from datetime import datetime, timedelta

from numberline.assignments.claims import Intent as Intent
from numberline.assignments.claims import claim_number, claim_release
from numberline.assignments.exchange import claim_change, claim_swap
from numberline.assignments.models import Change, Kind, Phase
from numberline.audit.record import Cause
from numberline.inventory.moves import NumberMoved

UNSENT: dict[str, object] = {
    "phase": Phase.INTENDED,
    "doubtful": False,
    "attempts": 0,
    "operation": "",
}
"""What the row of a change says of a leg of which nothing was sent."""
CLAIMS = {
    Kind.ASSIGN: claim_number,
    Kind.RELEASE: claim_release,
    Kind.CHANGE: claim_change,
    Kind.SWAP: claim_swap,
}


def claim(tenant_id: int, intent: Intent, at: datetime, cause: Cause) -> Change:
    """Write the intent. Raises NumberMoved when a number is no longer as it was decided about,
    django.db.IntegrityError when a person or a number has an open change already."""
    return CLAIMS[intent.kind](tenant_id, intent, at, cause)


def mark_sending(change: Change, at: datetime) -> None:
    """Note that the request is about to leave: from here on it may have reached Microsoft.

    Repeating an attempt that stayed without an answer keeps the doubt, whatever the repeat is answered.
    """
    doubtful = change.doubtful or change.phase != Phase.INTENDED
    asked = change.asked if change.back else change.asked | 1 << change.leg
    attempts = change.attempts + 1
    _step(change, phase=Phase.SENDING, sent_at=at, attempts=attempts, doubtful=doubtful, asked=asked)


def mark_unsent(change: Change) -> None:
    """Note that Microsoft surely did not take the request (throttled, never connected)."""
    if not change.doubtful:
        asked = change.asked if change.back else change.asked & ~(1 << change.leg)
        _step(change, phase=Phase.INTENDED, asked=asked)


def mark_accepted(change: Change, operation: str) -> None:
    """Note Microsoft's 202 and the operation to poll."""
    _step(change, phase=Phase.ACCEPTED, operation=operation)


def mark_succeeded(change: Change) -> None:
    """Note that Microsoft's operation succeeded; Teams does not show the number yet."""
    _step(change, phase=Phase.SUCCEEDED)


def mark_doubtful(change: Change, code: str, error: str) -> None:
    """Note that an attempt stayed without a clear answer."""
    _step(change, doubtful=True, error_code=code, error=error)


def mark_refused(change: Change) -> None:
    """Note that Microsoft said no to a request that is going to be made again."""
    if not change.doubtful:
        _step(change, phase=Phase.INTENDED)


def mark_leg(change: Change, leg: int, settle: timedelta | None = None) -> None:
    """Note that the legs before this one are done with, and that nothing was sent of this one.

    `settle` for a number that was taken: while that long has not passed since the last request, one that was repeated
    may be carried out once more.
    """
    fields = {**UNSENT, "leg": leg}
    if settle is not None and change.doubtful:
        fields["taking_doubted"] = True
        if change.attempts > 1 and change.sent_at is not None:
            fields["watch_until"] = max(change.watch_until or change.sent_at, change.sent_at + settle)
    _step(change, **fields)


def mark_again(change: Change, leg: int) -> None:
    """Note that a number which was shown where it belongs has gone from there: from this leg on it is done again."""
    _step(change, **UNSENT, leg=leg, watch_until=None)


def turn_back(change: Change, code: str, error: str, *, giving_doubted: bool) -> None:
    """Note that it can not be brought to its end, and why: what was done is undone."""
    _step(change, **UNSENT, leg=0, back=True, error_code=code, error=error, giving_doubted=giving_doubted)


def _step(change: Change, **fields: object) -> None:
    rows = Change.objects.of(change.tenant_id).filter(pk=change.pk, phase=change.phase, open=True)
    if rows.update(**fields) != 1:
        raise NumberMoved(f"change {change.pk} is no longer {change.phase}")
    for name, value in fields.items():
        setattr(change, name, value)
