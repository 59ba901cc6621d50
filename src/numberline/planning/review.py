"""What becomes of a plan that somebody reviewed: it is applied once, or refused, and the audit trail says who and why."""

from datetime import datetime

from django.db import transaction

from numberline.audit.record import Cause, Fact, record
from numberline.planning.models import StoredPlan
from numberline.planning.store import PlanRefused, shown
from numberline.tenants.models import Tenant


def latest(tenant: Tenant) -> StoredPlan | None:
    """The plan of this tenant that was made last."""
    return StoredPlan.objects.of(tenant.pk).order_by("-created_at", "-pk").first()


def still_open(plan: StoredPlan) -> None:
    """Raise PlanRefused when a plan was applied or refused before."""
    for at, done in ((plan.applied_at, "applied"), (plan.refused_at, "refused")):
        if at is not None:
            raise PlanRefused(plan.name, [f"it was {done} at {at:%Y-%m-%d %H:%M} UTC"])


def approve(plan: StoredPlan, at: datetime, cause: Cause) -> None:
    """Note that a plan is about to be applied. PlanRefused when it was applied or refused before, also just now."""
    _close(plan, at, cause, "plan_applied", applied_at=at)


def refuse(plan: StoredPlan, at: datetime, cause: Cause) -> None:
    """Refuse a plan: nothing of it is done, and it can't be applied any more. What it would have done is decided anew
    by the next runs, under the same limits. PlanRefused when it was applied or refused before."""
    _close(plan, at, cause, "plan_refused", refused_at=at)


def _close(plan: StoredPlan, at: datetime, cause: Cause, verb: str, **becomes: datetime) -> None:
    rows = StoredPlan.objects.of(plan.tenant_id).filter(pk=plan.pk)
    with transaction.atomic():
        if not rows.filter(applied_at=None, refused_at=None).update(**becomes):
            plan.refresh_from_db(from_queryset=rows.all())
            still_open(plan)
        after = {"plan": plan.name, "digest": plan.digest, **shown(plan)["counts"]}
        record(plan.tenant_id, at, cause, Fact(verb, after=after))
    for name, value in becomes.items():
        setattr(plan, name, value)
