"""What runs noted of the audit trail when they ended: a tail that was cut off since shows here."""

from collections.abc import Iterator

from django.db.models import Min

from numberline.audit.verify import Witness
from numberline.runs.models import Run


def noted_heads(tenant_id: int) -> Iterator[Witness]:
    """Each head that a run of this tenant noted, with the first run that did."""
    rows = Run.objects.of(tenant_id).exclude(audit_head="").order_by()
    for head, run in (
        rows.values_list("audit_head").annotate(first=Min("pk")).values_list("audit_head", "first")
    ):
        seq, _, mac = head.partition(":")
        yield Witness(int(seq) if seq.isdecimal() else 0, mac, f"run {run}")
