"""What applying a configuration file, or an import, changed: for people to read and scripts to count."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from numberline.inventory.placing import Placed

_VERBS = {
    "retire": "retired",
    "reserve": "reserved",
    "unreserve": "no longer reserved",
    "block": "blocked",
    "unblock": "no longer blocked",
}
_SHOWN = 20


@dataclass(frozen=True, slots=True)
class ConfigChanges:
    """What was changed, or would be (`preview`). `settings` names the tenant's keys, `ranges_changed` the keys of each changed range.

    `numbers_added` counts declared numbers that are new or back, `numbers_moved` those that went to another range
    (or to one, or out of one) and kept their state; `rests` the others by verb (reserve, unreserve, block, unblock).
    `mismatched` numbers are listed by a range although Teams shows another type: (number, type in Teams, range).
    `doubts` are sentences about declared numbers that are likely mistyped.
    """

    tenant: str
    settings: tuple[str, ...] = ()
    ranges_added: tuple[str, ...] = ()
    ranges_changed: dict[str, tuple[str, ...]] = field(default_factory=dict)
    ranges_removed: tuple[str, ...] = ()
    numbers_added: int = 0
    numbers_retired: int = 0
    numbers_moved: int = 0
    rests: dict[str, int] = field(default_factory=dict)
    mismatched: tuple[tuple[str, str, str], ...] = ()
    doubts: tuple[str, ...] = ()
    preview: bool = False

    @property
    def changed(self) -> bool:
        """Whether anything was."""
        ranges = self.ranges_added or self.ranges_changed or self.ranges_removed
        numbers = self.numbers_added or self.numbers_retired or self.numbers_moved or self.rests
        return bool(self.settings or ranges or numbers)

    def lines(self) -> list[str]:
        """One sentence a change, and a warning for each number that Teams shows with another type."""
        be = "would be " if self.preview else ""
        found = [f"{self.tenant}: {key} {be}changed" for key in self.settings]
        found += [f'range "{name}" {be}added' for name in self.ranges_added]
        found += [
            f'range "{name}" {be}changed: {", ".join(keys)}' for name, keys in self.ranges_changed.items()
        ]
        found += [f'range "{name}" {be}removed' for name in self.ranges_removed]
        counts = {
            "added": self.numbers_added,
            "retired": self.numbers_retired,
            "moved": self.numbers_moved,
            **{_VERBS[verb]: count for verb, count in self.rests.items()},
        }
        found += [f"{_numbers(count)} {be}{done}" for done, count in counts.items() if count]
        if not found:
            return [f"Nothing {'would change' if self.preview else 'changed'}.", *self._warnings()]
        return [*found, *self._warnings(), *(["Nothing was written."] if self.preview else [])]

    def _warnings(self) -> list[str]:
        shown = [
            f'Warning: {number} is of type {shown} in Teams, so range "{name}" does not get it.'
            for number, shown, name in self.mismatched[:_SHOWN]
        ]
        more = len(self.mismatched) - _SHOWN
        if more > 0:
            shown.append(f"Warning: and {more:,} more such numbers.")
        return [*shown, *warnings(self.doubts)]

    def to_json(self) -> dict[str, Any]:
        """The same for scripts."""
        return {
            "tenant": self.tenant,
            "preview": self.preview,
            "changed": self.changed,
            "settings": list(self.settings),
            "ranges": {
                "added": list(self.ranges_added),
                "changed": {name: list(keys) for name, keys in self.ranges_changed.items()},
                "removed": list(self.ranges_removed),
            },
            "numbers": {
                "added": self.numbers_added,
                "retired": self.numbers_retired,
                "moved": self.numbers_moved,
                **{verb: self.rests.get(verb, 0) for verb in _VERBS if verb != "retire"},
            },
            "mismatched": [
                {"number": number, "type": shown, "range": name} for number, shown, name in self.mismatched
            ],
            "doubts": list(self.doubts),
        }


def warnings(doubts: Sequence[str]) -> list[str]:
    """A line for each of the first doubts, and how many there are besides."""
    shown = [f"Warning: {doubt}" for doubt in doubts[:_SHOWN]]
    more = len(doubts) - _SHOWN
    return [*shown, f"Warning: and {more:,} more such blocks."] if more > 0 else shown


def of_numbers(placed: Placed) -> dict[str, Any]:
    """What a pass over the numbers did, as fields of ConfigChanges."""
    by_verb = dict(placed.by_verb)
    returned, retired = by_verb.pop("declare", 0), by_verb.pop("retire", 0)
    return {
        "numbers_added": placed.added + returned,
        "numbers_retired": retired,
        "numbers_moved": placed.moved,
        "rests": by_verb,
        "mismatched": tuple(sorted(placed.mismatched)),
    }


def _numbers(count: int) -> str:
    return "1 number" if count == 1 else f"{count:,} numbers"
