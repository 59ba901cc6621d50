"""Why a number is not to be had, as the beginning of a sentence."""

from numberline.core.person import NumberType
from numberline.core.states import State
from numberline.core.words import TYPE_WORDS, moment, of_range
from numberline.inventory.models import Number
from numberline.inventory.placement import DECLARED_BLOCK
from numberline.overrides.concerned import holder_of, name_of
from numberline.overrides.ways import Way, Why, edits

_HELD = {
    State.ASSIGNING: "is being assigned to",
    State.ASSIGNED: "is held by",
    State.RELEASING: "is being taken back from",
}


def why_held(number: Number) -> str | None:
    """Who holds the number; None when nobody does."""
    words = _HELD.get(State(number.state))
    if words is None:
        return None
    return f"{number.text} {words} {name_of(number.tenant_id, holder_of(number)) or 'somebody'}"


def reservation_of(number: Number) -> str:
    """The reservation of a number in words."""
    words = f"{number.text} is reserved"
    if number.reserved_for:
        words += f" for {name_of(number.tenant_id, number.reserved_for)}"
    if number.reserved_purpose:
        words += f" ({number.reserved_purpose})"
    return words + (f" until {moment(number.until)}" if number.until is not None else "")


def why_blocked(number: Number) -> tuple[str, str]:
    """By whom a number is blocked, and what ends that."""
    if number.block_code == DECLARED_BLOCK:
        where = of_range(number.range.name if number.range else None)
        fact = f"{number.text} is blocked by the settings of its range"
        return fact, Why(f"take it out of the blocked numbers {where}", *edits(_home(number)))
    why = ", because Microsoft refused it" if number.block_code == "refused_by_microsoft" else ""
    return f"{number.text} is blocked{why}", Why("unblock it first", Way("unblock", number.text))


def why_not_free(number: Number) -> tuple[str, str] | None:
    """Why the number can't be reserved, and what would let it be (empty: nothing but waiting); None when it can. One in
    quarantine is a matter of its own (numberline.overrides.reserve)."""
    held = why_held(number)
    if held is not None:
        return held, release_first(number) if number.state == State.ASSIGNED else ""
    if number.state == State.BLOCKED:
        return why_blocked(number)
    if number.state == State.RETIRED:
        return f"{number.text} is retired", "declare it in a range first"
    if not number.teams_free:
        return f"{number.text} is not free in Teams, which {shown_in_teams(number)}", ""
    return None


def release_first(number: Number) -> Why:
    """What lets a number be had that somebody holds."""
    return Why("release it first", Way("release", number.text))


def unreserve_first(number: Number) -> Why:
    """What lets a number be had that a hand has reserved."""
    return Why("unreserve it first", Way("unreserve", number.text))


def _home(number: Number) -> str | None:
    return number.range.name if number.range is not None else None


def a_number_of(type_: NumberType) -> str:
    """A number of this type, with its article."""
    word = TYPE_WORDS[type_]
    return f"{'an' if word.startswith('O') else 'a'} {word} number"


def shown_in_teams(number: Number) -> str:
    """What Teams shows of a number that it would not give, to stand after "Teams, which"."""
    if number.teams_at is None:
        return "does not list it"
    if number.teams_target:
        return f"shows it on {name_of(number.tenant_id, number.teams_target)}"
    if number.teams_type and number.teams_type != number.type:
        return f"lists it as {a_number_of(NumberType(number.teams_type))}"
    if number.on_premises:
        return "has it from on-premises"
    return "does not let users have it (not activated, being ported, or of another use)"


def spoken(number: Number) -> str:
    """The number and its range."""
    return number.text if number.range is None else f'{number.text} of range "{number.range.name}"'
