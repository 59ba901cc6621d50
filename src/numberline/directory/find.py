"""Finding a person by what people type."""

from django.db.models import Case, Value, When

from numberline.core.folding import fold
from numberline.directory.models import Person

NAMED = 5
"""Up to how many people of one name are named."""
LIVE_FIRST = Case(When(deleted="", then=Value(0)), When(deleted="soft", then=Value(1)), default=Value(2))


class PersonUnknown(Exception):
    """Nobody in this tenant has this object id or user principal name."""


def person_named(tenant_id: int, text: str) -> Person:
    """The person of this object id or UPN, ignoring case; a live one beats a deleted one. Raises PersonUnknown."""
    rows = Person.objects.of(tenant_id)
    found = rows.filter(object_id=text.strip().lower()).first()
    if found is None:
        same = rows.filter(upn_key=text.strip().casefold()).order_by(LIVE_FIRST, "-first_seen", "pk")
        found = same.first()
    if found is None:
        meant = [
            str(person)
            for person in rows.filter(deleted="", name_key=fold(text)[:300]).order_by("pk")[: NAMED + 1]
        ]
        if meant:
            more = " and others" if len(meant) > NAMED else ""
            raise PersonUnknown(
                f"{text!r} is the name of {', '.join(meant[:NAMED])}{more}: say which by its UPN"
            )
        raise PersonUnknown(
            f"nobody in the directory as last read is called {text!r}: check the spelling, or sync first"
        )
    return found
