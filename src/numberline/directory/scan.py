"""People by the hundred thousand, with only those attributes that somebody asks for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple, TypedDict, cast

import msgspec

from numberline import clock
from numberline.core.person import Entitlement
from numberline.directory.models import Person
from numberline.scope import TenantQuerySet

_CHUNK = 1_000


class Seen(NamedTuple):
    """What a scan sees of one person. `attributes` has those asked for, where the person has them."""

    id: str
    name: str
    upn: str
    entitlement: Entitlement
    action: str
    code: str
    attributes: dict[str, Any]


class Scan:
    """One pass over the people whom automation serves, in the order in which they were first read: not the deleted,
    guests and resource accounts. It ends after `seconds` (None: never early), and then `whole` is false.
    """

    def __init__(
        self, people: TenantQuerySet[Person], attributes: Iterable[str], seconds: float | None = None
    ) -> None:
        self.looked_at = 0
        self.whole = False
        self._people = people.filter(deleted="", guest=False, resource_account=False)
        self._decode = _decoder(attributes)
        self._until = None if seconds is None else clock.monotonic() + seconds

    def __iter__(self) -> Iterator[Seen]:
        last = 0
        while not self._over():
            rows = list(self._chunk(last))
            for pk, object_id, name, upn, entitlement, action, code, attributes in rows:
                last = pk
                self.looked_at += 1
                yield Seen(
                    object_id, name, upn, Entitlement(entitlement), action, code, self._decode(attributes)
                )
            if len(rows) < _CHUNK:
                self.whole = True
                return

    def _chunk(self, last: int) -> Iterable[tuple[Any, ...]]:
        fields = ("pk", "object_id", "name", "upn", "entitlement", "action", "code", "attributes")
        return self._people.filter(pk__gt=last).order_by("pk").values_list(*fields)[:_CHUNK]

    def _over(self) -> bool:
        return self._until is not None and self.looked_at > 0 and clock.monotonic() >= self._until


def _decoder(attributes: Iterable[str]) -> Callable[[str], dict[str, Any]]:
    """Reads these attributes of a person and skips the others, which takes most of the time."""
    shape = TypedDict("shape", dict.fromkeys(attributes, Any), total=False)  # type: ignore[misc]  # named at run time
    read = msgspec.json.Decoder(shape).decode

    def decode(text: str) -> dict[str, Any]:
        return cast(dict[str, Any], read(text))

    return decode
