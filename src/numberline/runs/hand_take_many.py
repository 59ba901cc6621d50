"""Taking several numbers back by hand: all are looked at first, and nothing is taken if anything is wrong."""

from collections.abc import Sequence

from numberline import clock
from numberline.assignments.models import Kind
from numberline.inventory.csv_table import Problem, TableRefused
from numberline.inventory.find import number_named
from numberline.overrides.holding import why_not_adopted
from numberline.overrides.outcome import OverrideRefused
from numberline.overrides.room import room_for_releases
from numberline.runs.hand import REFUSALS, Hand, Wish, by_hand, carry, finish, read_number, wish
from numberline.runs.hand_result import DONE, HandResult
from numberline.runs.hand_take import held_and_read, taken
from numberline.runs.passes import Pass
from numberline.tenants.models import Tenant


class NumbersRefused(TableRefused):
    """No number was taken back. `problems` says why, number by number."""

    beginning = "Nothing was changed."


def release_many(tenant: Tenant, numbers: Sequence[str], hand: Hand) -> HandResult:
    """`release` for several numbers, up to what the tenant's limit for releases leaves.

    Raises OverrideRefused, NumbersRefused before anything is sent; TenantBusy; GraphError.
    """
    with by_hand(tenant, hand) as work:
        wanted = list(dict.fromkeys(numbers))
        refusal = room_for_releases(work.tenant, clock.now()).refusal(len(wanted))
        if refusal is not None:
            raise OverrideRefused(refusal)
        wishes, wrong = _looked_at(work, hand, wanted)
        if wrong:
            raise NumbersRefused(wrong)
        if not hand.preview:
            carry(work, hand, wishes)
        for one in wishes:
            if hand.preview:
                one.row.sentence = f"{one.row.number} would be taken back from {one.intent.upn}."
            elif one.row.outcome == DONE:
                one.row.sentence = taken(number_named(work.tenant.pk, one.row.number), one.intent.upn)
        return finish(work, hand, [one.row for one in wishes])


def _looked_at(work: Pass, hand: Hand, numbers: Sequence[str]) -> tuple[list[Wish], list[Problem]]:
    """What is to be taken back, and what is wrong."""
    wishes: list[Wish] = []
    wrong: list[Problem] = []
    for done, text in enumerate(numbers):
        work.progress.step("looking at numbers", done, len(numbers))
        try:
            said = read_number(work, text)
            held = held_and_read(work, hand, text)
            if held is None:
                raise OverrideRefused(f"nobody holds {text}")
            row, who = held
            not_adopted = why_not_adopted(row) if said is not None and said.holder else None
            if not_adopted is not None:
                raise OverrideRefused(not_adopted)
            wishes.append(wish(Kind.RELEASE, hand, who, row.number))
        except REFUSALS as error:
            wrong.append(Problem(0, f"{str(error).rstrip('.')}."))
    return wishes, wrong
