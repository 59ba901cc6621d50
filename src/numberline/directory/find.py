"""Finding a person by what people type."""

from numberline.directory.models import Person


class PersonUnknown(Exception):
    """Nobody in this tenant has this object id or user principal name."""


def person_named(tenant_id: int, text: str) -> Person:
    """The person of this object id or UPN, ignoring case; a live one beats a deleted one. Raises PersonUnknown."""
    rows = Person.objects.of(tenant_id)
    found = rows.filter(object_id=text.strip().lower()).first()
    if found is None:
        same = rows.filter(upn_key=text.strip().casefold()).order_by("deleted", "-first_seen")
        found = same.first()
    if found is None:
        raise PersonUnknown(
            f"nobody in the directory as last read is called {text!r}: check the spelling, or sync first"
        )
    return found
