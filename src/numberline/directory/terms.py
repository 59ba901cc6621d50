"""What people can be found by: the words of their names, `@address`, and `=attribute=value`, all folded. No word begins
with such a sign, so that nobody who types the beginning of a name meets what is no name.

Kept when the directory is taken in (numberline.directory.intake), so that a search goes along an index.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Any, Final

import msgspec

from numberline import bulk
from numberline.columns import among
from numberline.core.attributes import ATTRIBUTES, Kind
from numberline.core.folding import fold, words
from numberline.directory.models import Person, Term

LONGEST: Final = 200
_decode = msgspec.json.Decoder(dict[str, Any]).decode

_ELSEWHERE = {"GivenName", "Surname", "DisplayName", "PasswordPolicies", "PreferredLanguage", "UserType"}
SEARCHED: Final = tuple(
    attribute
    for attribute in ATTRIBUTES
    if attribute.kind is Kind.TEXT
    and attribute.plain not in _ELSEWHERE
    and (not attribute.unique or attribute.plain == "EmployeeId")
)
"""The attributes by whose value people can be found."""
_NAMES: Final = ("displayName", "givenName", "surname")
ADDRESS: Final = "@"
"""What stands before a UPN or mail address."""
_ADDRESSES: Final = ("userPrincipalName", "mail")
_PREFIXES: Final = {attribute.graph: f"={attribute.graph.lower()}=" for attribute in SEARCHED}


def attribute_term(graph: str, value: str) -> str:
    """What people are found by who have this value of an attribute (Graph's name)."""
    return f"={graph.lower()}={fold(value)}"[:LONGEST]


def terms_of(attributes: Mapping[str, Any]) -> set[str]:
    """Everything that a person with these attributes can be found by."""
    found: set[str] = set()
    for name in _NAMES:
        if text := attributes.get(name):
            found.update(words(text))
    for name in _ADDRESSES:
        if text := attributes.get(name):
            whole = fold(text)
            found.add(ADDRESS + whole)
            found.update(words(whole.partition("@")[0]))
    if text := attributes.get("employeeId"):
        found.update(words(text))
    for graph in _PREFIXES.keys() & attributes.keys():
        if text := attributes[graph]:
            found.add(_PREFIXES[graph] + fold(text))
    return {term[:LONGEST] for term in found}


@dataclass(slots=True)
class Changed:
    """Whose attributes are written: what they are now, and what they were (JSON text), both by object id."""

    after: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    before: dict[str, str] = field(default_factory=dict)

    def note(self, object_id: str, before: str | None, after: Mapping[str, Any]) -> None:
        """Somebody is written; `before` is None for who is new."""
        self.after[object_id] = after
        if before is not None:
            self.before[object_id] = before


def keep_terms(tenant_id: int, changed: Changed) -> None:
    """Bring the terms of people up to date, whose rows are written by now."""
    wanted = {key: terms_of(attributes) for key, attributes in changed.after.items()}
    had = {key: terms_of(_decode(text)) for key, text in changed.before.items()}
    different = [key for key, terms in wanted.items() if terms != had.get(key)]
    if not different:
        return
    rows = Person.objects.of(tenant_id).filter(among("object_id", different))
    keys = dict(rows.values_list("object_id", "pk"))
    none: set[str] = set()
    gone = {(keys[key], term) for key in different for term in had.get(key, none) - wanted[key]}
    bulk.delete(Term, tenant_id, ("person", "text"), sorted(gone))
    new = ((keys[key], term) for key in different for term in wanted[key] - had.get(key, none))
    # In the order of the larger index, so that neighbours are written together.
    bulk.insert(Term, tenant_id, ("person", "text"), sorted(new, key=itemgetter(1, 0)))
