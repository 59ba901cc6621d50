"""What stands before an entry with which somebody began a trail anew, because the key that sealed it was lost.

Nobody can prove that part any more. The entry seals a digest of all of it, codes included, as it stood at that moment:
what is changed there later is found all the same.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from numberline.audit import canonical
from numberline.audit.canonical import Values
from numberline.audit.keys import Key

VERB = "begin_anew"


class Record(msgspec.Struct):
    """What the entry holds in `before`: the head as it stood (`seq:mac`) with its key and seal, the number and the code
    of the last entry that was there, the names of all keys that were lost, and the digest of all entries."""

    head: str
    key: str
    seal: str
    last: int
    mac: str
    keys: list[str]
    digest: str

    def ended_there(self, tenant_id: int, keys: Mapping[str, Key]) -> bool:
        """Whether the head was that of the last entry, and as it was sealed if its key turned up again."""
        key = keys.get(self.key)
        sealed = key is None or self.seal == key.mac(canonical.head(tenant_id, self.last, self.mac, self.key))
        return sealed and self.head == f"{self.last}:{self.mac}"


@dataclass(frozen=True, slots=True)
class Anew:
    """An entry that began a trail anew: its number, who wrote it, when and why, and what it holds of the earlier part."""

    seq: int
    at: str
    actor: str
    reason: str
    record: Record


class Digest:
    """The digest of entries as they stand, taken one after the other."""

    def __init__(self) -> None:
        self._hash = hashlib.sha256()

    def take(self, tenant_id: int, values: Values, mac: Any) -> None:
        """The next entry, whatever it holds."""
        known = canonical.as_sealed(values) if canonical.well_typed(values) else values
        if canonical.well_typed(known) and isinstance(mac, str):
            self._hash.update(canonical.entry(tenant_id, known, mac))
        else:
            self._hash.update(repr((known, mac)).encode())

    @property
    def text(self) -> str:
        """Of all that was taken so far, in hexadecimal."""
        return self._hash.hexdigest()


def anew(tenant_id: int, key: Key | None, values: Values, mac: Any) -> Anew | None:
    """The entry as one that began a trail anew, if it is one and was sealed with this key. It stands for itself: its
    code covers what it says of the code before it, so nobody can pass another entry off as one."""
    named = dict(zip(canonical.COLUMNS, values, strict=True))
    if named["verb"] != VERB or key is None:
        return None
    try:
        record = msgspec.json.decode(str(named["before"]), type=Record)
    except (msgspec.DecodeError, ValueError):
        return None
    if mac != key.mac(canonical.entry(tenant_id, values, record.mac)):
        return None
    return Anew(named["seq"], str(named["at"]), str(named["actor"]), str(named["reason"]), record)
