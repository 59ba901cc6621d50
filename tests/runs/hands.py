"""What the tests of commands of hands have in common."""

from typing import Any

import pytest

from numberline.audit.models import Entry
from numberline.overrides.outcome import OverrideRefused
from numberline.runs.hand import Hand
from numberline.runs.hand_change import change, change_many
from numberline.runs.hand_give import assign, assign_next
from numberline.runs.hand_people import Wanted, read_people_file
from numberline.runs.hand_result import HandResult
from numberline.runs.hand_swap import swap
from numberline.runs.hand_take import adopt, release
from numberline.runs.models import Run
from tests.runs.office import Office

N0, N1, N2, N3 = (f"+44207946000{n}" for n in range(4))
WHY, TICKET, WHO = "asked for it", "CHG-7", "cli:anna"


def hand(**options: Any) -> Hand:
    """Anna asks."""
    return Hand(WHO, WHY, TICKET, **options)


class Hands:
    """A company in which an administrator does things by hand."""

    def __init__(self, plain: Office) -> None:
        self.plain = plain
        self.tenant = plain.tenant

    def assign(self, person: str, number: str, **options: Any) -> HandResult:
        """`number assign`."""
        return assign(self.tenant, person, number, hand(**options))

    def assign_next(self, person: str, range_name: str = "London", **options: Any) -> HandResult:
        """`number assign --next`."""
        return assign_next(self.tenant, person, range_name, hand(**options))

    def change(self, person: str, number: str | None = None, **options: Any) -> HandResult:
        """`number change`; without a number `--to-match`."""
        return change(self.tenant, Wanted(person, number), hand(**options))

    def change_many(self, csv: str, *, to_match: bool = True, **options: Any) -> HandResult:
        """`number change --people`."""
        return change_many(self.tenant, read_people_file(csv.encode(), to_match=to_match), hand(**options))

    def swap(self, person: str, partner: str, **options: Any) -> HandResult:
        """`number swap`."""
        return swap(self.tenant, person, partner, hand(**options))

    def release(self, number: str, **options: Any) -> HandResult:
        """`number release`."""
        return release(self.tenant, number, hand(**options))

    def adopt(self, number: str, **options: Any) -> HandResult:
        """`number adopt`."""
        return adopt(self.tenant, number, hand(**options))

    def verbs(self, number: str) -> list[tuple[str, str, str, str]]:
        """What the trail says was done by hand to a number: verb, actor, reason, ticket."""
        rows = Entry.objects.of(self.tenant.pk).filter(number=number, code="by_hand")
        return list(rows.values_list("verb", "actor", "reason", "ticket"))

    def state(self) -> tuple[dict[str, str], int, int]:
        """Who holds what, and how many requests were sent."""
        return self.plain.held(), self.plain.writes(), self.plain.unassigned()

    def written(self) -> int:
        """How many entries of the trail are of hands."""
        return Entry.objects.of(self.tenant.pk).filter(code="by_hand").count()

    def left_alone(self) -> None:
        """The next two syncs, one of them full, send nothing to Teams and change nobody's holding."""
        plain = self.plain
        before = self.state()
        plain.sync()
        plain.sync(full=True)
        assert self.state() == before
        assert plain.control.judgement() == []


def told(result: HandResult) -> list[tuple[str | None, str]]:
    """Outcomes and sentences."""
    return [(row.outcome, row.sentence) for row in result.rows]


def refused(hands: Hands, verb: Any, *arguments: Any, **options: Any) -> str:
    """The sentence of a refusal, before which nothing was written or sent."""
    before = (hands.state(), hands.written())
    with pytest.raises(OverrideRefused) as error:
        verb(*arguments, **options)
    assert (hands.state(), hands.written()) == before
    assert Run.objects.of(hands.tenant.pk).latest("pk").outcome == "refused"
    return str(error.value)
