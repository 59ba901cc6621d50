"""Deciding from the database: whom it looks at, what it writes, what the mode and the limits hold."""

from typing import Any

import pytest

from numberline.assignments.intend import Intent, claim
from numberline.assignments.models import Kind
from numberline.audit.record import Cause, Fact, record
from numberline.core.classify import classify
from numberline.core.plan import Plan
from numberline.core.states import State
from numberline.directory.models import Person
from numberline.inventory.models import Listing, Number
from numberline.planning import decide as deciding
from numberline.planning.decide import Decided, decide
from numberline.tenants.find import touch_config
from numberline.tenants.models import Tenant
from tests import factories as make


@pytest.fixture
def owner(database: str) -> Tenant:
    """A tenant with ten London numbers and one person who wants one."""
    tenant = make.tenant()
    home = make.range_(tenant)
    for index in range(10):
        make.number(tenant, f"+44207946{index:04}", home)
    make.person(tenant, "ann")
    return tenant


def given(plan: Plan) -> list[tuple[str, str | None]]:
    return [(str(d.upn).split("@")[0], d.number) for d in plan.changes]


def look(owner: Tenant, at: Any = make.NOW, **options: Any) -> Decided:
    return decide(owner, at, **options)


def settle(owner: Tenant) -> None:
    """Everybody was decided about, and nothing is new."""
    look(owner, everybody=True)
    Person.objects.of(owner.pk).update(changed=False, needs_look=False)


def test_who_wants_a_number_gets_the_next_and_the_decision_is_written_to_them(owner: Tenant) -> None:
    decided = look(owner)
    assert given(decided.plan) == [("ann", "+442079460000")]
    person = make.person_row(owner)
    assert (person.action, person.code, person.decided_at) == ("assign", "next_available", make.NOW)
    assert person.reason == decided.plan.changes[0].reason
    assert (person.changed, person.needs_look) == (False, True)
    assert [decision.person for decision in decided.news] == [make.oid("ann")]


def test_only_people_whose_facts_changed_or_who_need_it_are_looked_at(owner: Tenant) -> None:
    for name in ("bob", "cat", "dan"):
        make.person(owner, name, city="Leeds")
    settle(owner)
    assert look(owner).looked_at == 0
    Person.objects.of(owner.pk).filter(object_id=make.oid("bob")).update(changed=True)
    Person.objects.of(owner.pk).filter(object_id=make.oid("ann")).update(needs_look=True)
    decided = look(owner)
    assert (decided.looked_at, given(decided.plan)) == (2, [("ann", "+442079460000")])
    assert look(owner, everybody=True).looked_at == 4


def test_a_change_of_the_configuration_looks_at_everybody_once(owner: Tenant) -> None:
    settle(owner)
    assert owner.decided_version == owner.config_version
    touch_config(owner)
    assert look(owner).looked_at == 1
    owner.refresh_from_db()
    assert owner.decided_version == owner.config_version
    settle(owner)
    assert look(owner).looked_at == 0


def test_one_person_alone_is_looked_at_when_asked_for(owner: Tenant) -> None:
    make.person(owner, "bob")
    touch_config(owner)
    decided = look(owner, only=make.oid("bob"))
    assert (decided.looked_at, given(decided.plan)) == (1, [("bob", "+442079460000")])
    assert owner.decided_version != owner.config_version, "the others are still to be looked at"


def test_who_waits_for_time_or_supply_is_looked_at_again_and_others_are_not(owner: Tenant) -> None:
    people: dict[str, dict[str, Any]] = {
        "unlicensed": {"assignedPlans": []},
        "elsewhere": {"city": "Leeds"},
        "disabled": {"accountEnabled": False},
        "suspended": {"assignedPlans": make.plans("MCOEV", status="Suspended")},
        "unready": {},
        "leaver": {"assignedPlans": []},
    }
    for name, graph in people.items():
        make.person(owner, name, **graph)
    rows = Person.objects.of(owner.pk)
    rows.filter(object_id=make.oid("unready")).update(ready=False, look_at=make.NOW + make.HOUR)
    make.holding(make.number_row(owner, "+442079460005"), "leaver")
    look(owner, everybody=True)
    codes = {p.upn.split("@")[0]: (p.code, p.needs_look) for p in Person.objects.of(owner.pk)}
    assert codes == {
        "ann": ("next_available", True),
        "unlicensed": ("unlicensed", False),
        "elsewhere": ("no_matching_rule", False),
        "disabled": ("disabled", False),
        "suspended": ("suspended", False),
        "unready": ("not_ready", True),
        "leaver": ("grace", True),
    }


def test_a_decision_that_says_nothing_new_is_neither_written_nor_told(owner: Tenant) -> None:
    look(owner, everybody=True)
    decided = look(owner, make.NOW + make.HOUR, everybody=True)
    assert decided.news == []
    assert make.person_row(owner).decided_at == make.NOW


def test_people_with_an_open_change_are_left_to_it(owner: Tenant) -> None:
    settle(owner)
    text = "+442079460000"
    intent = Intent(make.oid("ann"), "ann", text, "", "next_available", "It is the next.")
    claim(owner.pk, intent, make.NOW, make.CAUSE)
    before = make.person_row(owner)
    decided = look(owner, everybody=True)
    assert (decided.looked_at, decided.plan.is_empty, decided.plan.waiting) == (0, True, ())
    assert make.person_row(owner).decided_at == before.decided_at
    make.person(owner, "bob")
    assert given(look(owner).plan) == [("bob", "+442079460001")], "the number is taken too"


def test_both_people_of_an_open_swap_are_left_to_it(owner: Tenant) -> None:
    make.person(owner, "bob")
    for text, name in ((make.N1, "ann"), (make.N2, "bob")):
        make.holding(make.number_row(owner, text), name)
    ann, bob = make.oid("ann"), make.oid("bob")
    swap = Intent(ann, "ann", make.N2, "", "by_hand", "They asked.", Kind.SWAP, make.N1, bob, "bob")
    claim(owner.pk, swap, make.NOW, make.CAUSE)
    assert look(owner, everybody=True).looked_at == 0


@pytest.mark.parametrize("options", [{}, {"everybody": True}, {"only": make.oid("ann")}])
@pytest.mark.parametrize("marked", [True, False])
def test_a_mark_that_is_set_while_others_are_decided_about_stays_for_the_next_decision(
    owner: Tenant, monkeypatch: pytest.MonkeyPatch, options: dict[str, Any], marked: bool
) -> None:
    settle(owner)
    make.person(owner, "ann", city="Leeds")
    ann = Person.objects.of(owner.pk).filter(object_id=make.oid("ann"))
    ann.update(changed=marked, needs_look=True)

    def classify_slowly(*facts: Any) -> Any:
        ann.update(excluded=True, changed=True)  # by an administrator, after ann's facts were read
        return classify(*facts)

    monkeypatch.setattr(deciding, "classify", classify_slowly)
    look(owner, **options)
    assert make.person_row(owner).code == "no_matching_rule"
    monkeypatch.undo()
    assert (look(owner).looked_at, make.person_row(owner).code) == (1, "excluded")


def test_who_was_about_to_be_decided_about_when_a_run_was_killed_is_looked_at_again(
    owner: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    settle(owner)
    Person.objects.of(owner.pk).update(changed=True, action="skip")

    def killed(*facts: Any) -> Any:
        raise KeyboardInterrupt

    monkeypatch.setattr(deciding, "classify", killed)
    with pytest.raises(KeyboardInterrupt):
        look(owner)
    monkeypatch.undo()
    assert look(owner).looked_at == 1


def test_equal_facts_give_equal_plans(owner: Tenant) -> None:
    for name in ("bob", "cat", "dan"):
        make.person(owner, name)
    first = look(owner, everybody=True).plan
    Person.objects.of(owner.pk).update(reason="", changed=True)
    again = look(owner, make.NOW + make.HOUR, everybody=True).plan
    assert (again.digest, given(again)) == (first.digest, given(first))
    Person.objects.of(owner.pk).filter(object_id=make.oid("cat")).update(enabled=False, changed=True)
    assert look(owner, everybody=True).plan.digest != first.digest


@pytest.mark.parametrize(
    ("mode", "goes", "limits"),
    [
        ("off", [], ["mode"]),
        ("observe", [], ["mode"]),
        ("assign", ["assign"], []),
        ("full", ["assign", "release"], []),
    ],
)
def test_the_mode_holds_what_it_does_not_allow(
    owner: Tenant, mode: str, goes: list[str], limits: list[str]
) -> None:
    owner.mode = mode
    Listing.objects.of(owner.pk).create(at=make.NOW, count=6, trusted=True)
    make.person(owner, "leaver", at=make.NOW - 3 * make.DAY, assignedPlans=[])
    make.holding(make.number_row(owner, "+442079460005"), "leaver")
    plan = look(owner, everybody=True).plan
    assert [str(d.action) for d in plan.changes] == goes
    held = [(str(d.action), str(limit)) for d, limit in plan.held]
    assert (("release", "mode") in held) is (mode != "full")
    assert [limit for action, limit in held if action == "assign"] == limits
    assert make.number_row(owner, "+442079460005").state == State.ASSIGNED


def test_what_runs_did_in_the_last_day_counts_for_the_limit_whoever_started_them(owner: Tenant) -> None:
    owner.limits |= {"assign": 4}
    for name in ("bob", "cat", "dan", "eve"):
        make.person(owner, name)
    for hours, cause in (
        (1, Cause("automation", run_id=1)),
        (23, Cause("cli:anna", run_id=2)),
        (25, Cause("automation", run_id=1)),
        (1, Cause("cli:anna")),
        (1, Cause("cli:anna", run_id=3, code="by_hand")),
    ):
        record(owner.pk, make.NOW - hours * make.HOUR, cause, Fact("assign"))
    record(owner.pk, make.NOW, Cause("automation", run_id=1), Fact("intend"))
    plan = look(owner, everybody=True).plan
    assert (len(plan.changes), [str(limit) for _, limit in plan.held]) == (2, ["assign"] * 3)
    assert look(owner).plan.digest == plan.digest, "who is held is looked at again"


def test_what_teams_freed_by_itself_leaves_the_limit_for_those_who_are_to_lose_a_number(
    owner: Tenant,
) -> None:
    """Ten people whose numbers an administrator changed in Teams must not keep a leaver's number back for a day."""
    owner.limits |= {"release": 1, "percent": 0}
    Listing.objects.of(owner.pk).create(at=make.NOW, count=6, trusted=True)
    make.person(owner, "leaver", at=make.NOW - 3 * make.DAY, assignedPlans=[])
    make.holding(make.number_row(owner, "+442079460005"), "leaver")
    cause = Cause("automation", run_id=1)
    for code in ("freed_in_teams", "entitlement_changed", ""):
        record(owner.pk, make.NOW - make.HOUR, cause, Fact("free", code=code))
    assert "release" in [d.action for d in look(owner, everybody=True).plan.changes]
    for hours in (25, 23):
        assert "release" in [d.action for d in look(owner, everybody=True).plan.changes], "not yet used up"
        record(owner.pk, make.NOW - hours * make.HOUR, cause, Fact("free", code="deleted"))
    held = [str(limit) for d, limit in look(owner, everybody=True).plan.held if d.action == "release"]
    assert held == ["release"]
    later = look(owner, make.NOW + 2 * make.HOUR, everybody=True).plan
    assert "release" in [d.action for d in later.changes], "the day has passed"


def test_what_is_under_way_counts_for_the_limit_but_for_what_a_human_asked_for(owner: Tenant) -> None:
    """Else whatever Microsoft is slow to confirm could be asked for again and again within the day."""
    owner.limits |= {"assign": 3, "release": 1, "percent": 0}
    Listing.objects.of(owner.pk).create(at=make.NOW, count=10, trusted=True)
    cause = Cause("automation", run_id=1)
    for index, (name, code) in enumerate((("bob", "next_available"), ("cat", "by_hand"))):
        person = make.person(owner, name)
        claim(
            owner.pk, Intent(person.object_id, name, f"+44207946000{index}", "", code, "why"), make.NOW, cause
        )
    for index, name in enumerate(("dan", "eve")):
        person = make.person(owner, name, at=make.NOW - 3 * make.DAY, assignedPlans=[])
        text = f"+44207946000{index + 5}"
        make.holding(make.number_row(owner, text), name)
        if name == "dan":
            intent = Intent(person.object_id, name, text, "", "unlicensed", "why", Kind.RELEASE)
            claim(owner.pk, intent, make.NOW, cause)
    for name in ("fay", "gus"):
        make.person(owner, name)
    plan = look(owner, everybody=True).plan
    assert [str(d.action) for d in plan.changes] == ["assign"] * 2, "three but for Bob's"
    assert [str(limit) for _, limit in plan.held] == ["assign", "release"], "one but for Dan's"


def test_a_range_that_is_used_up_is_named_with_those_who_wait_for_it(owner: Tenant) -> None:
    Number.objects.of(owner.pk).update(teams_free=False)
    decided = look(owner)
    assert decided.exhausted == {"London"}
    assert [str(d.code) for d in decided.plan.waiting] == ["range_exhausted"]
    assert make.person_row(owner).needs_look is True


def test_a_reserved_number_and_a_returners_number_come_first(owner: Tenant) -> None:
    for name, text in (("bob", "+442079460007"), ("cat", "+442079460008")):
        make.person(owner, name, city="Leeds")
        row = make.number_row(owner, text)
        if name == "bob":
            Number.objects.of(owner.pk).filter(pk=row.pk).update(
                state="reserved", reserved_for=make.oid(name)
            )
        else:
            held = make.holding(row, name)
            held.until = make.NOW - make.HOUR
            held.save()
            rows = Number.objects.of(owner.pk).filter(pk=row.pk)
            rows.update(state="quarantined", until=make.NOW + make.DAY, teams_free=True)
    plan = look(owner, everybody=True).plan
    assert [(*pair, str(d.code)) for pair, d in zip(given(plan), plan.changes, strict=True)] == [
        ("bob", "+442079460007", "reserved_for"),
        ("cat", "+442079460008", "returner"),
        ("ann", "+442079460000", "next_available"),
    ]


@pytest.mark.parametrize("until", [None, make.NOW + make.HOUR])
def test_a_locked_number_is_nobodys_reserved_or_last_number(owner: Tenant, until: Any) -> None:
    lock = {"locked": True, "locked_until": until}
    rows = Number.objects.of(owner.pk)
    make.person(owner, "bob")
    held = make.holding(make.number_row(owner, "+442079460008"), "bob")
    held.until = make.NOW - make.HOUR
    held.save()
    rows.filter(text="+442079460007").update(state="reserved", reserved_for=make.oid("ann"), **lock)
    rows.filter(text="+442079460008").update(state="quarantined", teams_free=True, **lock)
    assert {number for _, number in given(look(owner).plan)} == {"+442079460000", "+442079460001"}
    rows.update(locked_until=make.NOW)
    assert {number for _, number in given(look(owner, everybody=True).plan)} == {
        "+442079460007",
        "+442079460008",
    }


def test_another_line_that_a_person_once_had_is_not_their_last_number(owner: Tenant) -> None:
    held = make.holding(make.number_row(owner, "+442079460008"), "ann", category="private")
    held.until = make.NOW - make.HOUR
    held.save()
    Number.objects.of(owner.pk).filter(text="+442079460008").update(state="quarantined", teams_free=True)
    assert given(look(owner).plan) == [("ann", "+442079460000")]


def test_a_new_country_of_the_organisation_or_new_numbers_need_no_new_process(owner: Tenant) -> None:
    plan = make.range_(owner, "Plan", type="calling_plan")
    make.person(owner, "bob", licences=make.PLAN, usageLocation=None)
    look(owner, everybody=True)
    assert make.person_row(owner, "bob").code == "range_exhausted"
    make.number(owner, "+442079460900", plan)
    assert given(look(owner).plan)[-1] == ("bob", "+442079460900")
