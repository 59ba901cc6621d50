"""Limits on attempts: for an account and for an address, across processes, and always with an end."""

from datetime import timedelta

import pytest

from numberline import clock
from numberline.accounts import attempts
from numberline.accounts.attempts import LINK, PASSWORD, SECOND_FACTOR, TooManyAttempts
from numberline.accounts.models import Attempt
from tests.factories import NOW

ANNA, HOME = "anna@example.org", "192.0.2.7"


def fail(times: int, kind: str = PASSWORD, account: str = ANNA, address: str = HOME) -> None:
    for _ in range(times):
        attempts.count(kind, account=account, address=address)


def test_after_ten_wrong_passwords_an_account_waits_a_quarter_of_an_hour(database: str) -> None:
    with clock.travel(NOW) as time:
        fail(10)
        with pytest.raises(TooManyAttempts, match="Try again in 15 minutes"):
            fail(1, address="198.51.100.1")
        time.advance(timedelta(minutes=14, seconds=59))
        with pytest.raises(TooManyAttempts, match="Try again in 1 second"):
            fail(1)
        time.advance(timedelta(seconds=1))
        fail(1)


def test_going_on_while_locked_out_does_not_make_it_longer(database: str) -> None:
    with clock.travel(NOW) as time:
        fail(10)
        for _ in range(20):
            time.advance(timedelta(seconds=44))
            with pytest.raises(TooManyAttempts):
                fail(1)
        time.advance(timedelta(seconds=20))
        fail(1)


def test_one_address_cannot_try_all_accounts_and_its_office_comes_in_again_after_a_while(
    database: str,
) -> None:
    with clock.travel(NOW) as time:
        for number in range(60):
            fail(1, account=f"a{number}@example.org")
        with pytest.raises(TooManyAttempts):
            fail(1, account="another@example.org")
        fail(1, account="another@example.org", address="198.51.100.1")
        time.advance(timedelta(minutes=15))
        fail(1, account="another@example.org")


def test_who_got_in_begins_anew_but_their_address_does_not(database: str) -> None:
    with clock.travel(NOW):
        fail(9)
        attempts.count(PASSWORD, account=ANNA, address=HOME).succeeded()
        fail(10, address="")
        assert Attempt.objects.filter(what="password: address").count() == 9


def test_the_addresses_of_one_ipv6_network_count_as_one(database: str) -> None:
    for number in range(20):
        fail(1, LINK, address=f"2001:db8::{number:x}")
    with pytest.raises(TooManyAttempts):
        fail(1, LINK, address="2001:db8::ffff:1")
    fail(1, LINK, address="2001:db8:0:1::1")


def test_codes_are_limited_by_the_day_as_well(database: str) -> None:
    with clock.travel(NOW) as time:
        for _ in range(6):
            fail(5, SECOND_FACTOR)
            time.advance(timedelta(minutes=16))
        with pytest.raises(TooManyAttempts, match="hours"):
            fail(1, SECOND_FACTOR)


def test_a_code_opens_once(database: str) -> None:
    assert attempts.once("totp 1 123456")
    assert not attempts.once("totp 1 123456")
    assert attempts.once("totp 2 123456")


def test_what_was_tried_is_not_written_down_in_clear(database: str) -> None:
    fail(1, account="my secret password, typed into the wrong field")
    assert "secret" not in str(list(Attempt.objects.values_list("what", "key")))


def test_old_attempts_are_removed(database: str) -> None:
    with clock.travel(NOW) as time:
        fail(1)
        attempts.forget_old(time.advance(timedelta(days=2)))
    assert not Attempt.objects.exists()
