"""Reading the audit trail as it stands in the database, for whoever checks it."""

from collections.abc import Iterator
from typing import Any

from django.db import models
from django.db.models.functions import Cast

from numberline.audit import canonical
from numberline.audit.canonical import Values
from numberline.audit.models import Entry

AT_ONCE = 5000
AS_TEXT = ("at", "before", "after")


def stored_rows(tenant_id: int) -> Iterator[tuple[Values, Any]]:
    """Every entry in the order of their numbers: what it says, times and JSON as text, and its code."""
    texts = {f"{name}_text": Cast(name, models.TextField()) for name in AS_TEXT}
    names = [f"{name}_text" if name in AS_TEXT else name for name in canonical.COLUMNS]
    rows = Entry.objects.of(tenant_id).annotate(**texts).order_by("seq")
    for row in rows.values_list(*names, "mac").iterator(chunk_size=AT_ONCE):
        yield row[:-1], row[-1]


def told(values: Values) -> str:
    """What an entry says, as it is now, to find it by."""
    named = dict(zip(canonical.COLUMNS, values, strict=True))
    about = named["number"] or named["person"]
    return f"now {named['at']} {named['actor']} {named['verb']} {about}".rstrip()
