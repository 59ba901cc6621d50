"""How the tenant misbehaves: timings that always hold, and faults that strike by probability or by count."""

from collections import deque
from random import Random
from typing import Any

import msgspec

_READS = (
    "organization skus users delta user deleted licences numbers number operation configurations configuration"
    " policy batch subscriptions subscription"
)
READS = frozenset(_READS.split())
SUBSCRIPTION_WRITES = frozenset({"subscribe", "renew", "unsubscribe", "reauthorize"})
WRITES = frozenset({"assign", "unassign", "update", "policy_assign"}) | SUBSCRIPTION_WRITES
NUMBER_WRITES = frozenset({"assign", "unassign", "update"})

STRIKES: dict[str, str] = {
    "throttle": "429, nothing is carried out",
    "unavailable": "503 (or `status`), nothing is carried out unless `carried_out`",
    "reset": "the connection is reset before anything is carried out",
    "lose_answer": "carried out (after `seconds`), and the connection is closed before the answer",
    "late": "answered and reported as usual, but Teams changes only `seconds` later",
    "hide": "carried out, but not visible for `seconds`",
    "fail_operation": "the operation ends failed, with `text`",
    "skip_operation": "the operation ends skipped",
    "missing_operation": "the operation is answered with 404 for `seconds` after the 202",
    "malformed": "entities are wrapped in value, as in Microsoft's own samples",
    "short_listing": "the listing ends early and says nothing of it, after `share` of a page (of people: a page, or none)",
    "duplicate_pages": "a page comes again",
    "empty_pages": "a page is empty, and the next link goes on",
    "expire_tokens": "a delta token has expired",
    "slow": "the answer takes `seconds`",
    "fail_handshake": "the address of a subscription is not validated",
    "lose_notification": "never sent",
    "late_notification": "sent `seconds` later",
    "repeat_notification": "sent twice",
}


SECONDS = {"late": 5.0, "hide": 5.0, "missing_operation": 2.0, "slow": 1.0, "late_notification": 60.0}
"""How long a fault lasts when its rule does not say; 0 for the others."""
WINDOW = 10.0
"""Over so many seconds the directory counts what an application uses (Microsoft: throttling-limits)."""


class Timing(msgspec.Struct, forbid_unknown_fields=True):
    """What holds for every request; times in seconds, ranges are [least, most]."""

    latency: float | tuple[float, float] = 0.0
    latency_of: dict[str, float | tuple[float, float]] = {}
    rate_limit: float | None = None  # requests per second; None is no limit
    retry_after: int | None = 1  # None leaves the header out of a 429
    limit_headers: bool = True  # the directory says how near its limit is, and whose it was
    operation_seconds: float | tuple[float, float] = 0.0
    visible_after: float = 0.0
    licence_lag: float = 0.0
    removal_lag: float = 0.0
    policy_lag: float = 0.0
    delta_delay: float = 0.0
    operation_missing: float = 0.0
    token_seconds: float = 3599.0
    notification_delay: float | tuple[float, float] = 0.0
    notification_retry: float = 10.0
    notification_timeout: float = 10.0


class Rule(msgspec.Struct, forbid_unknown_fields=True):
    """When one fault strikes: with a probability, for a count of requests (after the first `after`), or always."""

    on: str = "any"  # any, read, write, or the kind of a request
    probability: float | None = None
    count: int | None = None
    after: int = 0
    burst: int = 1
    seconds: float | tuple[float, float] | None = None
    status: int = 503
    text: str = "Service is unavailable. Please try again"
    carried_out: bool = False
    html: bool = False
    retry_after: int | None = None
    share: float = 0.5
    scope: str = "Tenant_Application"
    struck: int = 0
    rest: int = 0  # of the burst that is on

    def concerns(self, kind: str) -> bool:
        """Whether a request of that kind may be struck."""
        if self.on in ("any", kind):
            return True
        return kind in (READS if self.on == "read" else WRITES if self.on == "write" else ())


class Faults:
    """The faults in force; every fault draws from its own seeded sequence."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self.timing = Timing()
        self._rules: dict[str, list[Rule]] = {}
        self._random: dict[str, Random] = {}
        self._tokens = 0.0
        self._filled_at = 0.0
        self._arrived: deque[float] = deque()

    def clear(self) -> None:
        """Behave from now on."""
        self.timing = Timing()
        self._rules.clear()

    def set(self, settings: dict[str, Any]) -> None:
        """Change timings and faults; ValueError with a sentence when one is not understood.

        A fault is given as True (always), a count, a probability below 1 as a float, an object with the fields of
        Rule, or a list of those; None or False switches it off.
        """
        timings = {name: value for name, value in settings.items() if name in Timing.__struct_fields__}
        unknown = settings.keys() - timings.keys() - STRIKES.keys()
        if unknown:
            known = ", ".join(sorted({*Timing.__struct_fields__, *STRIKES}))
            raise ValueError(f"There is no fault {', '.join(sorted(unknown))}; there are {known}.")
        try:
            rules = {name: _rules(settings[name]) for name in settings.keys() & STRIKES.keys()}
            self.timing = msgspec.convert(msgspec.to_builtins(self.timing) | timings, Timing)
        except msgspec.ValidationError as error:
            raise ValueError(f"The setting is not understood: {error}.") from error
        if "rate_limit" in timings:
            self._tokens = self.timing.rate_limit or 0.0
            self._arrived.clear()
        self._rules.update(rules)

    def strikes(self, name: str, kind: str) -> Rule | None:
        """The rule by which the fault strikes this request, or None; counts are used up."""
        for rule in self._rules.get(name, ()):
            if rule.concerns(kind) and self._hits(name, rule):
                rule.struck += 1
                return rule
        return None

    def seconds(self, name: str, value: float | tuple[float, float]) -> float:
        """One duration out of a range, drawn from the sequence of that name."""
        if isinstance(value, tuple):
            return self._of(name).uniform(*value)
        return value

    def duration(self, name: str, rule: Rule) -> float:
        """How long this strike lasts."""
        return self.seconds(name, SECONDS.get(name, 0.0) if rule.seconds is None else rule.seconds)

    def latency(self, kind: str) -> float:
        """How long an answer to that kind of request takes."""
        slow = self.strikes("slow", kind)
        base = self.seconds("latency", self.timing.latency_of.get(kind, self.timing.latency))
        return base + (self.duration("slow", slow) if slow else 0.0)

    def throttled(self, now: float) -> bool:
        """Whether this request is over the limit: a bucket that holds one second's worth."""
        limit = self.timing.rate_limit
        if limit is None:
            return False
        self._arrived.append(now)
        self._tokens = min(max(limit, 1.0), self._tokens + (now - self._filled_at) * limit)
        self._filled_at = now
        if self._tokens < 1:
            return True
        self._tokens -= 1
        return False

    def limit_used(self, now: float) -> float | None:
        """Which share of the limit was used lately, as the directory tells it: from 0.8 to 1.8, else None."""
        limit = self.timing.rate_limit
        while self._arrived and self._arrived[0] < now - WINDOW:
            self._arrived.popleft()
        if limit is None or not self.timing.limit_headers:
            return None
        share = len(self._arrived) / (limit * WINDOW)
        return None if share < 0.8 else min(1.8, share)

    def as_dict(self) -> dict[str, Any]:
        """The settings in force."""
        return {**msgspec.to_builtins(self.timing), **msgspec.to_builtins(self._rules)}

    def _hits(self, name: str, rule: Rule) -> bool:
        if rule.rest:
            rule.rest -= 1
            return True
        if rule.after:
            rule.after -= 1
            return False
        if rule.count is not None:
            if rule.count <= 0:
                return False
            rule.count -= 1
            return True
        if rule.probability is not None and self._of(name).random() >= rule.probability:
            return False
        rule.rest = rule.burst - 1
        return True

    def _of(self, name: str) -> Random:
        return self._random.setdefault(name, Random(f"{self._seed}/{name}"))


def _rules(value: Any) -> list[Rule]:
    if isinstance(value, list):
        return [rule for item in value for rule in _rules(item)]
    if value is None or value is False:
        return []
    if value is True:
        return [Rule()]
    if isinstance(value, int):
        return [Rule(count=value)]
    if isinstance(value, float):
        return [Rule(probability=value)]
    return [msgspec.convert(value, Rule)]
