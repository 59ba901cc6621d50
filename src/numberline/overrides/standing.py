"""Whether somebody can be given a number by hand: who they are, what they are licensed for, what is under way."""

from collections.abc import Sequence
from datetime import datetime

from numberline.assignments.belongings import belongings_of
from numberline.assignments.models import Change
from numberline.core.person import Entitlement, PersonFacts
from numberline.core.ranges import TYPES_OF
from numberline.core.words import TYPE_WORDS, moment
from numberline.directory.facts import person_facts
from numberline.directory.models import Person

_UNDER_WAY = {
    "assign": "{number} is being assigned to {person}",
    "release": "{number} is being taken back from {person}",
    "change": "{person} is being changed to {number}",
    "swap": "{person} is being swapped to {number}",
}


def facts_of(person: Person, at: datetime) -> PersonFacts:
    """What the decision would read of this person now."""
    return person_facts(person, belongings_of(person.tenant_id, [person.object_id], at), at)


def why_not_served(person: Person, facts: PersonFacts) -> str | None:
    """Why nobody could give this person any number, as a sentence that says what to do; None when one could."""
    return why_never_served(person, facts) or why_busy(person)


def why_never_served(person: Person, facts: PersonFacts) -> str | None:
    """As `why_not_served`, whatever is under way for them."""
    if facts.deleted:
        return f"{person} is deleted: restore the account before you give it a number"
    if facts.resource_account:
        return f"{person} is a resource account, which is never touched here: use the Teams admin center"
    if facts.guest:
        return f"{person} is a guest: give the number to a member of the organisation"
    if facts.entitlement is Entitlement.NONE:
        return f"{person} has no Phone System licence: assign the licence first"
    if facts.entitlement is Entitlement.SUSPENDED:
        return (
            f"a telephony licence of {person} is suspended: mend that in the Microsoft 365 admin center first"
        )
    on_premises = facts.on_premises_number
    if facts.holding is not None and facts.holding.on_premises:
        on_premises = facts.holding.number
    if on_premises is not None:
        return f"{on_premises} of {person} is set in the on-premises directory: change it there"
    return None


def why_busy(person: Person) -> str | None:
    """What is under way for this person and has to end before anything else begins; None when nothing is."""
    return who_is_busy(person.tenant_id, [person]).get(person.object_id)


def who_is_busy(tenant_id: int, people: Sequence[Person]) -> dict[str, str]:
    """What is under way for some of these people, by their object ids."""
    names = {person.object_id: person for person in people}
    rows = Change.objects.of(tenant_id).filter(person__in=names, open=True).select_related("number")
    found: dict[str, str] = {}
    for change in rows:
        words = _UNDER_WAY[change.kind].format(number=change.number.text, person=names[change.person])
        since = moment(change.created_at)
        why = f"{words} since {since}: wait until Teams shows it, the next sync takes it to its end"
        found.setdefault(change.person, why)
    return found


def may_have(facts: PersonFacts) -> str:
    """The types of number that the licences allow, in words."""
    return " or ".join(sorted(TYPE_WORDS[type_] for type_ in TYPES_OF[facts.entitlement]))
