"""Sending policies in groups: what is refused is divided until the one that is meant stands alone."""

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from numberline import clock
from numberline.assignments.stopsign import StopSign
from numberline.audit.record import Cause
from numberline.graph.client import GraphClient
from numberline.graph.errors import GiveUp, Stop, Wait
from numberline.graph.policies import ITEMS, PolicyItem
from numberline.policies import conclude
from numberline.policies.models import PersonPolicy
from numberline.policies.names import Names, forget, note_permission
from numberline.tenants.models import Tenant

TROUBLES = 3
"""After so many requests that nobody answered the rest is left to the next run."""
LATER = timedelta(minutes=1)


@dataclass(slots=True)
class Sent:
    """What became of sending. `accepted` are rows that Microsoft may have taken, `refused` those it did not."""

    accepted: list[PersonPolicy] = field(default_factory=list)
    refused: list[PersonPolicy] = field(default_factory=list)
    stopped: Stop | None = None


class Sending:
    """Sends the rows of one pass, a request after the other."""

    def __init__(
        self, tenant: Tenant, client: GraphClient, cause: Cause, names: Names, stop: StopSign
    ) -> None:
        self._tenant, self._client, self._cause = tenant, client, cause
        self._names, self._stop = names, stop
        self._result = Sent()
        self._troubles = 0
        self._denied = False

    def send(self, rows: Iterable[PersonPolicy]) -> Sent:
        """Give and take what the rows say. What was refused before goes alone, so that it can't stand in the way."""
        every = list(rows)
        waiting: deque[list[PersonPolicy]] = deque()
        for giving in (True, False):
            some = [row for row in every if bool(row.name) is giving]
            waiting += _groups([row for row in some if not row.attempts])
            waiting += [[row] for row in some if row.attempts]
        while waiting and not self._over:
            group = waiting.popleft()
            waiting.extendleft(reversed(self._group(group)))
        return self._result

    @property
    def _over(self) -> bool:
        ended = self._denied or self._result.stopped is not None
        return ended or self._troubles >= TROUBLES or self._stop.asked

    def _group(self, group: list[PersonPolicy]) -> list[list[PersonPolicy]]:
        """Send one group; gives its halves when it was refused."""
        tenant_id = self._tenant.pk
        conclude.sent(tenant_id, group, clock.now(), self._cause)
        try:
            self._call(group)
        except GiveUp as error:
            if len(group) > 1:
                for row in group:
                    row.attempts -= 1  # it counts when the half that it is in is sent
                half = len(group) // 2
                return [group[:half], group[half:]]
            if error.code == "policy_not_found":
                forget(tenant_id, conclude.wish_of_row(group[0]))
            conclude.refused(tenant_id, group, clock.now(), error)
            self._result.refused += group
        except Stop as error:
            self._stopped(group, error)
        except Wait as error:
            self._troubles += 1
            at = clock.now()
            until = at + max(LATER, timedelta(seconds=error.after))
            conclude.put_off(tenant_id, group, until, at, str(error), unsent=not error.in_doubt)
        else:
            self._result.accepted += group
        return []

    def _call(self, group: Sequence[PersonPolicy]) -> None:
        if group[0].name:
            ids = self._names
            items = [PolicyItem(r.person, r.type, ids.id_of(conclude.wish_of_row(r))) for r in group]
            self._client.assign_policies(items)
        else:
            self._client.unassign_policies([PolicyItem(row.person, row.type) for row in group])

    def _stopped(self, group: list[PersonPolicy], error: Stop) -> None:
        """Without the permission numbers go on all the same; anything else ends the run."""
        at = clock.now()
        conclude.put_off(self._tenant.pk, group, at + 15 * LATER, at, str(error), unsent=not error.in_doubt)
        if error.code == "permission_missing":
            self._denied = True
            note_permission(self._tenant.pk, at, missing=True)
        else:
            self._result.stopped = error


def _groups(rows: list[PersonPolicy]) -> list[list[PersonPolicy]]:
    return [rows[start : start + ITEMS] for start in range(0, len(rows), ITEMS)]
