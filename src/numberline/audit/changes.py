"""What an entry changed, fact by fact."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from numberline.audit.models import Entry


@dataclass(frozen=True, slots=True)
class Difference:
    """One fact before and after, as text; None where it was or is not there. A fact within another is `outer.inner`."""

    name: str
    before: str | None
    after: str | None

    @property
    def changed(self) -> bool:
        """Whether it is another than it was."""
        return self.before != self.after


def differences(entry: Entry) -> list[Difference]:
    """Every fact that an entry tells, in the order of names; those that changed come first."""
    before, after = dict(_flat(entry.before)), dict(_flat(entry.after))
    all_of_them = [Difference(name, before.get(name), after.get(name)) for name in sorted({*before, *after})]
    return sorted(all_of_them, key=lambda one: not one.changed)


def _flat(facts: Any, above: str = "") -> Iterator[tuple[str, str]]:
    if not isinstance(facts, dict):
        yield above or "value", _text(facts)
        return
    for name, value in facts.items():
        path = f"{above}.{name}" if above else str(name)
        if isinstance(value, dict) and value:
            yield from _flat(value, path)
        else:
            yield path, _text(value)


def _text(value: Any) -> str:
    if value is None or value in ("", [], {}):
        return "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(_text(each) for each in value)
    return str(value)
