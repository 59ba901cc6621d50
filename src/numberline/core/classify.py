"""One person: keep, release, wait, skip, or wants a number. Pure; the steps stand in the order in which they count."""

from __future__ import annotations

from datetime import datetime

from numberline.core import duration
from numberline.core.candidates import bound_to_country, home_country, own_fits
from numberline.core.decision import Action, Code, Decision, Wants, basis
from numberline.core.person import Entitlement, FreedCause, Holding, OwnNumber, PersonFacts, standing
from numberline.core.phone import sort_key
from numberline.core.ranges import TYPES_OF, RangeView, Settings
from numberline.core.words import LICENCE_WORDS, TYPE_WORDS, moment, of_range

_PLAIN = frozenset({"entitlement", "usage_location"})
"""What of a person's standing is no attribute of theirs."""


def classify(facts: PersonFacts, settings: Settings, now: datetime) -> Decision | Wants:
    """What becomes of one person, as far as that can be told without the others."""
    return (
        _set_apart(facts, settings)
        or _from_on_premises(facts)
        or _gone(facts, settings, now)
        or _without_licence(facts, settings, now)
        or holds(facts, settings)
        or _taken(facts, settings, now)
        or _disabled(facts)
        or _wants(facts, settings)
    )


def _set_apart(facts: PersonFacts, settings: Settings) -> Decision | None:
    """Steps 1 and 2: whom automation does not serve."""
    if facts.resource_account:
        return _leave(
            facts, Code.RESOURCE_ACCOUNT, "This is a resource account; automation serves people only"
        )
    if facts.guest:
        return _leave(facts, Code.GUEST, "This is a guest account; automation serves members only")
    holding = facts.holding
    if facts.locked:
        return _leave(facts, Code.LOCKED, "This person is locked against automation")
    if holding is not None and holding.locked:
        return _leave(facts, Code.LOCKED, f"{holding.number} is locked against automation")
    if facts.excluded:
        return _leave(facts, Code.EXCLUDED, "This person is excluded from automation by hand")
    if settings.exclude is not None and settings.exclude(facts.attributes):
        return _leave(facts, Code.EXCLUDED_BY_RULE, "The tenant's exclude rule matches this person")
    return None


def _from_on_premises(facts: PersonFacts) -> Decision | None:
    """Step 3."""
    holding = facts.holding
    cause = "is set in the on-premises directory, where alone it can be changed"
    if holding is not None and holding.on_premises:
        return _decide(facts, Action.KEEP, Code.ON_PREMISES, f"{holding.number} {cause}.", holding)
    if holding is None and facts.on_premises_number is not None:
        return _decide(facts, Action.WAIT, Code.ON_PREMISES, f"{facts.on_premises_number} {cause}.")
    return None


def _gone(facts: PersonFacts, settings: Settings, now: datetime) -> Decision | None:
    """Step 4."""
    if not facts.deleted:
        return None
    if facts.holding is None:
        return _decide(facts, Action.SKIP, Code.DELETED, "The account is deleted and holds no number.")
    return _after_grace(facts, facts.holding, settings, now, Code.DELETED, "The account is deleted")


def _without_licence(facts: PersonFacts, settings: Settings, now: datetime) -> Decision | None:
    """Step 5."""
    holding = facts.holding
    if facts.entitlement is Entitlement.NONE:
        if holding is None:
            return _decide(facts, Action.SKIP, Code.UNLICENSED, "No Phone System licence, so no number.")
        return _after_grace(
            facts, holding, settings, now, Code.UNLICENSED, "Phone System is no longer licensed"
        )
    if facts.entitlement is not Entitlement.SUSPENDED:
        return None
    if holding is None:
        reason = "A telephony licence is suspended; a number is given once it is active again."
        return _decide(facts, Action.WAIT, Code.SUSPENDED, reason)
    if holding.freed_in_teams_at is not None:
        reason = (
            f"A telephony licence is suspended and Teams shows {holding.number} free; it stays kept for them."
        )
        return _decide(facts, Action.WAIT, Code.SUSPENDED, reason, holding)
    reason = f"A telephony licence is suspended; {holding.number} is kept."
    return _decide(facts, Action.KEEP, Code.SUSPENDED, reason, holding)


def holds(facts: PersonFacts, settings: Settings) -> Decision | None:
    """Step 6: whoever holds a number keeps it, whatever no longer fits. None for who holds none."""
    holding = facts.holding
    if holding is None or holding.freed_in_teams_at is not None:
        return None
    view = _range_of(holding, settings)
    code, odd = Code.HOLDS, ""
    if bound_to_country(holding.type) and holding.country is not None:
        country = home_country(facts, settings)
        if country is not None and country != holding.country:
            code = Code.COUNTRY_MISMATCH
            odd = f"; it is a number of {holding.country}, the person's country is {country}"
    if holding.type not in TYPES_OF[facts.entitlement]:
        code = Code.WRONG_TYPE
        odd = f"; it is a {TYPE_WORDS[holding.type]} number, the person has {LICENCE_WORDS[facts.entitlement]}{odd}"
    if _rule_is_false(view, facts):
        if _as_when_given(holding, facts):
            odd = f"; it was given by hand outside the rule of that range{odd}"
        else:
            code = Code.MOVED
            odd = f"; the rule of that range no longer matches{odd}"
    return Decision(
        facts.id,
        facts.upn,
        Action.KEEP,
        code,
        f"Holds {holding.number} {of_range(holding.range)}{odd}.",
        holding.number,
        holding.range,
        holding.type,
    )


def fits(facts: PersonFacts, settings: Settings) -> bool:
    """Whether they hold a number about which nothing is odd, whoever gave it: its range's rule matches as well."""
    held = holds(facts, settings)
    if held is None or held.code is not Code.HOLDS or facts.holding is None:
        return False
    return not _rule_is_false(_range_of(facts.holding, settings), facts)


def _range_of(holding: Holding, settings: Settings) -> RangeView | None:
    return settings.by_name.get(holding.range) if holding.range is not None else None


def _rule_is_false(view: RangeView | None, facts: PersonFacts) -> bool:
    return view is not None and view.rule is not None and not view.rule(facts.attributes)


def _as_when_given(holding: Holding, facts: PersonFacts) -> bool:
    """Whether a human gave it outside the rule, and the person still stands as they did then."""
    given = holding.given_outside
    if given is None:
        return False
    return given == standing(facts.entitlement, facts.usage_location, facts.attributes, given.keys() - _PLAIN)


def _taken(facts: PersonFacts, settings: Settings, now: datetime) -> Decision | None:
    """Step 7: had one and it was taken."""
    if facts.released_by_hand:
        reason = "An administrator released the number; assign one or include the person to serve them again."
        return _decide(facts, Action.SKIP, Code.RELEASED_BY_HAND, reason)
    holding = facts.holding
    if holding is None and facts.taken_number is not None:
        reason = f"Teams shows {facts.taken_number} on somebody else; an administrator decides what this person gets."
        return _decide(facts, Action.WAIT, Code.FREED_IN_TEAMS, reason)
    if holding is None:
        return None
    if holding.freed_cause is not FreedCause.ENTITLEMENT_CHANGED:
        reason = f"Somebody freed {holding.number} in Teams; an administrator decides what this person gets."
        return _decide(facts, Action.WAIT, Code.FREED_IN_TEAMS, reason, holding)
    if holding.type in TYPES_OF[facts.entitlement]:
        return None  # licensed for it again: a returner
    ends = (holding.freed_in_teams_at or now) + settings.grace(holding.range)
    if now >= ends:
        return None
    reason = f"Microsoft freed {holding.number} because the licences changed; it stays kept for them until {moment(ends)}."
    return _decide(facts, Action.WAIT, Code.ENTITLEMENT_CHANGED, reason, holding)


def kept_no_longer(facts: PersonFacts, settings: Settings, now: datetime) -> bool:
    """Whether the number that Microsoft freed because the licences changed is kept for this person no more: the grace
    is over, and they are served as anybody else who has none (step 7)."""
    holding = facts.holding
    if holding is None or holding.freed_cause is not FreedCause.ENTITLEMENT_CHANGED:
        return False
    if (
        _set_apart(facts, settings)
        or _from_on_premises(facts)
        or _gone(facts, settings, now)
        or _without_licence(facts, settings, now)
        or holds(facts, settings)
    ):
        return False
    return holding.type not in TYPES_OF[facts.entitlement] and _taken(facts, settings, now) is None


def _disabled(facts: PersonFacts) -> Decision | None:
    """Step 8."""
    if facts.enabled:
        return None
    return _decide(
        facts, Action.WAIT, Code.DISABLED, "The account is disabled; enable it to give it a number."
    )


def _wants(facts: PersonFacts, settings: Settings) -> Decision | Wants:
    """Steps 9 and 10: the numbers kept for the person that fit, and the ranges that serve them."""
    reserved = [own for own in facts.reserved if own_fits(own, facts, settings)]
    last = _last_held(facts.holding) or facts.last_number
    returner = last if last is not None and own_fits(last, facts, settings) else None
    candidates = settings.candidates(facts.entitlement, facts.attributes)
    if not (reserved or returner or candidates):
        return no_matching_rule(facts)
    reserved.sort(key=lambda own: sort_key(own.number))
    return Wants(facts, tuple(reserved), returner, candidates, home_country(facts, settings))


def _last_held(holding: Holding | None) -> OwnNumber | None:
    """A number that Microsoft freed, once its grace is over: a returner may have it back."""
    return (
        None if holding is None else OwnNumber(holding.number, holding.type, holding.range, holding.country)
    )


def no_matching_rule(facts: PersonFacts) -> Decision:
    """Step 10, when no range serves the person."""
    types = " or ".join(sorted(TYPE_WORDS[t] for t in TYPES_OF[facts.entitlement]))
    reason = f"No enabled {types} range has a rule that matches; the person has {LICENCE_WORDS[facts.entitlement]}."
    return _decide(facts, Action.WAIT, Code.NO_MATCHING_RULE, reason)


def _after_grace(
    facts: PersonFacts, holding: Holding, settings: Settings, now: datetime, code: Code, loss: str
) -> Decision:
    """Wait until the loss has lasted for the grace of the number's range, then release."""
    grace = settings.grace(holding.range)
    lost_at = facts.lost_at or now
    not_ours = not holding.adopted and holding.freed_in_teams_at is None
    if now < lost_at + grace:
        ends = moment(lost_at + grace)
        kept = f"is kept until {ends}"
        if not_ours:
            kept = f"was set in Teams directly, so it stays after {ends} too, unless it is adopted"
        return _decide(facts, Action.WAIT, Code.GRACE, f"{loss}; {holding.number} {kept}.", holding)
    if not_ours:
        reason = (
            f"{loss}; {holding.number} was set in Teams directly and is not taken back until it is adopted."
        )
        return _decide(facts, Action.KEEP, code, reason, holding)
    reason = f"{loss} since {moment(lost_at)}, and the grace of {duration.write(grace)} is over."
    decision = _decide(facts, Action.RELEASE, code, reason, holding)
    decision.basis = basis(facts, None)
    return decision


def _leave(facts: PersonFacts, code: Code, why: str) -> Decision:
    """Neither give nor take: keep what is held, else skip."""
    holding = facts.holding
    if holding is None:
        return _decide(facts, Action.SKIP, code, f"{why}.")
    return _decide(facts, Action.KEEP, code, f"{why}; {holding.number} is left as it is.", holding)


def _decide(
    facts: PersonFacts, action: Action, code: Code, reason: str, holding: Holding | None = None
) -> Decision:
    if holding is None:
        return Decision(facts.id, facts.upn, action, code, reason)
    return Decision(facts.id, facts.upn, action, code, reason, holding.number, holding.range, holding.type)
