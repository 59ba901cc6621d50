"""Two people exchange their numbers, by hand."""

from numberline.core.states import State
from tests.runs.hands import N0, N1, N2, TICKET, WHO, WHY, Hands, refused, told
from tests.runs.office import Office

ANN, BOB = "ann@contoso.example", "bob@contoso.example"


def test_two_people_exchange_their_numbers_and_keep_them(office: Office, hands: Hands) -> None:
    ann = office.joiner(userPrincipalName=ANN)
    office.sync()
    bob = office.joiner(userPrincipalName=BOB)
    office.sync()
    assert told(hands.swap(ANN, BOB, preview=True)) == [
        (None, f"{ANN} would get {N1} in place of {N0}."),
        (None, f"{BOB} would get {N0} in place of {N1}."),
    ]
    assert office.unassigned() == 0
    result = hands.swap(ANN, BOB)
    assert told(result) == [
        ("done", f"{ANN} has {N1} in place of {N0}."),
        ("done", f"{BOB} has {N0} in place of {N1}."),
    ]
    assert [row["action"] for row in result.to_json()["changes"]] == ["change", "change"]
    assert office.held() == {ann: N1, bob: N0}
    assert (office.control.holder(N0), office.control.holder(N1)) == (bob, ann)
    assert {entry[1:] for entry in hands.verbs(N0)} == {(WHO, WHY, TICKET)}
    hands.left_alone()


def test_a_swap_that_can_not_be_is_refused_and_says_why(office: Office, hands: Hands) -> None:
    (ann,) = office.served(userPrincipalName=ANN)
    none = office.joiner(city="York", userPrincipalName="none@contoso.example")
    planned = office.joiner(
        city="York", licences=["SPE_E5", "MCOPSTN1"], userPrincipalName="planned@contoso.example"
    )
    found = office.joiner(city="York", userPrincipalName="found@contoso.example")
    office.control.add_number("+441235550100", "callingPlan", country="GB")
    office.control.assign_out_of_band(N2, found, type="directRouting")
    office.sync(full=True)
    hands.assign(planned, "+441235550100")
    assert office.number("+441235550100").state == State.ASSIGNED
    for pair, why in {
        (ann, ANN): f"{ANN} can't swap with themselves: name two people",
        (ann, none): "none@contoso.example has no number: assign one instead",
        (
            found,
            ann,
        ): f"{N2} of found@contoso.example was set in Teams directly: adopt it first",
        (
            ann,
            planned,
        ): f"+441235550100 is a Calling Plan number, and {ANN} has Phone System without a Calling Plan: "
        "change their numbers to ones that fit",
    }.items():
        assert refused(hands, hands.swap, *pair) == why
