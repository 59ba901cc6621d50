"""Taking in what the directory says: each page with its cursor, whatever is repeated, removed or restored."""

from datetime import datetime
from typing import Any

import msgspec
import pytest
from django.db import DatabaseError

from numberline.core.person import PlanTable
from numberline.directory.intake import Intake, read_plans_again, take_pages, take_people
from numberline.directory.models import Cursor, Person
from numberline.graph.types import Removed
from numberline.graph.users import DeltaPage, GraphUser
from numberline.tenants.models import Tenant
from tests import factories as make

TABLE = PlanTable()
THEN, NOW = make.NOW, make.NOW + make.HOUR


@pytest.fixture
def owner(database: str) -> Tenant:
    return make.tenant()


@pytest.fixture
def cursor(owner: Tenant) -> Cursor:
    return Cursor.objects.of(owner.pk).create(round=1, link="page 1", read_at=THEN)


def page(*users: GraphUser, removed: tuple[Removed, ...] = (), next_link: str | None = None) -> DeltaPage:
    return DeltaPage(users, removed, next_link, None if next_link else "delta link")


def take(owner: Tenant, *users: GraphUser, at: datetime = THEN, round_: int = 1, **removed: str) -> Intake:
    gone = [Removed(make.oid(name), reason) for name, reason in removed.items()]  # type: ignore[arg-type]
    return take_people(owner, users, gone, TABLE, at, round_)


def everything(owner: Tenant) -> list[Any]:
    return list(Person.objects.of(owner.pk).order_by("object_id").values())


def test_a_page_and_the_cursor_behind_it_are_written_together(owner: Tenant, cursor: Cursor) -> None:
    intake = take_pages(owner, cursor, [page(make.user("ann"), next_link="page 2")], TABLE, NOW)
    cursor.refresh_from_db()
    assert (cursor.link, cursor.read_at, cursor.whole) == ("page 2", NOW, False)
    assert (intake.read, intake.new) == (1, [make.oid("ann")])
    take_pages(owner, cursor, [page()], TABLE, NOW)
    cursor.refresh_from_db()
    assert (cursor.link, cursor.whole) == ("delta link", True)


def test_of_pages_that_are_written_together_the_last_word_on_everybody_counts(
    owner: Tenant, cursor: Cursor
) -> None:
    bob = Removed(make.oid("bob"), "changed")
    pages = [
        page(make.user("ann", city="Leeds"), make.user("bob"), next_link="page 2"),
        page(make.user("cat"), removed=(bob,), next_link="page 3"),
        page(make.user("ann", city="York")),
    ]
    intake = take_pages(owner, cursor, pages, TABLE, NOW)
    cursor.refresh_from_db()
    assert (cursor.link, cursor.whole, intake.read) == ("delta link", True, 3)
    assert {row["object_id"] for row in everything(owner)} == {make.oid("ann"), make.oid("cat")}
    assert msgspec.json.decode(make.person_row(owner).attributes)["city"] == "York"


def test_when_the_people_can_not_be_written_the_cursor_stays_where_it_was(
    owner: Tenant, cursor: Cursor
) -> None:
    cursor.round = -1  # the database refuses a person who was seen in such a round
    with pytest.raises(DatabaseError):
        take_pages(owner, cursor, [page(make.user("ann"))], TABLE, NOW)
    cursor.refresh_from_db()
    assert (cursor.link, cursor.read_at, cursor.whole) == ("page 1", THEN, False)
    assert everything(owner) == []


def test_when_the_cursor_can_not_be_written_the_people_stay_as_they_were(
    owner: Tenant, cursor: Cursor
) -> None:
    make.person(owner, "bob", city="Leeds")
    before = everything(owner)
    Cursor.objects.of(owner.pk).all().delete()
    with pytest.raises(DatabaseError):
        take_pages(owner, cursor, [page(make.user("ann"), make.user("bob", city="York"))], TABLE, NOW)
    assert everything(owner) == before


def test_a_person_is_written_with_the_facts_that_decide(owner: Tenant) -> None:
    take(owner, make.user("Ann", licences=make.PLAN, usageLocation="gb", accountEnabled=False))
    person = make.person_row(owner, "Ann")
    assert (person.upn, person.upn_key, person.name) == ("Ann@contoso.example", "ann@contoso.example", "Ann")
    assert (person.entitlement, person.enabled, person.usage_location) == ("calling_plan", False, "GB")
    assert person.phone_system_since == datetime.fromisoformat("2026-11-20T08:00:00+00:00")
    assert (person.first_seen, person.changed, person.lost_at, person.ready) == (THEN, True, None, None)
    assert msgspec.json.decode(person.attributes)["city"] == "London"


def test_a_replay_changes_nothing(owner: Tenant) -> None:
    take(owner, make.user("ann"), make.user("bob"), dan="deleted")
    Person.objects.of(owner.pk).update(changed=False)
    before = everything(owner)
    intake = take(owner, make.user("bob"), make.user("ann"), make.user("ann"), at=NOW, dan="deleted")
    assert everything(owner) == before
    assert (intake.new, intake.changed, intake.gone) == ([], [], [])


def test_a_new_round_notes_that_a_person_was_seen_and_nothing_else(owner: Tenant) -> None:
    take(owner, make.user("ann"))
    Person.objects.of(owner.pk).update(changed=False)
    before = everything(owner)
    take(owner, make.user("ann"), at=NOW, round_=2)
    assert everything(owner) == [{**before[0], "round": 2}]


def test_an_attribute_that_went_to_null_is_gone(owner: Tenant) -> None:
    take(owner, make.user("ann", department="Sales"))
    Person.objects.of(owner.pk).update(changed=False)
    intake = take(owner, make.user("ann", department=None, city=None, usageLocation=None), at=NOW)
    person = make.person_row(owner)
    assert not {"department", "city", "usageLocation"} & set(msgspec.json.decode(person.attributes))
    assert (person.usage_location, person.changed) == ("", True)
    assert intake.changed == [make.oid("ann")]


@pytest.mark.parametrize(("reason", "shown"), [("changed", "soft"), ("deleted", "permanent")])
def test_a_removed_person_is_gone_from_when_we_first_saw_it(owner: Tenant, reason: str, shown: str) -> None:
    take(owner, make.user("ann"))
    Person.objects.of(owner.pk).update(changed=False)
    assert take(owner, at=NOW, ann=reason).gone == [make.oid("ann")]
    person = make.person_row(owner)
    assert (person.deleted, person.lost_at, person.changed) == (shown, NOW, True)
    assert person.upn == "ann@contoso.example"


def test_a_purge_after_the_soft_delete_keeps_the_time_of_the_loss(owner: Tenant) -> None:
    take(owner, make.user("ann"))
    take(owner, at=THEN, ann="changed")
    take(owner, at=NOW, ann="deleted")
    person = make.person_row(owner)
    assert (person.deleted, person.lost_at) == ("permanent", THEN)
    assert take(owner, at=NOW, ann="changed").gone == []
    assert make.person_row(owner).deleted == "permanent"


def test_the_removal_of_somebody_never_seen_is_nothing(owner: Tenant) -> None:
    intake = take(owner, ann="changed", bob="deleted")
    assert (intake.read, intake.gone, everything(owner)) == (2, [], [])


def test_a_restored_person_is_back_with_the_time_of_the_loss_forgotten(owner: Tenant) -> None:
    take(owner, make.user("ann"))
    Person.objects.of(owner.pk).update(ready=True, changed=False)
    take(owner, at=THEN, ann="changed")
    Person.objects.of(owner.pk).update(changed=False)
    intake = take(owner, make.user("ann"), at=NOW)
    person = make.person_row(owner)
    assert (person.deleted, person.lost_at, person.changed) == ("", None, True)
    assert (person.ready, person.first_seen) == (None, THEN)
    assert intake.changed == [make.oid("ann")]


LICENSED: dict[str, Any] = {}
UNLICENSED: dict[str, Any] = {"assignedPlans": []}
DELETED_PLANS = {"assignedPlans": make.plans("MCOEV", status="Deleted")}
SUSPENDED = {"assignedPlans": make.plans("MCOEV", status="Suspended")}
LOST_AT: list[tuple[str, list[Any], int | None]] = [
    ("licensed all along", [LICENSED, {"city": "York"}], None),
    ("never licensed", [UNLICENSED, {**UNLICENSED, "city": "York"}], 0),
    ("the licence goes", [LICENSED, UNLICENSED], 1),
    ("the plans stay as deleted", [LICENSED, DELETED_PLANS], 1),
    ("it stays away", [LICENSED, UNLICENSED, {**UNLICENSED, "city": "York"}], 1),
    ("it comes back", [LICENSED, UNLICENSED, LICENSED], None),
    ("it comes and goes", [LICENSED, UNLICENSED, LICENSED, UNLICENSED], 3),
    ("a billing lapse is no loss", [LICENSED, SUSPENDED], None),
    ("a lapse after a loss ends it", [LICENSED, UNLICENSED, SUSPENDED], None),
    ("unlicensed, then deleted", [LICENSED, UNLICENSED, None], 1),
    ("deleted, then restored without licence", [LICENSED, None, UNLICENSED], 1),
    ("deleted, then restored", [LICENSED, None, LICENSED], None),
]


def test_the_time_of_the_loss_is_set_once_kept_and_cleared(owner: Tenant) -> None:
    for story, steps, lost in LOST_AT:
        name = story.replace(" ", "-").replace(",", "")
        for hour, attributes in enumerate(steps):
            at = THEN + hour * make.HOUR
            if attributes is None:
                take_people(owner, [], [Removed(make.oid(name), "changed")], TABLE, at, 1)
            else:
                take(owner, make.user(name, **attributes), at=at)
        expected = None if lost is None else THEN + lost * make.HOUR
        assert make.person_row(owner, name).lost_at == expected, story


WAITING = {
    "ready": False,
    "look_at": NOW,
    "looks": 5,
    "waiting_since": THEN,
    "obstacle": "Teams does not show Phone System",
}


def waiting_of(owner: Tenant) -> Any:
    return Person.objects.of(owner.pk).values(*WAITING).get()


@pytest.mark.parametrize(
    "licences",
    [
        {"licences": make.PLAN},
        {"assignedPlans": []},
        {"assignedPlans": make.plans("MCOEV", since="2026-11-22T08:00:00Z")},
    ],
    ids=["another plan", "none", "assigned anew"],
)
def test_what_teams_said_of_readiness_is_forgotten_when_the_licences_change(
    owner: Tenant, licences: dict[str, Any]
) -> None:
    take(owner, make.user("ann"))
    Person.objects.of(owner.pk).update(**WAITING)
    take(owner, make.user("ann", city="York"), at=NOW)
    assert waiting_of(owner) == WAITING
    take(owner, make.user("ann", **licences), at=NOW)
    assert waiting_of(owner) == {
        "ready": None,
        "look_at": None,
        "looks": 0,
        "waiting_since": None,
        "obstacle": "",
    }


def test_locks_exclusions_and_the_first_sight_survive_whatever_the_directory_says(owner: Tenant) -> None:
    take(owner, make.user("ann"))
    kept = {"locked": True, "excluded": True, "released_by_hand": True, "code": "locked", "needs_look": True}
    Person.objects.of(owner.pk).update(**kept)
    take(owner, make.user("ann", city="York", assignedPlans=[]), at=NOW)
    take(owner, at=NOW, ann="deleted")
    assert Person.objects.of(owner.pk).values(*kept, "first_seen").get() == {**kept, "first_seen": THEN}


def test_a_plan_that_the_tenant_has_bought_counts_once_its_name_is_known(owner: Tenant) -> None:
    unknown = "11111111-2222-3333-4444-555555555555"
    bought = [*make.plans("MCOEV"), {**make.plans("MCOEV")[0], "servicePlanId": unknown}]
    take(owner, make.user("ann", assignedPlans=bought), make.user("bob"))
    assert make.person_row(owner).entitlement == "carrier"
    Person.objects.of(owner.pk).update(changed=False, **WAITING)
    assert read_plans_again(owner, TABLE.with_tenant({unknown: "MCOPSTN9"}), NOW) == 1
    person = make.person_row(owner)
    assert (person.entitlement, person.changed, person.ready) == ("calling_plan", True, None)
    assert (make.person_row(owner, "bob").changed, make.person_row(owner, "bob").looks) == (False, 5)
