"""Calling Plan and Operator Connect numbers that Teams no longer lists, or lists again. Only a whole list tells.

Such numbers are in the tenant's inventory for good, so what is missing there was ported out or given back. Direct
Routing numbers are not: Teams knows them only while they are assigned (Microsoft: direct-routing-enable-users).
"""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from numberline.audit.record import Cause
from numberline.core.person import NumberType
from numberline.core.states import State
from numberline.inventory.models import Number
from numberline.inventory.moves import move_many
from numberline.inventory.placement import DECLARED_BLOCK
from numberline.scope import TenantQuerySet

LISTED_TYPES = (NumberType.CALLING_PLAN, NumberType.OPERATOR_CONNECT)
AT_ONCE = 500


def follow_list(tenant_id: int, at: datetime, cause: Cause) -> None:
    """After a trusted list: retire what nobody holds and Teams no longer lists, and have back what it lists again.

    What is reserved or blocked stays so, and what rests goes on resting: it is not drawn meanwhile, and retired after.
    """
    rows = Number.objects.of(tenant_id).filter(type__in=LISTED_TYPES)
    _move(
        rows.filter(state=State.AVAILABLE, teams_at=None),
        State.RETIRED,
        at,
        cause,
        "retire",
        "ported_out",
        "Teams no longer lists it: it was ported out or given back",
    )
    back = rows.filter(state=State.RETIRED, teams_target="").exclude(teams_at=None)
    blocked = back.exclude(block_code__in=("", DECLARED_BLOCK))
    words = ("declare", "listed_again", "Teams lists it again")
    _move(blocked, State.BLOCKED, at, cause, *words)
    _move(back, State.AVAILABLE, at, cause, *words)


def _move(
    rows: TenantQuerySet[Number], to: State, at: datetime, cause: Cause, verb: str, code: str, reason: str
) -> None:
    numbers = list(rows.order_by("pk").only("text", "state", "tenant_id"))
    fields = {"free_since": at} if to == State.AVAILABLE else {}
    for start in range(0, len(numbers), AT_ONCE):
        some: Sequence[tuple[Number, str]] = [(number, "") for number in numbers[start : start + AT_ONCE]]
        with transaction.atomic():
            tenant_id = some[0][0].tenant_id
            move_many(tenant_id, some, to, at, cause, verb=verb, code=code, reason=reason, **fields)
