"""When a tenant's next pass is due."""

from numberline.jobs.turn import LONGEST_PAUSE, Turn


def test_a_pass_begins_by_the_schedule_counted_from_the_last_begin() -> None:
    turn = Turn(due=0.0)
    turn.begin(100.0)
    turn.succeed(130.0, every=60.0)
    assert (turn.running, turn.due) == (False, 160.0)


def test_a_pass_that_took_longer_than_its_schedule_is_followed_at_once() -> None:
    turn = Turn(due=0.0)
    turn.begin(100.0)
    turn.succeed(400.0, every=60.0)
    assert turn.due == 400.0


def test_failures_in_a_row_wait_twice_as_long_each_time_and_at_most_an_hour() -> None:
    turn = Turn(due=0.0)
    assert [turn.fail(0.0, every=60.0) for _ in range(9)] == [60, 120, 240, 480, 960, 1920, 3600, 3600, 3600]
    assert turn.due == LONGEST_PAUSE


def test_what_microsoft_asks_to_wait_is_waited_even_if_it_is_longer() -> None:
    assert Turn(due=0.0).fail(0.0, every=60.0, after=7200.0) == 7200.0


def test_a_success_forgets_the_failures_before_it() -> None:
    turn = Turn(due=0.0)
    for _ in range(5):
        turn.fail(0.0, every=60.0)
    turn.succeed(10.0, every=60.0)
    assert turn.fail(20.0, every=60.0) == 60.0


def test_while_microsoft_is_down_a_pass_is_put_off_and_nothing_is_counted_against_the_tenant() -> None:
    turn = Turn(due=0.0)
    turn.begin(0.0)
    assert turn.put_off(10.0, after=15.0) == 15.0
    assert (turn.due, turn.failures, turn.running) == (25.0, 0, False)
