"""Every arrow between the states of a number is gone along by a verb of the product, but for those named here."""

from collections.abc import Callable

from numberline.assignments import conclude
from numberline.assignments.found import reconcile_holders
from numberline.assignments.holders import let_go
from numberline.assignments.intend import Intent, claim
from numberline.assignments.models import Assignment, Change, Kind
from numberline.core.states import MOVES, State
from numberline.directory.models import Person
from numberline.inventory.expire import expire
from numberline.inventory.membership import Homes
from numberline.inventory.models import Number
from numberline.inventory.teams import take_page
from numberline.inventory.unlisted import follow_list
from numberline.overrides.block import block, unblock
from numberline.overrides.reserve import Reservation, reserve, unreserve
from tests import factories as make
from tests.assignments.office import Office

Verb = Callable[[Office], object]
N, ANN, BOB = make.N1, make.oid("ann"), make.oid("bob")
S = State

ELSEWHERE = {
    (S.RELEASING, S.RESERVED): "a change that is put back (tests/assignments/test_changing.py)",
    (S.RESERVED, S.RETIRED): "the configuration file (tests/inventory/test_config_apply.py)",
    (S.BLOCKED, S.RETIRED): "the configuration file (tests/inventory/test_config_apply.py)",
    (S.BLOCKED, S.RESERVED): "the configuration file (tests/inventory/test_config_apply.py)",
    (S.RETIRED, S.BLOCKED): "the configuration file (tests/inventory/test_config_apply.py)",
    (S.QUARANTINED, S.RETIRED): "nothing: what rests is available first",
    (S.QUARANTINED, S.RESERVED): "nothing: what rests is available first",
}
"""Arrows that are gone along, and shown, elsewhere."""


def found(office: Office) -> None:
    """Teams shows the number on Bob."""
    said = (make.said(N, "bob", numberType="callingPlan"),)
    seen = take_page(office.tenant, said, Homes.load(office.tenant.pk), office.now).seen
    reconcile_holders(office.tenant, office.now, make.CAUSE, seen)


def claimed(office: Office, kind: Kind = Kind.ASSIGN) -> Change:
    """The intent about Ann and the number is written."""
    intent = Intent(ANN, "ann", N, "", "next_available", "It is the next.", kind)
    return claim(office.tenant.pk, intent, office.now, make.CAUSE)


def taking(office: Office) -> Change:
    """The intent to take the number back from Ann is written."""
    return claimed(office, Kind.RELEASE)


def change(office: Office) -> Change:
    """The change that is open."""
    return Change.objects.of(office.tenant.pk).get(open=True)


def holding(office: Office) -> Assignment:
    """Ann's holding."""
    return Assignment.objects.of(office.tenant.pk).select_related("number__range", "number__tenant").get()


def rests_a_day(office: Office) -> None:
    """Numbers rest for a day after they were taken back."""
    office.tenant.quarantine_seconds = 86400
    office.tenant.save()


def reserved_for_ann(office: Office) -> object:
    """The number is reserved for Ann."""
    ann = Person.objects.of(office.tenant.pk).get(object_id=ANN)
    return reserve(office.tenant, N, Reservation(ann), office.now, make.CAUSE)


def taken_back(office: Office) -> None:
    """The change that is open ends: Teams shows the number free."""
    conclude.released(change(office), office.now, asked=True)


def quarantine_ends(office: Office) -> None:
    """The number has rested for long enough."""
    office.time.advance(2 * make.DAY)
    expire(office.tenant.pk, office.now, make.CAUSE)


def held(office: Office) -> None:
    """Ann holds the number."""
    make.holding(office.number())


def blocked(office: Office) -> object:
    return block(office.tenant, N, office.now, make.CAUSE)


def unblocked(office: Office) -> object:
    return unblock(office.tenant, N, office.now, make.CAUSE)


def unlisted(office: Office) -> None:
    """A whole list of Teams no longer names the number."""
    Number.objects.of(office.tenant.pk).update(teams_at=None, teams_status="", teams_target="")
    follow_list(office.tenant.pk, office.now, make.CAUSE)


def listed(office: Office) -> None:
    """Teams lists the number again."""
    Number.objects.of(office.tenant.pk).update(teams_at=office.now)
    follow_list(office.tenant.pk, office.now, make.CAUSE)


def quarantined(office: Office) -> None:
    """Ann's number was taken back, and rests."""
    rests_a_day(office)
    held(office)
    taking(office)
    taken_back(office)


WAYS: dict[tuple[State, State], tuple[Verb, ...]] = {
    (S.AVAILABLE, S.RESERVED): (reserved_for_ann,),
    (S.AVAILABLE, S.ASSIGNING): (claimed,),
    (S.AVAILABLE, S.BLOCKED): (blocked,),
    (S.AVAILABLE, S.RETIRED): (unlisted,),
    (S.AVAILABLE, S.ASSIGNED): (found,),
    (S.RESERVED, S.AVAILABLE): (
        reserved_for_ann,
        lambda o: unreserve(o.tenant, N, o.now, make.CAUSE),
    ),
    (S.RESERVED, S.ASSIGNING): (reserved_for_ann, claimed),
    (S.RESERVED, S.BLOCKED): (reserved_for_ann, blocked),
    (S.RESERVED, S.ASSIGNED): (reserved_for_ann, found),
    (S.ASSIGNING, S.ASSIGNED): (claimed, lambda o: conclude.confirm(change(o), o.now)),
    (S.ASSIGNING, S.AVAILABLE): (claimed, lambda o: conclude.cancel(change(o), o.now, "never_sent", "")),
    (S.ASSIGNING, S.RESERVED): (
        reserved_for_ann,
        claimed,
        lambda o: conclude.cancel(change(o), o.now, "never_sent", ""),
    ),
    (S.ASSIGNING, S.QUARANTINED): (claimed, lambda o: conclude.give_up(change(o), o.now)),
    (S.ASSIGNING, S.BLOCKED): (claimed, lambda o: conclude.block(change(o), o.now, "refused", "no")),
    (S.ASSIGNED, S.RELEASING): (held, taking),
    (S.ASSIGNED, S.QUARANTINED): (held, lambda o: let_go(holding(o), o.now, make.CAUSE, "free")),
    (S.ASSIGNED, S.ASSIGNED): (held, found),
    (S.RELEASING, S.QUARANTINED): (rests_a_day, held, taking, taken_back),
    (S.RELEASING, S.AVAILABLE): (held, taking, taken_back),
    (S.RELEASING, S.ASSIGNED): (held, taking, lambda o: conclude.put_back(change(o), o.now, "refused", "")),
    (S.QUARANTINED, S.AVAILABLE): (quarantined, quarantine_ends),
    (S.QUARANTINED, S.ASSIGNING): (quarantined, claimed),
    (S.QUARANTINED, S.BLOCKED): (quarantined, blocked),
    (S.QUARANTINED, S.ASSIGNED): (quarantined, found),
    (S.BLOCKED, S.AVAILABLE): (blocked, unblocked),
    (S.BLOCKED, S.ASSIGNED): (blocked, found),
    (S.RETIRED, S.AVAILABLE): (unlisted, listed),
    (S.RETIRED, S.ASSIGNED): (unlisted, found),
}
"""The verbs that lead along each arrow, from a free number that Teams lists."""


def test_every_legal_move_is_made_by_a_verb_of_the_product(office: Office) -> None:
    assert WAYS.keys() | ELSEWHERE.keys() == MOVES
    assert not WAYS.keys() & ELSEWHERE.keys()
    for (old, new), verbs in WAYS.items():
        Assignment.objects.of(office.tenant.pk).delete()
        Change.objects.of(office.tenant.pk).delete()
        Number.objects.of(office.tenant.pk).delete()
        Person.objects.of(office.tenant.pk).delete()
        office.tenant.quarantine_seconds = 0
        office.tenant.save()
        for name in ("ann", "bob"):
            make.person(office.tenant, name, licences=make.PLAN)
        make.number(office.tenant, N, type="calling_plan", teams_at=office.now, teams_type="calling_plan")
        for verb in verbs[:-1]:
            verb(office)
        assert office.number().state == old, (old, new)
        verbs[-1](office)
        assert office.number().state == new, (old, new)
