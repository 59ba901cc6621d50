"""Whether somebody can be given a number by hand: who they are, what they are licensed for, what is under way."""

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
    return why_busy(person)


def why_busy(person: Person) -> str | None:
    """What is under way for this person and has to end before anything else begins; None when nothing is."""
    rows = Change.objects.of(person.tenant_id).filter(person=person.object_id, open=True)
    change = rows.select_related("number").first()
    if change is None:
        return None
    words = _UNDER_WAY[change.kind].format(number=change.number.text, person=person)
    since = moment(change.created_at)
    return f"{words} since {since}: wait until Teams shows it, the next sync takes it to its end"


def may_have(facts: PersonFacts) -> str:
    """The types of number that the licences allow, in words."""
    return " or ".join(sorted(TYPE_WORDS[type_] for type_ in TYPES_OF[facts.entitlement]))
