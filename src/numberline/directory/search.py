"""Finding people: by words of their names, by their addresses, by the values of their attributes, by what automation
decided. Lists are in the order of names and go along an index, whatever is asked for."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any, Final

from django.db.models import Exists, OuterRef, Q, QuerySet

from numberline.columns import beginning
from numberline.core.attributes import Attribute, find
from numberline.core.folding import fold, words
from numberline.directory.models import Person, Term
from numberline.directory.terms import ADDRESS, SEARCHED, attribute_term

KEYS: Final = ("name_key", "pk")
"""The columns that lists of people are paged by."""
FEW: Final = 5000
"""From so many people on whom a search meets, they are met often enough on the way through all."""
MOST: Final = 50_000
"""Up to how many people on whom a condition meets are looked at as such, where others are asked for too."""
SPARE: Final = 8
"""How often the same person may be met before fewer are shown than were asked for."""
COUNTED: Final = 200
"""Up to how many people are counted."""

_PAIR = re.compile(r"""([^\s="]+)\s*=\s*(?:"([^"]*)"|(\S+))""")


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which people are wanted; what is empty does not matter.

    `attributes` are pairs of an attribute (Graph's name) and a value, which ends with `*` where it is only the
    beginning. `deleted` is empty for those who are in the directory, else `soft` or `permanent`; of those whom a limit
    holds it is empty for all, because most whose number is to be taken back are no longer there. `further` says that
    those who are found are asked for something more, of which this room knows nothing.
    """

    words: tuple[str, ...] = ()
    attributes: tuple[tuple[str, str], ...] = ()
    action: str = ""
    code: str = ""
    limited_by: str = ""
    deleted: str = ""
    locked: bool = False
    excluded: bool = False
    further: bool = False


def read(text: str) -> tuple[tuple[str, ...], tuple[tuple[str, str], ...]]:
    """What somebody typed, as the words and the attributes (`City=Leeds`, `Office="Park Lane"`) that it names."""
    attributes = []
    for match in _PAIR.finditer(text):
        attribute = searched(match[1])
        if attribute is not None:
            attributes.append((attribute.graph, match[2] or match[3] or ""))
            text = text.replace(match[0], " ", 1)
    typed = []
    for part in text.split():
        # Within an address, not at its beginning: the words before the sign say whose it may be.
        within = words(part.partition("@")[0]) if "@" in part and not part[0].isalnum() else []
        typed += within or ([ADDRESS + fold(part)] if "@" in part else words(part))
    return tuple(dict.fromkeys(typed)), tuple(attributes)


def unknown_attributes(text: str) -> list[tuple[str, str]]:
    """What somebody typed as an attribute that people can't be found by, each with the one that was likely meant (or
    nothing)."""
    known = {attribute.plain.casefold(): attribute.plain for attribute in SEARCHED}
    found = []
    for match in _PAIR.finditer(text):
        if searched(match[1]) is None:
            near = get_close_matches(match[1].casefold(), known, n=1, cutoff=0.5)
            found.append((match[1], known[near[0]] if near else ""))
    return found


def searched(name: str) -> Attribute | None:
    """The attribute of this name, as rules call it, if people can be found by it."""
    attribute = find(name)
    return attribute if attribute in SEARCHED else None


@dataclass(frozen=True, slots=True)
class Found:
    """People who are wanted, in no order yet, and the columns to page them by. `many`: the words and attributes alone
    meet more than FEW. `more`: a search of bare digits met more than it shows."""

    rows: QuerySet[Person]
    many: bool = False
    keys: tuple[str, ...] = KEYS
    more: bool = False


def wanted_people(people: QuerySet[Person], tenant_id: int, wanted: Wanted) -> Found:
    """Those of `people` (of this tenant) that are wanted, in no order yet."""
    columns: dict[str, Any] = {"deleted": wanted.deleted}
    if wanted.limited_by and not wanted.deleted:
        columns.clear()
    columns |= {
        name: getattr(wanted, name) for name in ("action", "code", "limited_by") if getattr(wanted, name)
    }
    columns |= {name: True for name in ("locked", "excluded") if getattr(wanted, name)}
    rows = people.filter(**columns)
    asked = conditions(wanted)
    found, many = with_terms(rows, tenant_id, asked)
    if not (many and wanted.words):
        return Found(found, many)
    # Names that begin with the same word stand together, so that one might have to pass everybody before them.
    narrowed = len(columns) > 1 or wanted.deleted or wanted.limited_by
    if narrowed and not rows.order_by(*KEYS).values_list("pk")[FEW : FEW + 1]:
        return Found(found, many)
    led = _led(tenant_id, asked) if narrowed or wanted.further else None
    return Found(found if led is None else rows.filter(pk__in=led), many, ("pk",))


def first_people(people: QuerySet[Person], tenant_id: int, wanted: Wanted, most: int) -> list[Person]:
    """Some of those whose terms meet what is wanted, as they come first by their terms, in the order of their names."""
    asked = conditions(wanted)
    if not asked:
        return []
    rows = _with(tenant_id, asked).filter(person__deleted="")
    keys = rows.order_by("text", "person_id").values_list("person_id", flat=True)
    some = dict.fromkeys(keys[: most * SPARE])
    found = people.filter(pk__in=some, deleted="").in_bulk()
    return sorted([found[key] for key in some if key in found][:most], key=lambda one: (one.name_key, one.pk))


def how_many(people: QuerySet[Person], tenant_id: int, wanted: Wanted) -> int | None:
    """How many of `people` in the directory the words and attributes of what is wanted meet; None for more than are
    counted."""
    rows, many = with_terms(people.filter(deleted=""), tenant_id, conditions(wanted))
    return None if many else rows.count()


def conditions(wanted: Wanted) -> list[Q]:
    """What the terms of a person must have, one condition for each word and attribute."""
    found = [beginning("text", word) for word in wanted.words]
    for graph, value in wanted.attributes:
        term = attribute_term(graph, value.rstrip("*"))
        found.append(beginning("text", term) if value.endswith("*") else Q(text=term))
    return found


def with_terms(people: QuerySet[Person], tenant_id: int, wanted: list[Q]) -> tuple[QuerySet[Person], bool]:
    """Those of `people` whose terms meet all conditions, and whether these are many.

    A condition that few people meet leads to them, as does what several have in common; else people are looked through
    one by one, of whom enough are met then.
    """
    if not wanted:
        return people, False
    if len(wanted) == 1:
        keys = _with(tenant_id, wanted)
        if not keys[FEW : FEW + 1]:
            return people.filter(pk__in=keys), False
    else:
        few = _in_common(tenant_id, wanted)
        if few is not None:
            return people.filter(pk__in=few), False
    for condition in wanted:
        people = people.filter(Exists(Term.objects.of(tenant_id).filter(condition, person=OuterRef("pk"))))
    return people, True


def _in_common(tenant_id: int, wanted: list[Q]) -> set[int] | None:
    """The keys of those who meet all of several conditions; None when they are many, or each of these is met by more
    than MOST."""
    common: set[int] | None = None
    left = []
    for condition in wanted:
        keys = _with(tenant_id, [condition]).values_list("person_id", flat=True)
        some = list(keys[: MOST + 1])
        if len(some) > MOST:
            left.append(condition)
        else:
            common = set(some) if common is None else common & set(some)
    if common is None or len(common) > FEW:
        return None
    for condition in left:
        met = Term.objects.of(tenant_id).filter(condition, person__in=common)
        common = set(met.values_list("person_id", flat=True))
    return common


def _with(tenant_id: int, wanted: list[Q]) -> QuerySet[Term, Any]:
    """The keys of those whose terms meet all conditions; the first one leads, the others are looked up for each."""
    first, *others = wanted
    terms = Term.objects.of(tenant_id)
    rows = terms.filter(first)
    for other in others:
        rows = rows.filter(Exists(terms.filter(other, person=OuterRef("person"))))
    return rows.order_by().values("person_id")


def _led(tenant_id: int, wanted: list[Q]) -> QuerySet[Term, Any] | None:
    """The keys of those who meet all conditions, led by one that at most MOST meet; None if there is none."""
    for condition in wanted:
        if not _with(tenant_id, [condition])[MOST : MOST + 1]:
            return _with(tenant_id, [condition, *(other for other in wanted if other is not condition)])
    return None


def exactly(people: QuerySet[Person], tenant_id: int, text: str) -> QuerySet[Person]:
    """Those of `people` whose UPN, mail address or object id the text is."""
    typed = fold(text)
    if "@" in typed:
        return people.filter(
            pk__in=Term.objects.of(tenant_id).filter(text=ADDRESS + typed).values("person_id")
        )
    return people.filter(object_id=text.strip().lower())
