"""How many numbers there are of each kind, without counting them: reading, folding and checking the tally.

Triggers keep it (numberline.tally_triggers); a check that counts everything again tells, and mends, what they missed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from django.db import transaction
from django.db.models import BigIntegerField, Count, F, Sum, Value
from django.db.models.functions import Coalesce

from numberline.inventory.models import Number, Tally

NO_RANGE: Final = 0
"""`range_key` of numbers without a range."""


class Kind(NamedTuple):
    """What numbers that are counted together have in common. `range_key` is the range's key, NO_RANGE for none."""

    range_key: int
    country: str
    area_code: str
    type: str
    provider: str
    state: str


@dataclass(frozen=True, slots=True)
class Difference:
    """A kind of number of which the tally said one count and the numbers themselves another."""

    kind: Kind
    tally: int
    numbers: int

    def to_json(self, ranges: Mapping[int, str]) -> dict[str, Any]:
        """The same for scripts, with the range's name (null for none, or for one that is gone)."""
        kind = self.kind._asdict()
        name = ranges.get(kind.pop("range_key"))
        return {"range": name, **kind, "tally": self.tally, "numbers": self.numbers}

    def __str__(self) -> str:
        return f"{self.kind.state} numbers of {self.kind.type}: the tally said {self.tally:,}, there are {self.numbers:,}"


def tally(tenant_id: int, *names: str) -> dict[tuple[str | int, ...], int]:
    """How many numbers there are by these parts of their Kind, in this order; what has none is left out.

    Without any part: how many there are at all, by the empty tuple.
    """
    if not names:
        total = Tally.objects.of(tenant_id).aggregate(total=Sum("count"))["total"]
        return {(): total} if total else {}
    rows = Tally.objects.of(tenant_id).order_by().values_list(*names).annotate(total=Sum("count"))
    return {row[:-1]: row[-1] for row in rows if row[-1]}


def fold(tenant_id: int) -> None:
    """Put the rows of each kind together into one, so that the tally stays quick to read.

    Rows that another transaction folds just now are left to it.
    """
    with transaction.atomic():
        rows = Tally.objects.of(tenant_id)
        held = list(rows.select_for_update(skip_locked=True).values_list("pk", *Kind._fields, "count"))
        total: Counter[Kind] = Counter()
        of_kind: Counter[Kind] = Counter()
        for _, *kind, count in held:
            total[Kind(*kind)] += count
            of_kind[Kind(*kind)] += 1
        loose = [key for key, *kind, _ in held if of_kind[Kind(*kind)] > 1 or not total[Kind(*kind)]]
        if not loose:
            return
        rows.filter(pk__in=loose).delete()
        _add(tenant_id, {kind: total[kind] for kind in of_kind if of_kind[kind] > 1 and total[kind]})


def recount(tenant_id: int) -> list[Difference]:
    """Count all numbers again, and mend the tally where it says otherwise. Gives what was wrong, best nothing.

    Numbers and tally are read in one statement, so that what others write meanwhile is in both or in neither.
    """
    with transaction.atomic():
        numbers: Counter[Kind] = Counter()
        said: Counter[Kind] = Counter()
        for *kind, is_number, count in _both(tenant_id):
            (numbers if is_number else said)[Kind(*kind)] += count
        wrong = [
            Difference(kind, said[kind], numbers[kind])
            for kind in sorted({*numbers, *said})
            if said[kind] != numbers[kind]
        ]
        _add(tenant_id, {one.kind: one.numbers - one.tally for one in wrong})
        fold(tenant_id)
    return wrong


def _both(tenant_id: int) -> Iterable[tuple[Any, ...]]:
    """The counts by kind of the numbers (marked 1) and of the tally (marked 0)."""
    others = Kind._fields[1:]
    key = Coalesce(F("range_id"), Value(NO_RANGE), output_field=BigIntegerField())
    numbers = Number.objects.of(tenant_id).order_by().annotate(range_key=key, is_number=Value(1))
    counted = numbers.values("range_key", *others, "is_number").annotate(total=Count("pk"))
    tallies = Tally.objects.of(tenant_id).order_by().annotate(is_number=Value(0))
    said = tallies.values("range_key", *others, "is_number").annotate(total=Sum("count"))
    columns = (*Kind._fields, "is_number", "total")
    both: Iterable[tuple[Any, ...]] = counted.values_list(*columns).union(
        said.values_list(*columns), all=True
    )
    return both


def _add(tenant_id: int, counts: dict[Kind, int]) -> None:
    rows = Tally.objects.of(tenant_id)
    rows.bulk_create(
        [Tally(tenant_id=tenant_id, **kind._asdict(), count=count) for kind, count in counts.items()],
        batch_size=500,
    )
