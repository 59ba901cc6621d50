"""Why a person has what they have, or waits: the decision, and every range with what ruled it out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from numberline.core.allocate import Shelf, allocate
from numberline.core.candidates import home_country
from numberline.core.classify import classify
from numberline.core.decision import Action, Code, Decision, Wants
from numberline.core.person import PersonFacts
from numberline.core.ranges import TYPES_OF, RangeView, Settings
from numberline.core.supply import Available, Supply
from numberline.core.words import LICENCE_WORDS, TYPE_WORDS


class Verdict(StrEnum):
    """What a range is to a person."""

    CHOSEN = "chosen"
    CANDIDATE = "candidate"
    WRONG_TYPE = "wrong_type"
    RULE_FALSE = "rule_false"
    NO_RULE = "no_rule"
    DISABLED_RANGE = "disabled_range"
    COUNTRY_MISMATCH = "country_mismatch"
    NO_LOCATION = "no_location"
    RANGE_EXHAUSTED = "range_exhausted"


@dataclass(frozen=True, slots=True)
class RangeVerdict:
    """One range: its verdict, a sentence, and how many numbers it could give to anybody."""

    range: str
    code: Verdict
    reason: str
    available: int

    @property
    def chosen(self) -> bool:
        """Whether the person's number comes, or would come, from this range."""
        return self.code is Verdict.CHOSEN


@dataclass(frozen=True, slots=True)
class Explanation:
    """A person's decision and every range, in the order in which ranges are asked."""

    facts: PersonFacts
    decision: Decision
    ranges: tuple[RangeVerdict, ...]

    def to_json(self) -> dict[str, Any]:
        """The explanation as scripts read it."""
        facts, decision = self.facts, self.decision
        return {
            "person": facts.id,
            "upn": facts.upn,
            "entitlement": str(facts.entitlement),
            "ready": facts.ready,
            "holds": facts.holding.number if facts.holding is not None else None,
            "decision": {
                "action": str(decision.action),
                "code": str(decision.code),
                "reason": decision.reason,
            },
            "ranges": [
                {
                    "range": verdict.range,
                    "chosen": verdict.chosen,
                    "code": str(verdict.code),
                    "reason": verdict.reason,
                    "available": verdict.available,
                }
                for verdict in self.ranges
            ],
        }


def explain(
    facts: PersonFacts, settings: Settings, supply: Supply, now: datetime, decision: Decision | None = None
) -> Explanation:
    """Explain one person.

    Args:
        facts: the person.
        settings: the tenant's ranges.
        supply: what they have; with `decision`, as it was before that was allocated.
        now: the time to judge by.
        decision: the person's decision in the tenant's plan, where others may be served first; without it the
            person is decided alone.
    """
    decided = decision or _decide_alone(facts, settings, supply, now)
    verdicts = tuple(_verdict(view, facts, settings, supply, decided) for view in settings.ranges)
    return Explanation(facts, decided, verdicts)


def _decide_alone(facts: PersonFacts, settings: Settings, supply: Supply, now: datetime) -> Decision:
    result = classify(facts, settings, now)
    return allocate([result], supply, settings)[0] if isinstance(result, Wants) else result


def _verdict(
    view: RangeView, facts: PersonFacts, settings: Settings, supply: Supply, decision: Decision
) -> RangeVerdict:
    code, reason = (
        _chosen(view, facts, decision)
        or _ruled_out(view, facts)
        or _stocked(view, facts, settings, supply, decision)
    )
    return RangeVerdict(view.name, code, reason, supply.count(view.name))


def _chosen(view: RangeView, facts: PersonFacts, decision: Decision) -> tuple[Verdict, str] | None:
    """The range that the decision names as the source of the person's number."""
    if decision.range != view.name:
        return None
    if decision.action is Action.ASSIGN:
        return Verdict.CHOSEN, decision.reason
    if decision.code is Code.NOT_READY:
        return Verdict.CHOSEN, "The number will come from this range once Teams shows the licence as active."
    if decision.code is Code.HOLDS and (view.rule is None or view.rule(facts.attributes)):
        return Verdict.CHOSEN, f"{decision.number} is of this range."
    return None


def _ruled_out(view: RangeView, facts: PersonFacts) -> tuple[Verdict, str] | None:
    """Step 10: type, enabled, rule."""
    if view.type not in TYPES_OF[facts.entitlement]:
        licences = LICENCE_WORDS[facts.entitlement]
        return Verdict.WRONG_TYPE, f"Its numbers are {TYPE_WORDS[view.type]}; the person has {licences}."
    if not view.enabled:
        return Verdict.DISABLED_RANGE, "The range is disabled."
    if view.rule is None:
        return Verdict.NO_RULE, "The range has no rule, so it never serves automation."
    if not view.rule(facts.attributes):
        return Verdict.RULE_FALSE, "Its rule does not match this person."
    return None


def _stocked(
    view: RangeView, facts: PersonFacts, settings: Settings, supply: Supply, decision: Decision
) -> tuple[Verdict, str]:
    """Steps 11 and 12: country, location, a number left."""
    country = home_country(facts, settings)
    found = Shelf(view, supply.available(view.name)).peek(country, set())
    if isinstance(found, Available):
        if _drained(view, settings, decision):
            return Verdict.RANGE_EXHAUSTED, "It matches, but its numbers go to people who are served first."
        return Verdict.CANDIDATE, "It matches and has numbers; it would serve if nothing went before it."
    if found is Code.COUNTRY_MISMATCH:
        home = country or "unknown: the usage location and the organisation's country are empty"
        return (
            Verdict.COUNTRY_MISMATCH,
            f"Its numbers are of another country; the person's country is {home}.",
        )
    if found is Code.NO_LOCATION:
        return Verdict.NO_LOCATION, f"Numbers of {country} need an emergency location, and it has none."
    return Verdict.RANGE_EXHAUSTED, "It matches, and no number is left in it."


def _drained(view: RangeView, settings: Settings, decision: Decision) -> bool:
    """Whether a range that has numbers was passed over: in the tenant's plan others had taken them."""
    if decision.code is Code.RANGE_EXHAUSTED:
        return True
    chosen = settings.by_name.get(decision.range) if decision.range is not None else None
    if decision.code is not Code.NEXT_AVAILABLE or chosen is None:
        return False
    return (view.priority, view.name) < (chosen.priority, chosen.name)
