"""Policies at the end of a pass: people get those of their numbers' ranges once the numbers are confirmed."""

from collections.abc import Collection

import structlog

from numberline.core.limits import Mode
from numberline.planning.settings import effective_mode
from numberline.policies.apply import apply_policies
from numberline.runs.passes import Pass

log = structlog.get_logger("numberline.runs")


def look_after_policies(
    work: Pass,
    *,
    full: bool = False,
    only: Collection[str] | None = None,
    sending: bool | None = None,
    by_hand: bool = False,
) -> None:
    """Apply, verify and compare policies; a run that was stopped leaves them to the next one.

    `sending` says whether anything may be written (None: as the mode allows), `only` whom it is about, `by_hand` that
    an administrator gave these people their numbers, whatever keeps automation off. What keeps Microsoft from being
    asked then is the next sync's to tell: the number was given.
    """
    if work.stop.asked or work.applied.stopped is not None:
        return
    if sending is None:
        sending = effective_mode(work.tenant) in (Mode.ASSIGN, Mode.FULL)

    def told(upn: str, policy: str) -> None:
        work.progress.event("policy", f"{policy}: {upn}", upn=upn, policy=policy)

    outcome = apply_policies(
        work.tenant,
        work.client,
        work.cause,
        work.stop,
        sending=sending,
        only=only,
        full=full,
        by_hand=by_hand,
        told=told,
    )
    work.applied.policies_refused += outcome.failures
    if outcome.stopped is None:
        return
    if by_hand:
        log.warning("policies left to the next sync", tenant=work.tenant.name, cause=str(outcome.stopped))
    else:
        work.applied.stopped = outcome.stopped
