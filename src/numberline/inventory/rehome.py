"""Keeping numbers where the ranges say they belong, between two configurations: after a listing, after a rest."""

from collections.abc import Iterator
from datetime import datetime
from functools import reduce
from operator import or_

from django.db import transaction
from django.db.models import Q

from numberline.audit.record import Cause
from numberline.core.states import State
from numberline.inventory.membership import Definition, Homes
from numberline.inventory.models import Number, Range
from numberline.inventory.placement import Placement, Row, Step
from numberline.inventory.placing import Placed, place_listed, write_moves

_SPANS = 50


def rehome(tenant_id: int, *, cause: Cause, at: datetime) -> Placed:
    """After a listing: bring numbers that Teams lists into the ranges that claim them by now, and reserve and block
    those that the configuration file declares. Reads them all once; writes nothing when nothing moved."""
    with transaction.atomic():
        return place_listed(tenant_id, Homes.load(tenant_id), cause, at)


def rest_as_declared(tenant_id: int, *, cause: Cause, at: datetime) -> int:
    """Reserve or block available numbers that the configuration file reserves or blocks: numbers that were assigned
    or in quarantine when the file was applied, and are free now. Gives how many."""
    ranges = [row for row in Range.objects.of(tenant_id) if any(row.declared.values())]
    if not ranges:
        return 0
    with transaction.atomic():
        placement = Placement(Homes.load(tenant_id), at)
        group: dict[Step, list[Row]] = {}
        for row in _available(tenant_id, ranges):
            for step in placement.steps(row):
                if step.verb:
                    group.setdefault(step, []).append(row)
        return write_moves(tenant_id, group, placement.homes, cause, at)


def _available(tenant_id: int, ranges: list[Range]) -> Iterator[Row]:
    """The available numbers of these ranges that the file declares to be anything else."""
    for one in map(Definition.of, ranges):
        spans = [*one.reserve.spans, *one.block.spans]
        spans += [(value, value) for value, _ in one.reserve.extended | one.block.extended]
        for start in range(0, len(spans), _SPANS):
            inside = reduce(or_, (Q(value__range=span) for span in spans[start : start + _SPANS]))
            rows = Number.objects.of(tenant_id).filter(inside, range_id=one.id, state=State.AVAILABLE)
            yield from map(Row._make, rows.values_list(*Row._fields))
