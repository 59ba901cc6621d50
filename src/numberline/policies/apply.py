"""Looking after people's policies at the end of a pass: what is new, what is open, what differs.

Everything starts from rows, so a process that is killed anywhere in here is made good by the next pass.
"""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog

from numberline import clock
from numberline.assignments.stopsign import StopSign
from numberline.audit.record import Cause
from numberline.directory.models import Person
from numberline.graph.client import GraphClient
from numberline.graph.errors import Stop, Wait
from numberline.graph.policies import EffectivePolicy
from numberline.policies import conclude
from numberline.policies.drift import compare, comparison_due
from numberline.policies.due import served, take_down
from numberline.policies.effective import read_effective
from numberline.policies.models import PersonPolicy, Phase
from numberline.policies.names import UNKNOWN_FOR, Names, look_up
from numberline.policies.profiles import in_effect, profiles_of, shown_name
from numberline.policies.sending import Sending
from numberline.scope import TenantQuerySet
from numberline.tenants.models import Tenant

log = structlog.get_logger("numberline.policies")

SOME = 500
LATER = timedelta(minutes=15)


@dataclass(slots=True)
class PolicyOutcome:
    """What was done: how many policies Teams shows now, and who (UPN) was refused what, in words. `stopped` is why
    the run can't go on."""

    done: int = 0
    failures: list[tuple[str, str, str]] = field(default_factory=list)
    stopped: Stop | None = None


def _nobody(upn: str, policy: str) -> None:
    """Nobody listens."""


def apply_policies(
    tenant: Tenant,
    client: GraphClient,
    cause: Cause,
    stop: StopSign | None = None,
    *,
    sending: bool,
    only: Collection[str] | None = None,
    full: bool = False,
    by_hand: bool = False,
    told: Callable[[str, str], None] = _nobody,
) -> PolicyOutcome:
    """Give holders of our numbers the policies of their ranges, and look whether Teams shows them.

    Args:
        tenant: whose people, read just now; what its configuration version was is believed.
        client: to Microsoft.
        cause: who wants it, for the audit trail.
        stop: ends it between two requests.
        sending: whether anything may be written in Teams; else it is only looked at.
        only: object ids of the people whom alone it is about; when it is tried again is then ignored.
        full: compare everybody with the profiles, whenever that was done last.
        by_hand: an administrator wants it, so locks and exclusions stand in nobody's way.
        told: hears of each policy that is shown now: UPN and policy.
    """
    work = _Work(tenant, client, cause, stop or StopSign(), sending, only, by_hand, told)
    take_down(tenant, clock.now(), only, by_hand=by_hand)
    try:
        work.run(full=full)
    except Stop as error:
        work.outcome.stopped = error
    except Wait as error:  # nothing is lost: the rows and the time of the last comparison say what is left
        log.warning("policies put off", tenant=tenant.name, code=error.code, cause=str(error))
    return work.outcome


class _Work:
    """One call of `apply_policies`."""

    def __init__(
        self,
        tenant: Tenant,
        client: GraphClient,
        cause: Cause,
        stop: StopSign,
        sending: bool,
        only: Collection[str] | None,
        by_hand: bool,
        told: Callable[[str, str], None],
    ) -> None:
        self._tenant, self._client, self._cause, self._stop = tenant, client, cause, stop
        self._sending, self._only, self._by_hand, self._told = sending, only, by_hand, told
        self._upns: dict[str, str] = {}
        self.outcome = PolicyOutcome()

    def run(self, *, full: bool) -> None:
        """Names, then what is open, then differences."""
        at = clock.now()
        open_ = self._open_rows()
        comparing = full or self._only is not None or comparison_due(self._tenant, at)
        if not (comparing or open_ or profiles_of(self._tenant)):
            return
        names = look_up(self._tenant, self._client, at, anew=full or self._only is not None)
        self._look_after(open_, names)
        if not comparing or self._over:
            return
        enforcing = self._tenant.enforce_policies and self._sending
        compare(self._tenant, self._client, at, names, only=self._only, enforcing=enforcing)
        if enforcing:
            self._look_after(self._new_rows(at), names)

    @property
    def _over(self) -> bool:
        return self._stop.asked or self.outcome.stopped is not None

    def _new_rows(self, at: datetime) -> list[PersonPolicy]:
        """What was wanted since then."""
        rows = PersonPolicy.objects.of(self._tenant.pk).filter(open=True, code="drift", attempts=0)
        return list(rows.filter(since__gte=at).order_by("pk"))

    def _open_rows(self) -> list[PersonPolicy]:
        """The rows to be looked at now; those of ended holdings are dropped."""
        rows = PersonPolicy.objects.of(self._tenant.pk).filter(open=True)
        if self._only is not None:
            rows = rows.filter(person__in=list(self._only))
        self._drop_ended(rows)
        if self._only is None:
            rows = rows.filter(look_at__lte=clock.now())
        if not self._sending:
            rows = rows.filter(phase=Phase.SENT)
        return list(rows.order_by("pk"))

    def _drop_ended(self, rows: TenantQuerySet[PersonPolicy]) -> None:
        ended = list(rows.filter(holding__until__isnull=False).values_list("pk", "person"))
        for start in range(0, len(ended), SOME):
            part = ended[start : start + SOME]
            PersonPolicy.objects.of(self._tenant.pk).filter(pk__in=[key for key, _ in part]).delete()
            conclude.tell_failures(self._tenant.pk, clock.now(), {person for _, person in part})

    def _look_after(self, rows: list[PersonPolicy], names: Names) -> None:
        """Look at what Teams shows, send what it does not, and look again."""
        if not rows or self._over:
            return
        tenant_id = self._tenant.pk
        people = {row.person for row in rows}
        ours = served(tenant_id, people, clock.now(), by_hand=self._by_hand)
        self._put_off([r for r in rows if r.person not in ours and r.phase == Phase.WANTED], LATER)
        rows = [row for row in rows if row.person in ours or row.phase == Phase.SENT]
        waiting = self._note_shown(rows, names)
        unseen = [row for row in waiting if row.phase == Phase.SENT]
        resend = conclude.RESEND if self._only is None else timedelta(0)
        conclude.not_shown(tenant_id, unseen, clock.now(), resend)
        if self._sending:
            ready = [row for row in waiting if row.phase == Phase.WANTED and row.person in ours]
            self._send(ready, names)
        conclude.tell_failures(tenant_id, clock.now(), people)

    def _send(self, rows: list[PersonPolicy], names: Names) -> None:
        if not names.permitted:
            self._put_off(rows, UNKNOWN_FOR)
            return
        known = [row for row in rows if not row.name or names.id_of(conclude.wish_of_row(row))]
        unknown = [row for row in rows if row.name and not names.id_of(conclude.wish_of_row(row))]
        self._put_off(unknown, UNKNOWN_FOR)
        result = Sending(self._tenant, self._client, self._cause, names, self._stop).send(known)
        self.outcome.stopped = result.stopped
        upns = self._named(result.refused)
        self.outcome.failures += [(upns[r.person], r.policy, r.error) for r in result.refused]
        if result.accepted and not self._stop.asked and result.stopped is None:
            left = self._note_shown(result.accepted, names)
            conclude.not_shown(self._tenant.pk, left, clock.now())

    def _note_shown(self, rows: list[PersonPolicy], names: Names) -> list[PersonPolicy]:
        """What Teams shows is done; gives the rest."""
        if not rows:
            return []
        shown = read_effective(self._tenant.pk, self._client, sorted({row.person for row in rows}))
        done: list[PersonPolicy] = []
        left: list[PersonPolicy] = []
        for row in rows:
            (done if _is_shown(row, shown.get(row.person), names) else left).append(row)
        conclude.shown(self._tenant.pk, done, clock.now())
        changed = [row for row in done if row.attempts]
        upns = self._named(changed)
        for row in changed:
            self._told(upns[row.person], row.policy)
        self.outcome.done += len(changed)
        return left

    def _put_off(self, rows: list[PersonPolicy], later: timedelta) -> None:
        at = clock.now()
        conclude.put_off(self._tenant.pk, rows, at + later, at, "", unsent=False)

    def _named(self, rows: Iterable[PersonPolicy]) -> dict[str, str]:
        missing = [person for person in {row.person for row in rows} if person not in self._upns]
        for start in range(0, len(missing), SOME):
            people = Person.objects.of(self._tenant.pk).filter(object_id__in=missing[start : start + SOME])
            self._upns.update((one.object_id, str(one)) for one in people)
        return self._upns


def _is_shown(row: PersonPolicy, shown: Iterable[EffectivePolicy] | None, names: Names) -> bool:
    """Also notes, before anything was sent, what Teams shows instead."""
    if shown is None:
        return False
    wish, theirs = conclude.wish_of_row(row), list(shown)
    if in_effect(wish, names.id_of(wish), theirs):
        return True
    if not row.attempts:
        row.before = shown_name(wish, theirs)
    return False
