"""One pass over a tenant against a simulated Microsoft: read, decide, apply, and what is concluded from what."""

from typing import Any

import pytest

from numberline.audit.models import Entry
from numberline.core.states import State
from numberline.directory.find import PersonUnknown
from numberline.graph.errors import GiveUp, Stop
from numberline.inventory.models import Listing, Number
from numberline.planning.store import PlanRefused, shown
from numberline.runs.models import Run
from numberline.runs.sync import apply_plan, make_plan
from numberline.tenants.models import Tenant
from tests.runs.office import LICENCE, Office


class Heard:
    """A progress that remembers the kinds of events, in order."""

    def __init__(self) -> None:
        self.kinds: list[str] = []

    def step(self, name: str, done: int, total: int | None) -> None:
        """Work goes on."""

    def event(self, kind: str, text: str, **facts: Any) -> None:
        """Something happened."""
        self.kinds.append(kind)


def test_a_joiner_is_detected_decided_and_assigned_in_one_run_and_left_alone_in_the_next(
    office: Office,
) -> None:
    ann = office.joiner()
    heard = Heard()
    result = office.sync(progress=heard)
    assert heard.kinds == ["begun", "detected", "decided", "assigned"]
    assert office.control.numbers_of(ann) == [office.held()[ann]] == ["+442079460000"]
    run = office.run()
    assert result.to_json() == {
        "tenant": "contoso",
        "run": run.pk,
        "mode": "full",
        "read": {"people": 1, "numbers": 0},
        "applied": {"assign": 1, "change": 0, "release": 0},
        "waiting": 0,
        "held": 0,
        "failed": 0,
        "seconds": result.to_json()["seconds"],
    }
    assert (run.kind, run.mode, run.outcome) == ("sync", "full", "done")
    assert run.counts == {**result.to_json(), "failures": []}
    assert {entry.run_id for entry in Entry.objects.of(office.tenant.pk)} == {run.pk}
    assert office.person(ann).code == "holds"
    office.tenant.refresh_from_db()
    assert (office.tenant.country != "", bool(office.tenant.skus)) == (True, True)
    assert office.sync().exit_code == 0
    assert office.writes() == 1


@pytest.mark.parametrize(("mode", "code"), [("observe", 0), ("off", 0)])
def test_a_tenant_that_is_not_to_be_changed_is_read_and_decided_about(
    office: Office, mode: str, code: int
) -> None:
    office.joiner()
    Tenant.objects.filter(pk=office.tenant.pk).update(mode=mode)
    result = office.sync()
    assert (result.assigned, result.held, result.over_limit, result.exit_code) == (0, 1, 0, 0)
    assert office.writes() == 0


def test_what_a_limit_holds_is_told_and_served_in_order(office: Office) -> None:
    for _ in range(4):
        office.joiner()
    office.tenant.limits |= {"assign": 3}
    office.tenant.save()
    result = office.sync()
    assert (result.assigned, result.held, result.over_limit, result.exit_code) == (3, 1, 1, 4)
    assert result.held_by == ("the limit assign",)
    assert office.sync().assigned == 0, "three in a rolling day"


def test_a_licence_that_has_not_reached_teams_makes_the_person_wait(office: Office) -> None:
    office.control.faults(licence_lag=600)
    ann = office.joiner()
    result = office.sync()
    assert (result.assigned, result.waiting, result.exit_code) == (0, 1, 0)
    assert office.person(ann).code == "not_ready"
    assert office.sync().assigned == 0, "asked again only after a while"
    office.control.faults(licence_lag=0)
    office.control.license(ann, LICENCE)
    assert office.sync(person=ann).assigned == 1, "one who is asked for is looked at regardless"


def test_a_number_that_microsoft_refuses_is_blocked_and_the_next_is_given_in_the_same_run(
    office: Office,
) -> None:
    ann = office.joiner()
    office.control.add_number("+442079460000", "directRouting")
    office.control.faults(
        fail_operation={
            "text": "The telephone number is blocked from assignment until 2026-12-01",
            "count": 1,
        }
    )
    result = office.sync()
    assert (result.assigned, result.exit_code) == (1, 0)
    assert office.held() == {ann: "+442079460001"}
    assert office.number("+442079460000").state == State.BLOCKED
    assert office.items() == ["refused_by_microsoft"]


def test_a_number_that_is_given_in_teams_is_found_and_never_given_again(office: Office) -> None:
    bob = office.control.add_person(licences=["SPE_E5"], usageLocation="GB")
    office.control.assign_out_of_band("+442079460000", bob)
    ann = office.joiner()
    office.sync()
    assert office.held() == {bob: "+442079460000", ann: "+442079460001"}
    assert office.control.judgement() == []


# Listings


def plan_numbers(office: Office, count: int) -> list[str]:
    texts = [f"+44163296{index:04}" for index in range(count)]
    office.control.add_numbers(texts, "callingPlan", country="GB")
    return texts


def test_a_listing_that_comes_back_short_is_for_a_human_who_may_confirm_it(office: Office) -> None:
    texts = plan_numbers(office, 30)
    office.sync()
    for text in texts[10:]:
        office.control.remove_number(text)
    office.a_day_passes()
    office.sync()
    assert office.items() == ["listing_short"]
    assert Number.objects.of(office.tenant.pk).filter(teams_free=True, type="calling_plan").count() == 30
    office.sync(full=True)
    assert office.items() == []
    assert Number.objects.of(office.tenant.pk).filter(teams_free=True, type="calling_plan").count() == 10


def test_a_listing_that_fails_midway_concludes_nothing(office: Office) -> None:
    ann = office.joiner()
    plan_numbers(office, 5)
    office.sync()
    office.a_day_passes()
    office.control.unassign_out_of_band(office.held()[ann])
    office.control.faults(unavailable={"on": "numbers", "status": 400, "text": "Something is wrong"})
    office.sync()
    assert (office.items(), Listing.objects.of(office.tenant.pk).latest("pk").trusted) == (
        ["listing_short"],
        False,
    )
    assert ann in office.held()
    assert office.person(ann).code == "holds"


def test_a_number_that_was_freed_in_teams_is_kept_for_its_person(office: Office) -> None:
    ann = office.joiner()
    office.sync()
    office.control.unassign_out_of_band("+442079460000")
    office.a_day_passes()
    result = office.sync()
    assert (office.person(ann).code, office.items(), result.waiting) == (
        "freed_in_teams",
        ["freed_in_teams"],
        1,
    )
    bob = office.joiner()
    office.sync()
    assert office.held() == {ann: "+442079460000", bob: "+442079460001"}


# The directory


def test_whom_a_full_round_does_not_show_is_looked_up_one_by_one(office: Office) -> None:
    ann, bob = office.joiner(), office.joiner()
    office.sync()
    office.control.delete(ann)
    office.control.expire_delta_tokens()
    office.sync()
    assert (office.person(ann).deleted, office.person(bob).deleted) == ("soft", "")
    assert office.person(ann).code == "grace"


def test_a_round_that_a_killed_process_left_unfinished_is_ended_and_concluded_from(office: Office) -> None:
    people = [office.joiner(city="Leeds") for _ in range(450)]
    office.sync()
    office.control.delete(people[0])
    office.control.expire_delta_tokens()
    office.a_day_passes()
    office.control.faults(
        unavailable={"on": "delta", "after": 1, "status": 400, "text": "Something is wrong"}
    )
    with pytest.raises(GiveUp):
        office.sync()
    assert (office.run().outcome, office.cursor().whole) == ("failed", False)
    office.control.clear_faults()
    office.sync()
    assert office.cursor().whole
    assert office.person(people[0]).deleted == "soft"


def test_when_microsoft_no_longer_knows_where_we_were_the_numbers_are_compared_as_well(
    office: Office,
) -> None:
    (ann,) = office.served()
    office.sync()
    office.control.unassign_out_of_band(office.held()[ann])
    assert (office.sync().numbers, office.items()) == (0, []), "a poll reads no list"
    office.control.expire_delta_tokens()
    assert office.sync().people == 1
    assert (office.person(ann).code, office.items()) == ("freed_in_teams", ["freed_in_teams"])


def test_many_missing_people_are_for_a_human_who_may_confirm_it(office: Office) -> None:
    people = [office.joiner(city="Leeds") for _ in range(30)]
    office.sync()
    for person in people[:20]:
        office.control.purge(person)
    office.control.expire_delta_tokens()
    office.sync()
    assert office.items() == ["directory_short"]
    assert office.person(people[0]).deleted == ""
    office.sync(full=True)
    assert (office.items(), office.person(people[0]).deleted) == ([], "permanent")


def test_a_product_that_the_tenant_bought_counts_for_whom_it_has_already(office: Office) -> None:
    office.control.add_sku("NEW_PLAN", ["MCOPSTN9"])
    ann = office.joiner(licences=["SPE_E5", "NEW_PLAN"])
    office.sync()
    assert office.person(ann).entitlement == "calling_plan"


def test_a_calling_plan_bought_today_decides_the_kind_of_number_of_who_has_it_first(office: Office) -> None:
    office.sync()
    office.control.add_sku("NEW_CALLING_PLAN", ["MCOPSTN77"])
    joiner = office.joiner(licences=["SPE_E5", "NEW_CALLING_PLAN"])
    office.sync()
    person = office.person(joiner)
    assert (person.entitlement, person.code) == ("calling_plan", "no_matching_rule")
    assert office.control.numbers_of(joiner) == []


def test_somebody_whom_nobody_knows_is_said_and_the_run_is_closed(office: Office) -> None:
    with pytest.raises(PersonUnknown):
        office.sync(person="nobody@contoso.example")
    assert (office.run().kind, office.run().outcome) == ("person", "failed")
    assert "nobody@contoso.example" in office.run().error
    assert office.run().ended_at is not None


def test_a_missing_permission_stops_the_run_which_is_recorded_with_the_reason(office: Office) -> None:
    office.joiner()
    office.control.permissions(
        ["User.Read.All", "TeamsUserConfiguration.Read.All", "TeamsTelephoneNumber.Read.All"]
    )
    office.control.revoke_tokens()
    with pytest.raises(Stop, match=r"TeamsTelephoneNumber\.ReadWrite\.All"):
        office.sync()
    run = office.run()
    assert (run.outcome, "TeamsTelephoneNumber.ReadWrite.All" in run.error) == ("failed", True)
    assert (office.open_changes(), office.number("+442079460000").state) == (0, State.AVAILABLE)


# Plans


def test_a_plan_changes_nothing_and_is_applied_exactly_once(office: Office) -> None:
    ann = office.joiner()
    Tenant.objects.filter(pk=office.tenant.pk).update(mode="observe")
    office.tenant.refresh_from_db()
    plan = make_plan(office.tenant, actor="cli:anna")
    assert (office.writes(), shown(plan)["counts"]["held"]) == (0, 1)
    result = apply_plan(office.tenant, plan.name, actor="cli:anna")
    assert (result.assigned, office.held()) == (1, {ann: "+442079460000"})
    with pytest.raises(PlanRefused, match="it was applied at"):
        apply_plan(office.tenant, plan.name, actor="cli:anna")
    assert [run.kind for run in Run.objects.of(office.tenant.pk).order_by("pk")] == ["plan", "apply", "apply"]


def test_a_plan_is_refused_when_the_world_moved_and_nothing_is_sent(office: Office) -> None:
    ann = office.joiner(userPrincipalName="ann@contoso.example")
    plan = make_plan(office.tenant, actor="cli:anna")
    office.control.change(ann, city="Leeds")
    with pytest.raises(PlanRefused, match=r"ann@contoso\.example waits now \(no_matching_rule\)"):
        apply_plan(office.tenant, plan.name, actor="cli:anna")
    assert (office.writes(), office.run().outcome) == (0, "failed")


def test_a_number_with_an_extension_that_graph_does_not_take_is_blocked_and_the_next_is_given(
    office: Office,
) -> None:
    office.control.open_question(extensions=False)
    Number.objects.of(office.tenant.pk).filter(text="+442079460000").update(
        text="+442079460000;ext=12", extension="12"
    )
    ann = office.joiner()
    office.sync()
    assert office.held() == {ann: "+442079460001"}
    assert (office.number("+442079460000;ext=12").state, office.items()) == (
        State.BLOCKED,
        ["refused_by_microsoft"],
    )
