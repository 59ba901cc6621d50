"""Why a person has what they have, or waits (M15): from the facts as last read, without asking Microsoft."""

from datetime import datetime
from typing import Any

from numberline.assignments.belongings import belongings_of
from numberline.assignments.models import Change, Kind
from numberline.core.explain import Explanation
from numberline.core.explain import explain as explain_facts
from numberline.core.held import Held, held
from numberline.core.rule_explain import explain as explain_rule
from numberline.core.rules import parse
from numberline.core.supply import Supply
from numberline.directory.facts import person_facts
from numberline.directory.models import Person
from numberline.inventory.draw import DatabaseSupply
from numberline.inventory.models import Range
from numberline.planning.settings import settings_of
from numberline.tenants.licences import licence_names
from numberline.tenants.models import Tenant


def explanation_of(tenant: Tenant, person: Person, at: datetime, supply: Supply | None = None) -> Explanation:
    """The explanation of one person's decision at `at`, with every range; of `supply` if that was read already."""
    belongings = belongings_of(tenant.pk, [person.object_id], at)
    facts = person_facts(person, belongings, at)
    return explain_facts(facts, settings_of(tenant), supply or DatabaseSupply(tenant.pk, at), at)


def _under_way(change: Change) -> dict[str, str]:
    """While a change is open nothing else is decided about the person: only what it is about is ever sent again."""
    since = f"{change.created_at:%Y-%m-%d %H:%M} UTC"
    number, old = change.number.text, change.from_number
    if old is not None:
        action, what, yet = "change", f"{old.text} is being exchanged for {number}", "it is not done yet"
    elif change.kind == Kind.RELEASE:
        action, what, yet = "release", f"{number} is being taken back", "Teams still shows it"
    else:
        action, what, yet = "assign", f"{number} is being assigned", "Teams does not show it yet"
    sent = yet if change.sent_at else "the request has not been sent yet"
    return {"action": action, "code": change.code, "reason": f"{what} since {since}; {sent}."}


def under_way(tenant: Tenant, person: Person) -> dict[str, str] | None:
    """The change that is open for a person, in the words of a decision; None when there is none."""
    rows = Change.objects.of(tenant.pk).filter(person=person.object_id, open=True)
    change = rows.select_related("number", "from_number").first()
    return _under_way(change) if change is not None else None


def held_of(person: Person, mode: str, action: str) -> Held | None:
    """What holds the change that is decided for a person, if anything does."""
    return held(action, mode, person.limited_by, person.limited_since)


def why_false(tenant: Tenant, rule: str, explanation: Explanation) -> str:
    """Which part of a range's rule is false of the person, and on what value."""
    why = explain_rule(parse(rule), explanation.facts.attributes, licence_names(tenant))
    return f"{why.sentence()}."


def explain(tenant: Tenant, person: Person, at: datetime) -> dict[str, Any]:
    """The JSON of `explain` (spec section 7); a rule that is false says which part was, and on what value."""
    explanation = explanation_of(tenant, person, at)
    told = explanation.to_json()
    change = under_way(tenant, person)
    told["decision"] = change or told["decision"]
    holds = None if change else held_of(person, tenant.mode, told["decision"]["action"])
    told |= {"held": holds.to_json()} if holds else {}
    rules = dict(Range.objects.of(tenant.pk).values_list("name", "rule"))
    for verdict in told["ranges"]:
        if verdict["code"] == "rule_false":
            verdict["reason"] = why_false(tenant, rules[verdict["range"]], explanation)
    return told
