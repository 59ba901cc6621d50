"""Whether somebody else changed a tenant's ranges and settings since they were looked at, and what."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from numberline.audit.models import Entry, Head
from numberline.core.words import moment
from numberline.tenants.models import Tenant

VERBS = ("settings", "range_added", "range_changed", "range_removed", "import")
"""Entries that tell of a change of the configuration."""

_SHOWN = 5


class ConfigMoved(Exception):
    """What was looked at is no longer so. `changes` says what was done since, a sentence each; nothing was changed now."""

    def __init__(self, changes: Iterable[str]) -> None:
        self.changes = tuple(changes)
        super().__init__(
            "Nothing was changed, because the configuration moved since you looked at it: look again, and do it again. "
            + " ".join(self.changes)
        )


@dataclass(frozen=True, slots=True)
class Seen:
    """The configuration as somebody looked at it: its version, and the last entry of the audit trail at that time."""

    version: int
    entry: int

    def __str__(self) -> str:
        return f"{self.version}.{self.entry}"

    @classmethod
    def parse(cls, text: str) -> Seen:
        """From its text; what is no such text was seen before anything there is."""
        version, _, entry = text.partition(".")
        right = all(part.isascii() and part.isdecimal() and len(part) < 16 for part in (version, entry))
        return cls(int(version), int(entry)) if right else cls(0, 0)

    @classmethod
    def now(cls, tenant: Tenant) -> Seen:
        """What there is at this moment: looked at before whatever is shown is read."""
        head = Head.objects.of(tenant.pk).values_list("seq", flat=True).first()
        version = Tenant.objects.values_list("config_version", flat=True).get(pk=tenant.pk)
        return cls(version, head or 0)


def refuse_if_moved(tenant: Tenant, seen: Seen) -> None:
    """Raise ConfigMoved when ranges or settings were changed since they were seen; `tenant` is locked."""
    changes = moved_since(tenant, seen)
    if changes:
        raise ConfigMoved(changes)


def moved_since(tenant: Tenant, seen: Seen) -> list[str]:
    """What was done to ranges and settings since they were seen, the last first, a sentence each; only the last few."""
    if tenant.config_version == seen.version:
        return []
    entries = Entry.objects.of(tenant.pk).filter(seq__gt=seen.entry, verb__in=VERBS)
    return list(_sentences(entries.order_by("-seq")[:_SHOWN]))


def _sentences(entries: Iterable[Entry]) -> Iterator[str]:
    for one in entries:
        name = one.after.get("range") or one.before.get("range")
        keys = sorted((one.after.keys() | one.before.keys()) - {"range"})
        what = {
            "settings": f"Settings changed ({', '.join(keys)})",
            "range_added": f'Range "{name}" was made',
            "range_changed": f'Range "{name}" was changed ({", ".join(keys)})',
            "range_removed": f'Range "{name}" was removed',
            "import": f'Numbers were imported to range "{name}"',
        }[one.verb]
        yield f"{what} by {one.actor}, {moment(one.at)}."
