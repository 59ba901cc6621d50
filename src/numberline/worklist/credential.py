"""The item of a credential that ends soon: one for each stage, so that each is told once."""

from datetime import datetime

from numberline.tenants.credentials import CredentialUnreadable, Described, described, unseal
from numberline.tenants.models import Tenant
from numberline.worklist.items import close_items, open_item
from numberline.worklist.models import Item

CODE = "credential_ends"
STAGES: dict[int, str] = {1: "within a day", 7: "within 7 days", 14: "within 14 days", 30: "within 30 days"}
"""Days before the end at which it is told anew, the nearest first, and the words for each."""
ENDED = "has ended"


def watch_credential(tenant: Tenant, at: datetime) -> None:
    """Open and close the item about the end of what the tenant signs in with.

    A further stage is a further item, which the alerts tell; whoever looked after the one before looks after it.
    """
    try:
        told = described(unseal(tenant))
    except CredentialUnreadable:
        return  # the run that fails for it says so
    stage = stage_of(told, at)
    rows = Item.objects.of(tenant.pk).filter(code=CODE, closed_at=None)
    before = list(rows.values_list("subject", "assignee"))
    if [subject for subject, _ in before] == ([stage] if stage else []):
        return
    for subject, _ in before:
        close_items(tenant.pk, at, CODE, subject=subject)
    if stage:
        item = open_item(tenant.pk, "credential_ends", at, subject=stage, cause=_cause(told, stage))
        item.assignee = next((who for _, who in before if who), "")
        item.save(update_fields=["assignee"])


def stage_of(told: Described, at: datetime) -> str:
    """How near the end of a credential is, in words; empty when it is far or nobody said when it is."""
    if told.ends is None:
        return ""
    today = at.date()
    if told.ended(today):
        return ENDED
    left = (told.ends - today).days
    return next((words for days, words in STAGES.items() if left <= days), "")


def _cause(told: Described, stage: str) -> str:
    if stage == ENDED:
        return (
            f"The {told.kind} of the application ended on {told.ends}: Numberline can't sign in with it, so nobody "
            "gets a number."
        )
    return f"The {told.kind} of the application ends on {told.ends}; from then on Numberline can't sign in."
