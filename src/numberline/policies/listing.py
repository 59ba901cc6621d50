"""A person's policies as they are shown."""

from numberline.policies.models import PersonPolicy, Phase, PolicyDrift


def policies_of(tenant_id: int, person: str) -> list[tuple[str, str]]:
    """Type and name of each policy that goes with the number that the person (object id) holds, and what is still open;
    then what Teams showed otherwise when it was compared last."""
    rows = PersonPolicy.objects.of(tenant_id).filter(person=person, holding__until=None)
    drift = PolicyDrift.objects.of(tenant_id).filter(person=person, holding__until=None)
    return [
        *((row.type, _words(row)) for row in rows.order_by("type_key")),
        *(("Differs", words) for row in drift for words in row.differences),
    ]


def _words(row: PersonPolicy) -> str:
    name = row.name or "none of their own"
    if row.phase == Phase.DONE:
        return name
    if row.error:
        return f"{name} ({row.error})"
    return f"{name} ({'not shown by Teams yet' if row.phase == Phase.SENT else 'to be set'})"
