"""Watches every request to assign or unassign as it arrives: is it one that automation may send?

What the books said when the run began and what is true at Microsoft's are compared; the simulator's own judge looks
at conflicts between requests.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from itertools import product

from numberline import clock
from numberline.assignments.models import Assignment, Change
from numberline.core.states import State
from numberline.directory.facts import ended
from numberline.directory.models import Person
from numberline.inventory.models import Number
from numberline.simulator.state import Tenant as Simulated
from numberline.simulator.web import Request
from numberline.tenants.models import Tenant
from tests.chaos.company import GRACE, GRACE_OF_LEEDS, LEEDS


@dataclass
class Books:
    """What our books said when a run began."""

    open: set[tuple[str, str]] = field(default_factory=set)
    """Number and person of what was begun before: each may be given or taken again."""
    untouchable: set[str] = field(default_factory=set)
    """People and numbers that are locked, excluded or blocked."""
    kept: dict[str, str] = field(default_factory=dict)
    """Reserved numbers, and for whom (empty: nobody in particular)."""
    ours: dict[str, str] = field(default_factory=dict)
    """Numbers that Numberline gave, and to whom."""
    held: dict[str, str] = field(default_factory=dict)
    """Every number that somebody holds, free in Teams or not, and who."""
    resting: dict[str, datetime] = field(default_factory=dict)
    """Numbers in quarantine, and until when."""
    last: dict[str, str] = field(default_factory=dict)
    """Which number somebody held last."""


class Watch:
    """Keeps what was wrong, one sentence each."""

    def __init__(self, simulated: Simulated) -> None:
        self.wrongs: list[str] = []
        self.asked: set[str] = set()
        """Numbers and people whom an administrator named: for them, nothing that holds automation back counts."""
        self._simulated = simulated
        self._books = Books()
        self._gone: dict[str, datetime] = {}
        self._may_have: set[str] = set()
        self._may_keep: set[str] = set()

    def begin(self, tenant: Tenant) -> None:
        """A run is about to begin."""
        self.look(tenant)
        people = [account.id for account in self._simulated.directory.everyone]
        self._may_have = {person for person in people if self._entitled(person)}
        self._may_keep = {person for person in people if self._entitled(person, enabled=False)}

    def look(self, tenant: Tenant) -> None:
        """Look at our books, and at who is gone."""
        now, books = clock.now(), Books()
        for account in self._simulated.directory.everyone:
            if not self._entitled(account.id, enabled=False):
                self._gone.setdefault(account.id, now)
        for change in Change.objects.of(tenant.pk).filter(open=True).select_related("number", "from_number"):
            numbers = {
                change.number.text,
                change.from_number.text if change.from_number else change.number.text,
            }
            books.open |= set(product(numbers, {change.person, change.partner}))
        for number in Number.objects.of(tenant.pk):
            locked = number.locked and not ended(number.locked_until, now)
            if locked or number.state == State.BLOCKED:
                books.untouchable.add(number.text)
            if number.state == State.QUARANTINED and number.until is not None:
                books.resting[number.text] = number.until
            if number.state == State.RESERVED and not ended(number.until, now):
                books.kept[number.text] = number.reserved_for
        for person in Person.objects.of(tenant.pk):
            locked = person.locked and not ended(person.locked_until, now)
            if locked or (person.excluded and not ended(person.excluded_until, now)):
                books.untouchable.add(person.object_id)
        rows = Assignment.objects.of(tenant.pk)
        books.last = dict(rows.order_by("since", "pk").values_list("person", "number__text"))
        books.held = dict(rows.filter(until=None).values_list("number__text", "person"))
        books.ours = dict(
            rows.filter(until=None).exclude(source="found").values_list("number__text", "person")
        )
        self._books = books

    def ended(self, only: str | None = None) -> None:
        """A run has read whatever there was when it began: whoever is back counts as back. One for a person reads
        `only` that one, so that nobody has seen whether others came back."""
        for person in self._may_keep if only is None else self._may_keep & {only}:
            if self._entitled(person, enabled=False):
                self._gone.pop(person, None)

    def request(self, request: Request) -> None:
        """A request that writes arrives."""
        body = request.json()
        number = str(body["telephoneNumber"])
        number = number if number.startswith("+") else f"+{number}"
        if "assignmentTargetId" in body:
            self._assigns(number, str(body["assignmentTargetId"]))
        else:
            self._unassigns(number)

    def _assigns(self, number: str, person: str) -> None:
        books = self._books
        if (number, person) in books.open or self.asked & {number, person}:
            return
        if number in books.untouchable or person in books.untouchable:
            self._wrong(f"{number} was asked for {person}, one of whom is locked, excluded or blocked")
        if books.kept.get(number, person) != person:
            self._wrong(f"{number} was asked for {person}, and is reserved for somebody or something else")
        holder, now = books.held.get(number, person), clock.now()
        if holder != person and not self._long_gone(holder, number):
            self._wrong(f"{number} was asked for {person} while it is still kept for {holder}")
        if (
            books.resting.get(number, now) > now
            and books.last.get(person) != number
            and not books.kept.get(number)
        ):
            self._wrong(f"{number} was asked for {person} before it had rested")
        if person not in self._may_have and not self._entitled(person):
            self._wrong(f"{number} was asked for {person}, who is to have none")

    def _unassigns(self, number: str) -> None:
        books = self._books
        known = self._simulated.numbers.get(number)
        holder = known.holder if known is not None else None
        if holder is None or (number, holder) in books.open or self.asked & {number, holder}:
            return
        if number in self._simulated.unseen:
            return  # somebody else was faster, and nothing can close that gap
        if books.ours.get(number) != holder:
            self._wrong(f"{number} was to be taken from {holder}, to whom Numberline did not give it")
        if number in books.untouchable or holder in books.untouchable:
            self._wrong(f"{number} was to be taken from {holder}, one of whom is locked or excluded")
        if not self._long_gone(holder, number):
            self._wrong(f"{number} was to be taken from {holder}, who is not gone, or not for long enough")

    def _long_gone(self, person: str, number: str) -> bool:
        """Whether somebody is gone or unlicensed, and was so when a run began the grace ago."""
        since = self._gone.get(person)
        if since is None or person in self._may_keep:
            return False
        return clock.now() >= since + (GRACE_OF_LEEDS if number in LEEDS else GRACE)

    def _entitled(self, person: str, *, enabled: bool = True) -> bool:
        """Whether the directory says that this person is to have a number, or at least to keep it."""
        account = self._simulated.directory.get(person)
        if account is None or account.removed is not None:
            return False
        if enabled and account.attributes.get("accountEnabled") is False:
            return False
        plans = {
            plan.name
            for grant in account.grants
            if not enabled or grant.status in ("Enabled", "Warning")
            for plan in grant.sku.plans
            if plan.id not in grant.disabled
        }
        return "MCOEV" in plans

    def _wrong(self, sentence: str) -> None:
        self.wrongs.append(sentence)
