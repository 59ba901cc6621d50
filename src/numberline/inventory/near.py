"""Which numbers a change of some ranges can concern, so that no others have to be read."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import reduce
from operator import or_

from django.db.models import Q

from numberline.core.person import NumberType
from numberline.inventory.membership import Definition

_MOST = 200
"""Spans in one question; with more of them every number is read, which is simpler for the database."""


@dataclass(frozen=True, slots=True)
class Near:
    """Numbers of these ranges (by their keys), numbers that their blocks name, and with `selecting` all that Teams lists."""

    ranges: frozenset[int]
    spans: tuple[tuple[int, int], ...] = ()
    selecting: bool = False

    @classmethod
    def of(
        cls, definitions: Iterable[Definition], *, removed: Iterable[int] = (), selecting: bool
    ) -> Near | None:
        """What ranges concern that are changed to this, and such as are removed; None: all numbers."""
        some = list(definitions)
        spans = [span for one in some for span in one.numbers.spans]
        spans += [(value, value) for one in some for value, _ in one.numbers.extended]
        if len(spans) > _MOST:
            return None
        return cls(frozenset([*(one.id for one in some), *removed]), tuple(spans), selecting)

    def condition(self) -> Q:
        """The rows, as a condition on Number."""
        inside = [Q(range_id__in=sorted(self.ranges)), *(Q(value__range=span) for span in self.spans)]
        if self.selecting:
            inside.append(
                ~Q(type=NumberType.DIRECT_ROUTING) | ~Q(teams_type__in=("", NumberType.DIRECT_ROUTING))
            )
        return reduce(or_, inside)
