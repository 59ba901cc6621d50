"""Numbers that a human gave outside the rule of their range: how the person stood then, so that nobody is said to have
moved who has not, and is once what the decision stood on has changed."""

from collections.abc import Iterable
from typing import Any

import msgspec

from numberline.assignments.claims import BY_HAND
from numberline.assignments.models import Assignment, Change
from numberline.core.decision import Code
from numberline.core.person import standing
from numberline.core.rules import compile_rule, parse
from numberline.directory.models import Person
from numberline.inventory.models import Number
from numberline.tenants.licences import licence_names

_decode = msgspec.json.Decoder(dict[str, Any]).decode


def given_outside(change: Change, number: Number, person: str) -> dict[str, Any] | None:
    """How the person is whom a human gives this number though its range's rule does not match them: the licences, the
    usage location and what the rule reads. None when the rule matches, or when nobody decided it.

    A human decides by hand, or by reserving the number for them; who gets back what was theirs is a returner.
    """
    if change.code != BY_HAND:
        own = Assignment.objects.of(change.tenant_id).filter(number=number, person=person)
        if change.code != Code.RESERVED_FOR or own.exists():
            return None
    row = Person.objects.of(change.tenant_id).filter(object_id=person).first()
    if row is None or number.range is None:
        return None
    if not number.range.rule:
        return _as_now(row, ())
    rule = compile_rule(parse(number.range.rule), licence_names(number.tenant))
    return None if rule(_decode(row.attributes)) else _as_now(row, rule.attributes)


def _as_now(person: Person, names: Iterable[str]) -> dict[str, Any]:
    return standing(person.entitlement, person.usage_location, _decode(person.attributes), names)
