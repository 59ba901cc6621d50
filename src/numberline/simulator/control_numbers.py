"""Control verbs for numbers: what an administrator does in the Teams admin centre."""

from collections.abc import Callable
from typing import Any

from . import telephony
from .number_calls import number_text
from .numbers import DIRECT_ROUTING, MICROSOFT, TYPES, Number
from .refusals import Order
from .state import Tenant

SPELLINGS = {
    "calling_plan": "callingPlan",
    "operator_connect": "operatorConnect",
    "direct_routing": "directRouting",
    **{type: type for type in TYPES},
}
SETTABLE = {
    "type": "type",
    "operator": "operator",
    "country": "country",
    "city": "city",
    "location": "location",
    "civic_address": "civic_address",
    "source": "source",
    "port_in": "port_in",
    "state": "state",
    "capabilities": "capabilities",
    "blocked": "blocked",
}


def verbs(tenant: Tenant) -> dict[str, Callable[..., Any]]:
    """The verbs by name."""
    numbers = NumberVerbs(tenant)
    names = (
        "add_number add_numbers remove_number set_number assign_out_of_band unassign_out_of_band holder numbers_of"
        " number"
    )
    return {name: getattr(numbers, name) for name in names.split()}


class NumberVerbs:
    """Changes take effect, and show, at once."""

    def __init__(self, tenant: Tenant) -> None:
        self._tenant = tenant

    def add_number(self, number: str, type: str, **settings: Any) -> None:
        """One number into the tenant's inventory."""
        self.add_numbers([number], type, **settings)

    def add_numbers(
        self,
        numbers: list[str],
        type: str,
        operator: str | None = None,
        country: str | None = None,
        **settings: Any,
    ) -> None:
        """Numbers into the tenant's inventory: for Direct Routing that is an upload; settings as for set_number."""
        kind = _type(type)
        operator = operator or (DIRECT_ROUTING if kind == "directRouting" else MICROSOFT)
        made = [
            Number(self._text(text), kind, operator, None if kind == "directRouting" else country)
            for text in numbers
        ]
        for number in made:
            if self._tenant.numbers.get(number.text) is not None:
                raise ValueError(f"{number.text} is in the tenant already.")
            _set(number, settings)
        self._tenant.numbers.seed(made)

    def remove_number(self, number: str) -> None:
        """Out of the tenant's inventory."""
        self._tenant.numbers.forget(self._find(number))

    def set_number(self, number: str, **settings: Any) -> None:
        """Set properties: type, operator, country, city, location, source, port_in, state, capabilities, blocked."""
        found = self._find(number)
        _set(found, settings)
        self._show(found)

    def assign_out_of_band(
        self,
        number: str,
        person: str,
        category: str = "primary",
        type: str = "direct_routing",
        use: str = "user",
    ) -> None:
        """What another administrator does by PowerShell: no rule is asked, whoever had the number loses it."""
        text = self._text(number)
        found = self._tenant.numbers.get(text)
        if found is None:
            found = Number(text, _type(type), DIRECT_ROUTING)
            self._tenant.numbers.add(found)
        holder = self._tenant.directory.find(person)
        id = holder.id if holder is not None else person
        telephony.give(self._tenant, found, Order(text, id, found.type, category))
        found.use = use
        self._show(found)

    def unassign_out_of_band(self, number: str) -> None:
        """Another administrator frees the number."""
        found = self._find(number)
        telephony.take(self._tenant, found)
        self._show(found)

    def holder(self, number: str) -> str | None:
        """Who really holds the number."""
        found = self._tenant.numbers.get(self._text(number))
        return found.holder if found else None

    def numbers_of(self, person: str) -> list[str]:
        """What a person really holds, private and alternate lines too."""
        found = self._tenant.directory.find(person)
        return [number.text for number in self._tenant.numbers.held_by(found.id if found else person)]

    def number(self, number: str) -> dict[str, Any] | None:
        """Everything known of one number, or None."""
        found = self._tenant.numbers.get(self._text(number))
        if found is None:
            return None
        return {**found.document(), "shown": found.shown is not None, "blocked": found.blocked}

    def _find(self, text: str) -> Number:
        number = self._tenant.numbers.get(self._text(text))
        if number is None:
            raise ValueError(f"The tenant has no number {text}.")
        return number

    def _text(self, text: str) -> str:
        return number_text(self._tenant, text)

    def _show(self, number: Number) -> None:
        self._tenant.numbers.settle(number)
        self._tenant.numbers.publish(number)
        self._tenant.unseen.add(number.text)


def _set(number: Number, settings: dict[str, Any]) -> None:
    unknown = sorted(settings.keys() - SETTABLE.keys())
    if unknown:
        raise ValueError(f"A number has no {unknown[0]!r}; it has {', '.join(sorted(SETTABLE))}.")
    for name, value in settings.items():
        if name == "type":
            value = _type(value)
        setattr(number, SETTABLE[name], tuple(value) if name == "capabilities" else value)


def _type(type: str) -> str:
    if type not in SPELLINGS:
        raise ValueError(f"A number is calling_plan, operator_connect or direct_routing, not {type!r}.")
    return SPELLINGS[type]
