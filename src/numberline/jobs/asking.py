"""Tasks that ask everybody in the directory about rules: what takes longer than a page may, once there are many people."""

from collections.abc import Callable
from typing import Any

from numberline.core.rules import RuleError
from numberline.jobs.models import State
from numberline.planning.rule_answer import Asked, ask, rule_of
from numberline.planning.rules_check import check_rules
from numberline.runs.progress import Progress
from numberline.tenants.models import Tenant

Told = tuple[State, str, dict[str, Any]]


def rules_check(tenant: Tenant, progress: Progress) -> Told:
    """All rules held against everybody (numberline.planning.rules_check)."""
    found = check_rules(tenant, progress=_reading(progress))
    return State.DONE, f"Looked at {_people(found['looked_at'])}.", found


def rule_answer(tenant: Tenant, given: dict[str, Any], progress: Progress) -> Told:
    """Who of everybody matches a rule (numberline.planning.rule_answer). `before` is the rule that it is compared with, and
    `who` a part of the names that are to be shown."""
    try:
        rule, before = rule_of(given["rule"]), rule_of(given.get("before", ""))
    except RuleError as error:
        return State.REFUSED, str(error), {}
    if rule is None:
        return State.REFUSED, "There is no rule to ask about.", {}
    asked = Asked(
        rule,
        range=given.get("range", ""),
        type=given.get("type", ""),
        priority=given.get("priority", 100),
        before=before,
        search=given.get("who", ""),
        seconds=None,
    )
    answer = ask(tenant, asked, _reading(progress))
    matching = "matches" if answer.matching.count == 1 else "match"
    sentence = f"{answer.matching.count:,} of {_people(answer.looked_at)} {matching}."
    return State.DONE, sentence, answer.to_json()


def _reading(progress: Progress) -> Callable[[int, int], None]:
    # The step's name lets a loop that is to end stop here: nothing is lost by asking again.
    return lambda done, total: progress.step("reading people", done, total)


def _people(count: int) -> str:
    return "1 person" if count == 1 else f"{count:,} people"
