"""What a filter bar says: read from the address, shown as chips, each with the address that takes it away."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from django.http import QueryDict

LONGEST = 320


@dataclass(frozen=True, slots=True)
class Chip:
    """A filter that is set, in words, and the query that is left without it (`?...`)."""

    words: str
    without: str


@dataclass(slots=True)
class Filters:
    """What an address asks a list for. Values that are not there to choose are left out, and `ignored` says so."""

    query: QueryDict
    chips: list[Chip] = field(default_factory=list)
    ignored: list[str] = field(default_factory=list)

    def text(self, name: str, words: str, called: Mapping[str, str] | None = None) -> str:
        """What was typed, empty for nothing; `called`: what some values are called."""
        value = " ".join(self.query.get(name, "").replace("\0", "").split())[:LONGEST]
        if value:
            self._set(name, f"{words} {(called or {}).get(value, value)}")
        return value

    def choice(self, name: str, words: str, choices: Mapping[str, str] | Callable[[str], str | None]) -> str:
        """One of some values, each with its words; empty for none of them."""
        value = self.query.get(name, "")
        if not value:
            return ""
        said = choices(value) if callable(choices) else choices.get(value)
        if said is None:
            self.ignored.append(f"There is no {words} “{value[:60]}”: the list is shown without that filter.")
            return ""
        self._set(name, f"{words} {said}")
        return value

    def flag(self, name: str, words: str) -> bool:
        """Whether something is asked for that is so or not so."""
        asked = self.query.get(name, "") not in ("", "0")
        if asked:
            self._set(name, words)
        return asked

    def many(self, name: str) -> Iterable[str]:
        """Every value that was given of a filter which may be there more than once."""
        return [value.replace("\0", "")[:LONGEST] for value in self.query.getlist(name) if value.strip()]

    def chip(self, name: str, value: str, words: str) -> None:
        """Show one value of a filter that may be there more than once."""
        left = self.query.copy()
        left.setlist(name, [other for other in left.getlist(name) if other != value])
        self.chips.append(Chip(words, _address(left)))

    @property
    def kept(self) -> list[tuple[str, str]]:
        """What a form beside the filters sends along so that they stay: everything but the page and the columns."""
        names = [name for name in self.query if name not in ("page", "column", "open")]
        return [(name, value) for name in names for value in self.query.getlist(name) if value]

    @property
    def shown(self) -> str:
        """The query of this list from its first page on, for forms and for its export."""
        return _address(self.query.copy())

    def _set(self, name: str, words: str) -> None:
        left = self.query.copy()
        left.pop(name, None)
        self.chips.append(Chip(words, _address(left)))


def _address(query: QueryDict) -> str:
    query.pop("page", None)
    for name in [name for name in query if not any(query.getlist(name))]:
        query.pop(name)
    return f"?{query.urlencode()}" if query else "?"
