"""Taking a tenant out of service: nothing is asked of Microsoft any more, and what is recorded stays."""

from datetime import datetime

from django.db import transaction

from numberline.accounts.models import Grant
from numberline.assignments.models import Change
from numberline.audit.record import Cause, Fact, record
from numberline.jobs.models import State, Task
from numberline.notifications.models import Subscription
from numberline.runs.lock import tenant_lock
from numberline.tenants.former import keep
from numberline.tenants.models import Mode, Tenant

OVER = "The tenant was retired before this began."


class RetireError(Exception):
    """The tenant can't be retired now. The message is one sentence that says what to do."""


def retire(tenant: Tenant, typed: str, at: datetime, cause: Cause) -> None:
    """Retire a tenant, whose name somebody `typed` to confirm it: it is served no more and shown to nobody.

    Its credential is erased, its roles end, what waited is not begun. Nothing changes in Teams: people keep their
    numbers. The audit trail stays, and goes on to be exported and verified. Its directory is free to be connected
    anew, also under its name, as a tenant that begins from nothing; another directory can't take the name. Raises RetireError, and TenantBusy while a run is at work.
    """
    if typed != tenant.name:
        raise RetireError(f"write the tenant's name to confirm it: {tenant.name}")
    with tenant_lock(tenant), transaction.atomic():
        row = Tenant.objects.select_for_update().filter(pk=tenant.pk).first()
        if row is None or row.name != typed:
            raise RetireError("somebody renamed or retired the tenant meanwhile: look again")
        if row.mode != Mode.OFF:
            raise RetireError(f"switch {row.name} to mode off first: it is in mode {row.mode}")
        if Change.objects.of(row.pk).filter(open=True).exists():
            raise RetireError(
                f"a change of numbers is under way in {row.name}: sync it until that is finished, then retire it"
            )
        before = {"name": row.name, "entra_id": row.entra_id}
        keep(row, row.name, at)
        # Unique, and of a form that no tenant can be given: both are free from now on.
        row.name, row.entra_id = f"{row.name[:60]}, retired {at:%Y-%m-%d} ({row.pk})", f"retired {row.pk}"
        row.credential, row.retired_at = b"", at
        row.alert_webhook, row.alert_mail = "", None
        row.save(
            update_fields=["name", "entra_id", "credential", "retired_at", "alert_webhook", "alert_mail"]
        )
        Grant.objects.filter(where=row).delete()
        Subscription.objects.of(row.pk).delete()
        Task.objects.of(row.pk).filter(state=State.WAITING).update(
            state=State.REFUSED, sentence=OVER, ended_at=at
        )
        record(row.pk, at, cause, Fact("retire_tenant", before=before, after={"name": row.name}))
