"""Whose a number is, and whether it may be taken from them: what is not ours is never touched (M19)."""

from collections.abc import Sequence

from numberline import clock
from numberline.assignments.belongings import VOICE_APPLICATION
from numberline.assignments.found import GONE, settling
from numberline.assignments.models import Assignment
from numberline.core.person import PersonFacts
from numberline.core.words import moment
from numberline.directory.models import Person
from numberline.inventory.models import Number
from numberline.overrides.outcome import OverrideRefused
from numberline.overrides.standing import why_not_served
from numberline.overrides.ways import Way, Why

_LINES = {"private": "a private line", "alternate": "an alternate line"}


def holding_of(number: Number) -> Assignment | None:
    """The row of who holds the number, None when nobody does."""
    rows = Assignment.objects.of(number.tenant_id).filter(number=number, until=None)
    return rows.select_related("number__range").first()


def own_number(person: Person, facts: PersonFacts, *, just_read: bool = True) -> Number:
    """The number that somebody has, to be given another in its place. Raises OverrideRefused when they have none, or
    when it is not ours to take; where Teams was `just_read` also when it shows the number free."""
    why = why_not_served(person, facts)
    if why is not None:
        raise OverrideRefused(why)
    row = primary_rows(person.tenant_id, [person]).get(person.object_id)
    why = why_not_own(person, row) or (why_unsure(row, person) if just_read and row is not None else None)
    if why is not None or row is None:
        raise OverrideRefused(why)
    return row.number


def primary_rows(tenant_id: int, people: Sequence[Person]) -> dict[str, Assignment]:
    """The rows of the primary numbers that some of these people hold, by their object ids."""
    names = [person.object_id for person in people]
    rows = Assignment.objects.of(tenant_id).filter(person__in=names, category="primary", until=None)
    return {row.person: row for row in rows.select_related("number__range")}


def why_not_own(person: Person, row: Assignment | None) -> str | None:
    """Why nothing can take the place of the number that somebody holds (None: they hold none); None when it could."""
    if row is None:
        return Why(f"{person} has no number: assign one instead", Way("assign", person.object_id))
    if row.freed_in_teams_at is not None:
        fact = f"Teams shows {row.number.text} of {person} free"
        return Why(f"{fact}: assign it to them again, or another", Way("assign", person.object_id))
    return why_not_ours(row, person) or why_not_adopted(row, person)


def why_unsure(row: Assignment, person: Person) -> str | None:
    """Why nobody can say yet whether the person has this number, which was given a moment ago and which Teams, just
    read, shows free; None when Teams shows it."""
    if row.freed_in_teams_at is not None or not Assignment.objects.of(row.tenant_id).filter(GONE, pk=row.pk):
        return None
    minutes = int((clock.now() - row.since).total_seconds() // 60)
    return (
        f"Teams shows {row.number.text} of {person} free; it was given {minutes} minute{'' if minutes == 1 else 's'} ago, and Teams may lag: "
        f"try again after {moment(row.since + settling())}"
    )


def why_not_ours(row: Assignment, holder: Person | None = None) -> str | None:
    """Why this holding is never touched, whoever asks, as a sentence that says what to do; None when it may be.
    `holder`: who holds it, where the caller has them already."""
    number, text = row.number, row.number.text
    person = holder or _holder(row)
    if row.category == "service" or number.teams_status == VOICE_APPLICATION:
        return _service(text)
    if person is None:
        return (
            f"{text} is on an object that the directory does not know ({row.person}): "
            "find it in the Teams admin center and remove the number there"
        )
    if person.resource_account:
        return _service(text)
    if number.on_premises:
        return (
            f"{text} of {person} is set in the on-premises directory: change it there, where alone that works"
        )
    if row.category == "second":
        return (
            f"{text} is the second number that Teams shows on {person}: remove it in the Teams admin center"
        )
    if row.category != "primary":
        line = _LINES.get(row.category, "a line of another kind")
        return (
            f"{text} is {line} of {person}, which is never touched here: change it in the Teams admin center"
        )
    return None


def is_ours(row: Assignment) -> bool:
    """Whether we gave the number, or somebody has adopted it: by hand, or by `adopt: true` on its range."""
    home = row.number.range
    return row.source != "found" or (home is not None and home.adopt)


def why_held_stays(number: Number) -> str | None:
    """Why the number can't be taken from whoever holds it; None when it can, or nobody does."""
    row = holding_of(number)
    return None if row is None else why_not_ours(row) or why_not_adopted(row)


def why_not_adopted(row: Assignment, holder: Person | None = None) -> str | None:
    """Why a number that was set in Teams directly stays where it is; None once it is ours, or free in Teams.
    `holder`: who holds it, where the caller has them already."""
    if is_ours(row) or row.freed_in_teams_at is not None:
        return None
    person = holder or _holder(row)
    text = row.number.text
    return Why(
        f"{text} of {person or row.person} was set in Teams directly: adopt it first", Way("adopt", text)
    )


def _holder(row: Assignment) -> Person | None:
    return Person.objects.of(row.tenant_id).filter(object_id=row.person).first()


def _service(text: str) -> str:
    return f"{text} belongs to a resource account, which is never touched here: use the Teams admin center"
