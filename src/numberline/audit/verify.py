"""Proving that a tenant's audit trail is whole, and naming what was altered, removed, moved or added (M20).

Each entry is checked with the code of the entry before it. Where the trail ends is checked with its head, and with
what others noted of the head while it was so (runs, logs): a head that was put back together with its trail is found
by them alone.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from django.db import models

from numberline.audit import canonical
from numberline.audit.canonical import Values
from numberline.audit.chain import sound
from numberline.audit.earlier import VERB, Anew, Digest, anew
from numberline.audit.keys import Key, keys_of
from numberline.audit.misplaced import Suspect, resolve
from numberline.audit.models import Entry, Head
from numberline.audit.stored import stored_rows, told


class Fault(StrEnum):
    """What can be wrong with an entry or a head."""

    ALTERED = "altered"
    MISSING = "missing"
    MISPLACED = "misplaced"
    CUT_OFF = "cut_off"
    ADDED = "added"
    KEY_UNKNOWN = "key_unknown"
    NOT_PROVABLE = "not_provable"
    HEAD_MISSING = "head_missing"
    HEAD_ALTERED = "head_altered"
    HEAD_DIFFERS = "head_differs"
    NOTHING = "nothing_recorded"


@dataclass(frozen=True, slots=True)
class Finding:
    """One fault: the first and the last entry that it concerns (0: the head), and a sentence."""

    fault: Fault
    first: int
    last: int
    text: str


@dataclass(frozen=True, slots=True)
class Witness:
    """What somebody noted of the head: the number and the code of the last entry, and who says so."""

    seq: int
    mac: str
    by: str


@dataclass(slots=True)
class Verdict:
    """What verifying a tenant's trail gave. `head` is its end as runs and logs name it, `seq:mac`."""

    tenant_id: int
    entries: int = 0
    head: str = ""
    findings: list[Finding] = field(default_factory=list)

    @property
    def whole(self) -> bool:
        """Whether nothing is wrong, and all of it is proved."""
        return not self.findings

    @property
    def whole_since(self) -> int | None:
        """The entry with which the trail was begun anew after its key was lost, when nothing but that is wrong."""
        if self.findings and all(finding.fault is Fault.NOT_PROVABLE for finding in self.findings):
            return max(finding.last for finding in self.findings) + 1
        return None

    def to_json(self) -> dict[str, Any]:
        """The same for scripts."""
        return {
            "whole": self.whole,
            "whole_since": self.whole_since,
            "entries": self.entries,
            "head": self.head or None,
            "findings": [
                {"fault": str(f.fault), "first": f.first or None, "last": f.last or None, "text": f.text}
                for f in self.findings
            ],
        }


def verify(tenant_id: int, witnesses: Iterable[Witness] = ()) -> Verdict:
    """Check a tenant's whole trail. Changes go on meanwhile: what is appended while this reads is checked as well."""
    verdict = Verdict(tenant_id)
    head = Head.objects.of(tenant_id).first()
    checked = _Check(tenant_id, verdict)
    noted = list(witnesses)
    if head is not None and sound(head):
        verdict.head = str(head)
        noted.insert(0, Witness(head.seq, head.mac, "the head of the trail"))
    for witness in noted:
        checked.noted.setdefault(witness.seq, []).append(witness)
    checked.read(stored_rows(tenant_id))
    _check_head(checked, head)
    checked.conclude()
    return verdict


def tenants_with_entries() -> set[int]:
    """The ids of all tenants of which anything is recorded, those that are no longer connected included."""
    found: set[int] = set()
    for model in (Entry, Head):
        rows: models.QuerySet[Entry | Head] = models.QuerySet(model)
        found |= set(rows.order_by().values_list("tenant_id", flat=True).distinct())
    return found


class _Check:
    """The check of one trail, entry by entry."""

    def __init__(self, tenant_id: int, verdict: Verdict) -> None:
        self.tenant_id, self.verdict = tenant_id, verdict
        self.noted: dict[int, list[Witness]] = {}
        self.last = 0
        self._keys = keys_of(tenant_id)
        # The code of the last entry as it is stored and as it ought to be; None: unknown, it is missing.
        self._before: tuple[str | None, ...] = ("",)
        self._suspects: list[Suspect] = []
        self._gaps: dict[int, str | None] = {}
        self._unknown: list[tuple[int, Any]] = []
        begun = Entry.objects.of(tenant_id).filter(verb=VERB).exists()
        self._digest = Digest() if begun else None

    def read(self, rows: Iterable[tuple[Values, Any]]) -> None:
        """Take every entry, in the order of their numbers."""
        for values, mac in rows:
            seq = values[0]
            self.verdict.entries += 1
            if type(seq) is not int or seq <= self.last:
                self.find(
                    Fault.ADDED, self.last, f"an entry after {self.last:,} has no number of its own ({seq!r})"
                )
                continue
            if seq != self.last + 1:
                self._miss(seq)
            self._take(seq, values, mac)
            if self._digest is not None:
                self._digest.take(self.tenant_id, values, mac)
            self.last = seq

    def find(self, fault: Fault, first: int, text: str, last: int | None = None) -> None:
        """Note a fault."""
        self.verdict.findings.append(Finding(fault, first, first if last is None else last, text))

    def miss(self, first: int, last: int, mac: str | None) -> None:
        """Remember numbers that have no entry; `mac` is the code of the entry before them."""
        for seq in range(first, min(last, first + 64) + 1):
            self._gaps[seq] = mac if seq == first else None

    def conclude(self) -> None:
        """Say of every suspect what happened to it, and put the findings in the order of the trail."""
        for seq, name in self._unknown:
            self.find(
                Fault.KEY_UNKNOWN,
                seq,
                f"entry {seq:,} names the key {name!r}, which this process was not given: it was "
                "altered, or the secret key of that time is to be added (NUMBERLINE_SECRET_KEY)",
            )
        for suspect, place in resolve(self.tenant_id, self._keys, self._suspects, self._gaps):
            seq = suspect.values[0]
            if place is None and suspect.before is not None:
                self.find(Fault.ALTERED, seq, f"entry {seq:,} was altered: {told(suspect.values)}")
            elif place not in (seq, None):
                self.find(
                    Fault.MISPLACED,
                    seq,
                    f"entry {seq:,} was written as entry {place:,} and put here: {told(suspect.values)}",
                )
        self.verdict.findings.sort(key=lambda finding: (finding.first, finding.last))

    def _miss(self, seq: int) -> None:
        first, last = self.last + 1, seq - 1
        self.find(Fault.MISSING, first, f"{entries(first, last)} missing", last)
        self.miss(first, last, self._before[0])
        self._before = (None,)

    def _take(self, seq: int, values: Values, mac: Any) -> None:
        known = canonical.as_sealed(values) if canonical.well_typed(values) else values
        key = self._keys.get(known[canonical.KEY]) if isinstance(known[canonical.KEY], str) else None
        typed = isinstance(mac, str) and canonical.well_typed(known)
        right: str | None = None
        begun = anew(self.tenant_id, key, known, mac) if typed else None
        if key is None:
            self._unknown.append((seq, known[canonical.KEY]))
        elif not typed:
            self.find(Fault.ALTERED, seq, f"entry {seq:,} was altered: a value is not what can be recorded")
        elif begun is not None:
            right = mac
            self._begin_anew(begun)
        else:
            right = self._right(key, known, mac)
            if right != mac:
                self._suspects.append(Suspect(known, mac, self._before[0]))
        for witness in self.noted.pop(seq, ()):
            if mac != witness.mac and right != witness.mac:
                text = f"entry {seq:,} is not the one that {witness.by} noted as the last one"
                self.find(Fault.HEAD_DIFFERS, seq, text)
        self._before = (mac, right) if isinstance(mac, str) else (right,)

    def _begin_anew(self, begun: Anew) -> None:
        """Nobody can prove what the lost key sealed; only that it still stands as it did when the trail was begun anew."""
        record, before = begun.record, begun.seq - 1
        who = f"{begun.actor} began it anew with entry {begun.seq:,} at {begun.at} UTC: {begun.reason}"
        lost = "the key that sealed the trail was lost"
        for first, last in _runs(seq for seq, _ in self._unknown):
            self.find(
                Fault.NOT_PROVABLE, first, f"{entries(first, last)} not provable, because {lost}; {who}", last
            )
        if not self._unknown and record.key not in self._keys:
            text = f"that entry {record.last:,} was the last one is not provable, because {lost}; {who}"
            self.find(Fault.NOT_PROVABLE, before, text)
        self._unknown.clear()
        if self._digest is None or self._digest.text != record.digest:
            text = f"something before entry {begun.seq:,} was changed since the trail was begun anew there"
            self.find(Fault.ALTERED, 1, text, before)
        if not record.ended_there(self.tenant_id, self._keys):
            text = f"the head was not that of entry {record.last:,} when the trail was begun anew behind it"
            self.find(Fault.HEAD_DIFFERS, record.last, text)

    def _right(self, key: Key, values: Values, mac: str) -> str | None:
        """The code that the entry ought to have: what is stored, if that fits to what came before."""
        made = [
            key.mac(canonical.entry(self.tenant_id, values, before))
            for before in self._before
            if before is not None
        ]
        return mac if mac in made else next(iter(made), None)


def _check_head(checked: _Check, head: Head | None) -> None:
    """Where the trail ends: against its head, and against everybody who saw more of it than is there."""
    verdict, tenant_id = checked.verdict, checked.tenant_id
    now = Head.objects.of(tenant_id).first()
    top = max(checked.noted, default=0)
    if top > checked.last:
        by = " and ".join(dict.fromkeys(witness.by for witness in checked.noted[top]))
        first = checked.last + 1
        text = f"{entries(first, top)} cut off: the last one is {top:,}, says {by}"
        checked.find(Fault.CUT_OFF, first, text, top)
        checked.miss(first, top, None)
    if now is None:
        if verdict.entries:
            checked.find(Fault.HEAD_MISSING, 0, "the head of the trail is missing")
        elif not verdict.findings:
            text = "nothing is recorded, not even that the tenant was connected: the trail was removed"
            checked.find(Fault.NOTHING, 0, text)
    elif not sound(now):
        unknown = now.key not in keys_of(tenant_id)
        why = f", or it was sealed with another secret key ({now.key})" if unknown else ""
        checked.find(Fault.HEAD_ALTERED, 0, f"the head of the trail was altered{why}")
    elif checked.last > now.seq:
        first = now.seq + 1
        verdict.findings = [f for f in verdict.findings if f.fault is not Fault.MISSING or f.first < first]
        text = f"{entries(first, checked.last)} beyond the head of the trail: added, or the head was put back"
        checked.find(Fault.ADDED, first, text, checked.last)


def _runs(numbers: Iterable[int]) -> Iterator[tuple[int, int]]:
    """The first and the last of each run of numbers that follow each other."""
    first = last = 0
    for number in numbers:
        if first and number == last + 1:
            last = number
            continue
        if first:
            yield first, last
        first = last = number
    if first:
        yield first, last


def entries(first: int, last: int) -> str:
    """`entry 7 is` or `entries 7 to 9 are`."""
    return f"entry {first:,} is" if first == last else f"entries {first:,} to {last:,} are"
