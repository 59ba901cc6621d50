"""What a run calls held or failed is what it was for, and nobody else's wishes."""

from numberline.runs.sync import apply_plan, make_plan
from tests.runs.office import opened


def test_a_sync_of_one_person_does_not_call_held_what_others_want(database: str) -> None:
    with opened() as office:
        ann, bob = office.joiner(), office.joiner()
        make_plan(office.tenant, actor="cli:anna")
        result = office.sync(person=ann)
        assert (result.assigned, result.held, result.exit_code) == (1, 0, 0)
        assert bob not in office.held()


def test_applying_a_plan_does_not_call_held_what_somebody_wants_who_came_later(database: str) -> None:
    with opened() as office:
        ann = office.joiner()
        plan = make_plan(office.tenant, actor="cli:anna")
        office.joiner()
        result = apply_plan(office.tenant, plan.name, actor="cli:anna")
        assert (result.assigned, result.held, result.exit_code) == (1, 0, 0)
        assert list(office.held()) == [ann]


def test_a_change_of_a_plan_whose_number_was_taken_meanwhile_has_failed_and_is_named(database: str) -> None:
    with opened() as office:
        office.joiner(userPrincipalName="ann@contoso.example")
        bob = office.control.add_person(licences=["SPE_E5"], usageLocation="GB")
        plan = make_plan(office.tenant, actor="cli:anna")
        office.control.assign_out_of_band("+442079460000", bob)
        result = apply_plan(office.tenant, plan.name, actor="cli:anna")
        (failure,) = result.failures
        assert failure[:2] == ("ann@contoso.example", "+442079460000")
        assert (result.assigned, result.held, result.exit_code) == (0, 0, 3)
        assert office.held() == {bob: "+442079460000"}
