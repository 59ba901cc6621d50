"""A run that is told to end: nothing more is sent, what was sent is followed a little, the rest is the next run's."""

from numberline.assignments.engine import LAST_SECONDS
from numberline.assignments.flight import Ending, Flight
from numberline.assignments.intend import Intent
from numberline.assignments.stopsign import StopSign
from numberline.core.states import State
from tests import factories as make
from tests.assignments.office import Office


def crowd(office: Office, count: int) -> list[Intent]:
    """People who each want a number of their own."""
    names = [f"joiner{index}" for index in range(count)]
    texts = [f"+44207946{index:04}" for index in range(count)]
    for name in names:
        office.joiner(name)
    office.stock(*texts)
    return [office.intent(name, text) for name, text in zip(names, texts, strict=True)]


def test_a_run_that_was_told_to_end_before_it_began_sends_nothing(office: Office) -> None:
    stop = StopSign()
    stop.ask()
    carried = office.carry(*crowd(office, 3), stop=stop)
    assert (carried.flights, carried.stopped) == ([], None)
    assert office.teams.asked == []
    assert office.number("+442079460000").state == State.AVAILABLE


def test_what_was_sent_is_finished_and_what_was_not_is_taken_back(office: Office) -> None:
    stop = StopSign()
    intents = crowd(office, 200)

    def assign(*arguments: str) -> str:
        stop.ask()
        return office.teams._assign_number(*arguments)  # type: ignore[arg-type]

    office.teams.script("assign_number", assign)
    carried = office.carry(*intents, stop=stop)

    sent = {number for number, *_ in office.teams.sent()}
    assert 0 < len(sent) <= 32  # those that were on their way at that moment
    endings = {flight.number: flight.ending for flight in carried.flights}
    assert {number for number, ending in endings.items() if ending is Ending.ASSIGNED} == sent
    assert {ending for number, ending in endings.items() if number not in sent} == {Ending.LEFT}
    for intent in intents:
        state = State.ASSIGNED if intent.number in sent else State.AVAILABLE
        assert office.number(intent.number).state == state
    assert office.resume() == []
    assert not stop.assigning


def test_what_teams_does_not_show_in_time_is_left_to_the_next_run(office: Office) -> None:
    stop = StopSign()
    office.joiner()
    office.stock(make.N1)
    office.teams.hidden.add(make.N1)

    def operation(link: str) -> object:
        stop.ask()
        return office.teams._operation(link)

    office.teams.script("operation", operation)
    (flight,) = office.carry(office.intent(), stop=stop).flights

    assert flight.ending is Ending.IN_DOUBT
    assert (
        office.now - make.NOW
    ).total_seconds() <= LAST_SECONDS + 3  # and the time until the sign was shown
    assert office.number().state == State.ASSIGNING
    office.teams.hidden.clear()
    assert office.resume() == [Ending.ASSIGNED]


def test_a_request_without_an_answer_is_not_repeated_by_a_run_that_is_to_end(office: Office) -> None:
    stop = StopSign()
    office.joiner()
    office.stock(make.N1)
    flight = recovered_without_an_answer(office)
    stop.ask()
    carried = office.carry(recovered=[flight], stop=stop)
    assert [flight.ending for flight in carried.flights] == [Ending.IN_DOUBT]
    assert office.teams.sent() == []
    assert office.change().open


def recovered_without_an_answer(office: Office) -> Flight:
    """What a process leaves that was killed right after sending."""
    from numberline.assignments.intend import mark_sending
    from numberline.assignments.recover import recover

    mark_sending(office.claim(), office.now)
    (flight,) = recover(office.tenant.pk, office.now)
    return flight
