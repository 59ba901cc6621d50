"""Two people exchange their numbers, by hand."""

from numberline import clock
from numberline.assignments.models import Kind
from numberline.overrides.givable import location_of
from numberline.overrides.swapping import exchangeable
from numberline.runs.hand import Hand, by_hand, carry, finish, read_people, refuse_moved, refuse_unready, wish
from numberline.runs.hand_result import DONE, HandResult
from numberline.tenants.models import Tenant


def swap(tenant: Tenant, person: str, partner: str, hand: Hand) -> HandResult:
    """Let two people exchange their numbers.

    Raises PersonUnknown, OverrideRefused before anything is sent; TenantBusy; GraphError.
    """
    with by_hand(tenant, hand) as work:
        first, second = read_people(work, person, partner)
        theirs, others = exchangeable(work.tenant, first, second, clock.now())
        for who, held in ((first, theirs), (second, others)):
            refuse_moved(hand, held, who)
            refuse_unready(work, who, holds=True)
        location = location_of(work.tenant, others)
        one = wish(
            Kind.SWAP,
            hand,
            first,
            others,
            from_number=theirs.text,
            partner=second,
            location=location,
        )
        other = wish(Kind.SWAP, hand, second, theirs, from_number=others.text).row
        if hand.preview:
            for row, who in ((one.row, first), (other, second)):
                row.sentence = f"{who} would get {row.number} in place of {row.from_number}."
            return finish(work, hand, [one.row, other])
        carry(work, hand, [one])
        other.outcome, other.sentence = one.row.outcome, one.row.sentence
        if one.row.outcome == DONE:
            for row, who in ((one.row, first), (other, second)):
                row.sentence = f"{who} has {row.number} in place of {row.from_number}."
        return finish(work, hand, [one.row, other])
