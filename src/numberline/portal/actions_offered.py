"""Which actions a person's and a number's page offer, by how these are."""

from datetime import datetime

from numberline.assignments.models import Assignment
from numberline.core.states import State
from numberline.directory.models import Person
from numberline.inventory.models import Number
from numberline.overrides.holding import why_not_adopted, why_not_ours
from numberline.portal import actions_number as numbers
from numberline.portal import actions_person as people
from numberline.portal.actions import Action, Offer
from numberline.portal.actions_give import ASSIGN, CHANGE, SWAP, TO_PERSON
from numberline.portal.actions_take import ADOPT, RELEASE, RELEASE_THEIRS

PERSON_ACTIONS: tuple[Action[Person], ...] = (ASSIGN, CHANGE, SWAP, RELEASE_THEIRS, *people.AT_ONCE)
NUMBER_ACTIONS: tuple[Action[Number], ...] = (TO_PERSON, RELEASE, ADOPT, *numbers.AT_ONCE)

FIRST: tuple[object, ...] = (ASSIGN, CHANGE, TO_PERSON, ADOPT, numbers.UNBLOCK)

_BY_STATE: dict[State, tuple[Action[Number], ...]] = {
    State.AVAILABLE: (TO_PERSON, numbers.RESERVE, numbers.BLOCK),
    State.RESERVED: (TO_PERSON, numbers.UNRESERVE, numbers.RESERVE, numbers.BLOCK),
    State.QUARANTINED: (TO_PERSON, numbers.RESERVE, numbers.BLOCK),
    State.ASSIGNED: (RELEASE,),
    State.BLOCKED: (numbers.UNBLOCK,),
}


def person_offers(who: Person, held: Assignment | None, now: datetime) -> list[Offer]:
    """What makes sense for a person as they are; the first is what is wanted most."""
    has = held is not None and held.freed_in_teams_at is None
    wanted: list[Action[Person]] = [CHANGE, SWAP, RELEASE_THEIRS] if has else [ASSIGN]
    if has and held is not None and (why_not_ours(held, who) or why_not_adopted(held, who)):
        wanted = []
    if held is not None and not has:
        wanted.append(RELEASE_THEIRS)
    wanted.append(people.UNLOCK if people.is_locked(who, now) else people.LOCK)
    wanted.append(people.INCLUDE if people.is_left_out(who, now) else people.EXCLUDE)
    offers = [Offer(action.route, action.label, action in FIRST) for action in wanted]
    if people.is_locked(who, now):
        offers.append(Offer(people.LOCK.route, "Change the lock's end"))
    if people.is_excluded(who, now):
        offers.append(Offer(people.EXCLUDE.route, "Change the exclusion's end"))
    return offers


def number_offers(row: Number, held: Assignment | None, now: datetime) -> list[Offer]:
    """What makes sense for a number as it is."""
    wanted = list(_BY_STATE.get(State(row.state), ()))
    if held is not None and why_not_ours(held):
        wanted = []
    elif held is not None and why_not_adopted(held):
        wanted = [ADOPT]
    if row.state != State.RETIRED:
        wanted.append(numbers.UNLOCK if numbers.is_locked(row, now) else numbers.LOCK)
    offers = [Offer(action.route, action.label, action in FIRST) for action in wanted]
    if row.state != State.RETIRED and numbers.is_locked(row, now):
        offers.append(Offer(numbers.LOCK.route, "Change the lock's end"))
    return offers
