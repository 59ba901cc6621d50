"""What the tests of commands of hands have in common."""

from typing import Any

import pytest

from numberline.audit.models import Entry
from numberline.overrides.outcome import OverrideRefused
from numberline.runs.hand import Hand
from numberline.runs.hand_give import assign, assign_next
from numberline.runs.hand_result import HandResult
from numberline.runs.hand_take import adopt, release
from numberline.runs.models import Run
from tests.runs.office import Office as Plain

N0, N1, N2, N3 = (f"+44207946000{n}" for n in range(4))
WHY, TICKET, WHO = "asked for it", "CHG-7", "cli:anna"


def hand(**options: Any) -> Hand:
    """Anna asks."""
    return Hand(WHO, WHY, TICKET, **options)


class Office:
    """A company in which an administrator does things by hand."""

    def __init__(self, plain: Plain) -> None:
        self.plain = plain
        self.tenant = plain.tenant

    def assign(self, person: str, number: str, **options: Any) -> HandResult:
        """`number assign`."""
        return assign(self.tenant, person, number, hand(**options))

    def assign_next(self, person: str, range_name: str = "London", **options: Any) -> HandResult:
        """`number assign --next`."""
        return assign_next(self.tenant, person, range_name, hand(**options))

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

    def left_alone(self) -> None:
        """The next two syncs, one of them full, send nothing to Teams and change nobody's holding."""
        plain = self.plain
        held, sent = plain.held(), plain.sent()
        plain.sync()
        plain.sync(full=True)
        assert (plain.held(), plain.sent()) == (held, sent)
        assert plain.control.judgement() == []


def told(result: HandResult) -> list[tuple[str | None, str]]:
    """Outcomes and sentences."""
    return [(row.outcome, row.sentence) for row in result.rows]


def refused(office: Office, verb: Any, *arguments: Any, **options: Any) -> str:
    """The sentence of a refusal, before which nothing was written or sent."""
    plain = office.plain
    before = (plain.held(), plain.sent(), Entry.objects.of(office.tenant.pk).filter(code="by_hand").count())
    with pytest.raises(OverrideRefused) as error:
        verb(*arguments, **options)
    after = (plain.held(), plain.sent(), Entry.objects.of(office.tenant.pk).filter(code="by_hand").count())
    assert before == after
    assert Run.objects.of(office.tenant.pk).latest("pk").outcome == "refused"
    return str(error.value)
