"""An office whose range has a profile, and what is asked of its policies."""

from __future__ import annotations

from datetime import timedelta
from itertools import count
from typing import Any

from django.db.models import F

from numberline import clock
from numberline.assignments.models import Assignment
from numberline.audit.models import Entry
from numberline.inventory.models import Range
from numberline.policies.apply import PolicyOutcome, apply_policies
from numberline.policies.models import Comparison, PersonPolicy, PolicyName
from numberline.simulator.process import SimulatorProcess
from numberline.tenants.credentials import client
from numberline.tenants.find import touch_config
from numberline.tenants.models import Tenant
from numberline.worklist.models import Item
from tests import factories as make
from tests.runs.office import Office

DIAL, ROUTING, CALLING = "TenantDialPlan", "OnlineVoiceRoutingPolicy", "TeamsCallingPolicy"
_numbers = count()
LONDON = {DIAL: "UK-London", ROUTING: "UK-International"}


class ProfiledOffice(Office):
    """An office as in tests/runs; the tenant has some policies, and London a profile."""

    def __init__(self, simulator: SimulatorProcess, **fields: Any) -> None:
        super().__init__(simulator, **fields)
        for type_, name in ((DIAL, "UK-London"), (DIAL, "UK-Leeds"), (ROUTING, "UK-International")):
            self.control.add_policy(type_, name)
        self.people: list[str] = []
        self.control.clear_requests()
        self.profile(**LONDON)

    def joiner(self, **attributes: Any) -> str:
        """A licensed person at Park Lane; gives the object id."""
        self.people.append(super().joiner(**attributes))
        return self.people[-1]

    def holder(self, home: Range | None = None, **attributes: Any) -> str:
        """Somebody whose number was confirmed just now, as far as we and Teams know."""
        key = next(_numbers)
        person = self.joiner(id=make.oid(f"holder {key}"), **attributes)
        make.person(self.tenant, f"holder {key}", at=clock.now())
        self.gives(person, f"+44163296{key:04}", home or self.range)
        return person

    def served(self) -> str:
        """A holder who has the policies of the range."""
        person = self.holder()
        self.apply()
        return person

    def apply(self, **options: Any) -> PolicyOutcome:
        """What is done about policies at the end of a pass."""
        self.tenant.refresh_from_db()
        with client(self.tenant) as graph:
            given: dict[str, Any] = {"sending": True, **options}
            return apply_policies(self.tenant, graph, make.CAUSE, **given)

    def leave(self) -> None:
        """Leave the simulated tenant as it was for the next test."""
        self.control.clear_faults()
        self.control.open_question(policy_failures="all", policy_items=20, unassign_no_policy="succeeds")
        for person in self.people:
            for number in self.control.numbers_of(person):
                self.control.unassign_out_of_band(number)
                self.control.remove_number(number)
            self.control.purge(person)

    def profile(self, home: Range | None = None, /, **policies: str | None) -> None:
        """Let a range name these policies and no others, as a configuration file would."""
        Range.objects.of(self.tenant.pk).filter(pk=(home or self.range).pk).update(policies=policies)
        self.configure()

    def configure(self, **settings: Any) -> None:
        """Change settings of the tenant."""
        self.tenant.refresh_from_db()
        Tenant.objects.filter(pk=self.tenant.pk).update(**settings)
        self.tenant.refresh_from_db()
        touch_config(self.tenant)

    def has(self, person: str) -> dict[str, str]:
        """What the person really has in Teams."""
        return self.control.policies_of(person)

    def open_policies(self) -> list[tuple[str, str]]:
        """Type and phase of what is not done."""
        rows = PersonPolicy.objects.of(self.tenant.pk).filter(open=True).order_by("type_key")
        return list(rows.values_list("type", "phase"))

    def item(self, code: str) -> Item:
        """The one open item of a code."""
        return Item.objects.of(self.tenant.pk).get(code=code, closed_at=None)

    def told(self) -> list[tuple[dict[str, Any], dict[str, Any]]]:
        """Before and after of every policy in the audit trail."""
        rows = Entry.objects.of(self.tenant.pk).filter(verb="policy").order_by("seq")
        return [(row.before, row.after) for row in rows]

    def policy_writes(self) -> list[dict[str, Any]]:
        """Every request to give or take policies."""
        return self.control.requests(kind="policy_assign")

    def passes(self, time: timedelta) -> None:
        """So much time has passed for everything that waits."""
        rows = PersonPolicy.objects.of(self.tenant.pk).filter(open=True)
        rows.update(look_at=F("look_at") - time, since=F("since") - time)
        rows.exclude(sent_at=None).update(sent_at=F("sent_at") - time)
        PolicyName.objects.of(self.tenant.pk).update(asked_at=F("asked_at") - time)
        Comparison.objects.of(self.tenant.pk).update(at=F("at") - time)

    def gives(self, person: str, number: str, home: Range) -> None:
        """The number that the person holds is given up, and they are given another of ours."""
        now, rows = clock.now(), Assignment.objects.of(self.tenant.pk)
        self.gives_up(person)
        row = make.number(self.tenant, number, home, state="assigned", teams_free=False, since=now)
        self.control.assign_out_of_band(number, person, type=home.type)
        rows.create(number=row, person=person, since=now, source="numberline", policies_due=True)

    def gives_up(self, person: str) -> None:
        """The person holds nothing any more."""
        rows = Assignment.objects.of(self.tenant.pk).filter(person=person, until=None)
        for held in list(rows.select_related("number")):
            self.control.unassign_out_of_band(held.number.text)
            Assignment.objects.of(self.tenant.pk).filter(pk=held.pk).update(until=clock.now())
