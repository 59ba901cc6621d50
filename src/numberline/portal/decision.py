"""The decision panel of a person's page: the steps of the decision, and every range with why not (M15)."""

from dataclasses import dataclass
from datetime import datetime

from numberline.core.explain import RangeVerdict, Verdict
from numberline.core.held import Held
from numberline.core.steps import Step, steps_of
from numberline.core.supply import Supply
from numberline.directory.models import Person
from numberline.inventory.glance import MOST, Glance
from numberline.planning.explain import explanation_of, held_of, under_way, why_false
from numberline.tenants.models import Tenant

SHOWN = 200
"""Ranges that are shown; those that were ruled out are left off first."""
SERVING = (Verdict.CHOSEN, Verdict.CANDIDATE)
OUT = (Verdict.RULE_FALSE, Verdict.NO_RULE, Verdict.WRONG_TYPE, Verdict.DISABLED_RANGE)
"""Verdicts on ranges that were never the person's: folded below those that match."""
FEW = 6
"""Up to so many ranges are shown in one list."""


@dataclass(frozen=True, slots=True)
class Considered:
    """A range as it was considered for the person: the verdict, why, and what it has, `100+` from a hundred on."""

    name: str
    verdict: str
    why: str
    available: str
    serves: bool
    matches: bool


@dataclass(frozen=True, slots=True)
class Panel:
    """What is decided about a person, how it came to that, and every range. `busy`: a change is under way, and nothing
    else is decided until it has ended."""

    action: str
    code: str
    reason: str
    busy: bool
    steps: tuple[Step, ...]
    ranges: tuple[Considered, ...]
    left_off: int
    held: Held | None = None

    @property
    def matching(self) -> list[Considered]:
        """The ranges that are shown first: those whose type and rule match, and all where they are few."""
        few = len(self.ranges) <= FEW
        return [each for each in self.ranges if few or each.matches]

    @property
    def others(self) -> list[Considered]:
        """The ranges that are folded below."""
        first = self.matching
        return [each for each in self.ranges if each not in first]


def panel(tenant: Tenant, person: Person, at: datetime) -> Panel:
    """The panel of one person, from the facts as last read."""
    supply = Glance(tenant.pk, at)
    explanation = explanation_of(tenant, person, at, supply)
    decision, change = explanation.decision, under_way(tenant, person)
    told = change or {"action": decision.action, "code": decision.code, "reason": decision.reason}

    holds = None if change else held_of(person, tenant.mode, decision.action)
    seen = _first(explanation.ranges)
    false = {
        each.range: why_false(tenant, supply.rules[each.range], explanation)
        for each in seen
        if each.code is Verdict.RULE_FALSE
    }
    return Panel(
        str(told["action"]),
        str(told["code"]),
        str(told["reason"]),
        change is not None,
        () if change is not None else steps_of(decision, explanation.facts, held=holds is not None),
        tuple(
            Considered(
                each.range,
                str(each.code).replace("_", " "),
                false.get(each.range, each.reason),
                _available(supply, each.range),
                each.code in SERVING,
                each.code not in OUT,
            )
            for each in seen
        ),
        len(explanation.ranges) - len(seen),
        holds,
    )


def _first(verdicts: tuple[RangeVerdict, ...]) -> list[RangeVerdict]:
    """As many as are shown, in the order in which ranges are asked."""
    likely = sorted(verdicts, key=lambda each: each.code in (Verdict.RULE_FALSE, Verdict.WRONG_TYPE))[:SHOWN]
    names = {each.range for each in likely}
    return [each for each in verdicts if each.range in names]


def _available(supply: Supply, name: str) -> str:
    count = supply.count(name)
    return f"{count}+" if count >= MOST else str(count)
