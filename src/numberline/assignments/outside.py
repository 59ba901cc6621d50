"""Numbers that a human gave outside the rule of their range: how the person was then, so that the worklist does not nag
about a decision, and tells when what it stood on has changed."""

from collections.abc import Iterable
from typing import Any

import msgspec

from numberline.assignments.claims import BY_HAND
from numberline.assignments.models import Assignment, Change
from numberline.core.decision import Code
from numberline.core.rules import compile_rule, parse
from numberline.directory.models import Person
from numberline.inventory.models import Number
from numberline.tenants.licences import licence_names

_PLAIN = ("entitlement", "usage_location")
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


def is_as_given(given: dict[str, Any], person: Person) -> bool:
    """Whether the person is still as when the number was given."""
    return given == _as_now(person, (name for name in given if name not in _PLAIN))


def _as_now(person: Person, names: Iterable[str]) -> dict[str, Any]:
    attributes = _decode(person.attributes)
    plain = {"entitlement": person.entitlement, "usage_location": person.usage_location}
    return plain | {name: attributes.get(name) for name in names}
