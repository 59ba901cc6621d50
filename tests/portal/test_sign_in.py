"""Signing in: password, second factor, recovery codes, lock-out, and how sessions end."""

import re
import time as system
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.test import Client
from django.urls import reverse

from numberline import clock, environment
from numberline.accounts import manage
from numberline.accounts.models import User
from numberline.audit.record import Cause
from tests.factories import NOW
from tests.portal.codes import code_of, is_signed_in, recovery_codes, second_factor, set_up_app, sign_in
from tests.portal.people import PASSWORD, somebody

ANNA = "anna@example.org"


@pytest.fixture
def anna(database: str) -> User:
    return somebody(ANNA)


@pytest.fixture
def required(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "SECOND_FACTOR_REQUIRED", True)


@pytest.fixture
def times(monkeypatch: pytest.MonkeyPatch) -> None:
    """Sessions as they end by default."""
    idle, lasts = environment.session_times({})
    monkeypatch.setattr(settings, "SESSION_IDLE", idle)
    monkeypatch.setattr(settings, "SESSION_LASTS", lasts)


def words(answer: object) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())  # type: ignore[attr-defined]


def test_mail_address_and_password_open_the_portal_and_lead_where_one_wanted_to_go(anna: User) -> None:
    client = Client()
    wanted = client.get(reverse("account_sessions"))
    assert wanted.status_code == 302
    answer = client.post(
        wanted["Location"],
        {"login": "ANNA@example.org ", "password": PASSWORD, "next": reverse("account_sessions")},
    )
    assert (answer.status_code, answer["Location"]) == (302, reverse("account_sessions"))
    assert is_signed_in(client)


def test_who_has_no_second_factor_sets_one_up_before_anything_else(anna: User, required: None) -> None:
    client = Client()
    sign_in(client, ANNA, PASSWORD)
    for route in (
        "home",
        "account",
        "account_sessions",
        "account_change_password",
        "mfa_view_recovery_codes",
    ):
        assert client.get(reverse(route))["Location"] == reverse("mfa_index"), route
    assert "Set up a second factor" in words(client.get(reverse("mfa_index")))
    set_up_app(client)
    assert client.get(reverse("account")).status_code == 200
    assert len(recovery_codes(client)) == 10


def test_the_second_factor_is_asked_for_and_a_code_opens_once(anna: User, required: None) -> None:
    first = Client()
    sign_in(first, ANNA, PASSWORD)
    secret = set_up_app(first)
    second = Client()
    assert sign_in(second, ANNA, PASSWORD)["Location"] == reverse("mfa_authenticate")
    assert not is_signed_in(second)
    assert "This code is not right" in words(second_factor(second, "000000"))
    assert second_factor(second, code_of(secret))["Location"] == reverse("home")
    assert is_signed_in(second)
    third = Client()
    sign_in(third, ANNA, PASSWORD)
    assert "used already" in words(second_factor(third, code_of(secret)))
    assert not is_signed_in(third)


def test_a_recovery_code_stands_in_for_the_second_factor_once(anna: User, required: None) -> None:
    first = Client()
    sign_in(first, ANNA, PASSWORD)
    set_up_app(first)
    code = recovery_codes(first)[3]
    for opens in (True, False):
        client = Client()
        sign_in(client, ANNA, PASSWORD)
        second_factor(client, code)
        assert is_signed_in(client) is opens
    assert code not in recovery_codes(first)


def test_the_secret_of_an_app_and_the_seed_of_recovery_codes_are_encrypted_in_the_database(
    anna: User,
) -> None:
    from allauth.mfa.models import Authenticator

    client = Client()
    sign_in(client, ANNA, PASSWORD)
    secret = set_up_app(client)
    kept = str(list(Authenticator.objects.values_list("data", flat=True)))
    assert secret not in kept
    assert kept.count("gAAAA") == 2


def test_the_only_second_factor_cannot_be_taken_away_where_one_is_required(
    anna: User, required: None
) -> None:
    client = Client()
    sign_in(client, ANNA, PASSWORD)
    set_up_app(client)
    assert "set up another first" in words(client.post(reverse("mfa_deactivate_totp")))
    assert client.get(reverse("mfa_deactivate_totp")).status_code == 200
    assert "Take it away" in words(client.get(reverse("account")))


@pytest.mark.parametrize("case", ["wrong password", "no such account", "deactivated", "no password yet"])
def test_a_refusal_says_the_same_whatever_is_wrong_and_takes_the_same_work(
    anna: User, case: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    work: list[str] = []
    for name in ("encode", "verify"):
        real = getattr(Argon2PasswordHasher, name)

        def counted(*arguments: Any, _name: str = name, _real: Callable[..., Any] = real) -> Any:
            work.append(_name)
            return _real(*arguments)

        monkeypatch.setattr(Argon2PasswordHasher, name, counted)
    email, password = ANNA, PASSWORD
    if case == "wrong password":
        password = "something else entirely"
    elif case == "no such account":
        email = "nobody@example.org"
    elif case == "deactivated":
        manage.add("owner@example.org", NOW, Cause("x"), owner=True)
        manage.set_active(anna, False, NOW, Cause("x"))
    else:
        email = manage.add("new@example.org", NOW, Cause("x")).email
    answer = sign_in(Client(), email, password)
    assert answer.status_code == 200
    assert "This address and password don&#x27;t belong together" in answer.content.decode()
    assert "Location" not in answer
    assert len(work) == 1


def test_ten_wrong_passwords_lock_the_account_for_a_while_for_the_right_one_too(anna: User) -> None:
    with clock.travel(NOW) as time:
        for _ in range(10):
            sign_in(Client(), ANNA, "wrong password number n")
        answer = sign_in(Client(), ANNA, PASSWORD)
        assert "Too many attempts. Try again in 15 minutes." in words(answer)
        time.advance(timedelta(minutes=15))
        assert sign_in(Client(), ANNA, PASSWORD).status_code == 302


def test_codes_cannot_be_guessed_not_even_with_new_sessions(anna: User) -> None:
    first = Client()
    sign_in(first, ANNA, PASSWORD)
    secret = set_up_app(first)
    for _ in range(5):
        client = Client()
        sign_in(client, ANNA, PASSWORD)
        second_factor(client, "000000")
    client = Client()
    sign_in(client, ANNA, PASSWORD)
    assert "Too many attempts" in words(second_factor(client, code_of(secret)))
    assert not is_signed_in(client)


def test_links_cannot_be_found_by_trying(database: str) -> None:
    client = Client()
    with clock.travel(NOW):
        for number in range(20):
            assert client.get(reverse("account_link", args=[f"guess{number}"])).status_code == 410
        answer = client.get(reverse("account_link", args=["another"]))
    assert answer.status_code == 429
    assert "Try again in 15 minutes" in words(answer)


def test_a_session_ends_when_it_is_not_used_and_some_hours_after_signing_in_in_any_case(
    anna: User, times: None
) -> None:
    start = datetime.fromtimestamp(system.time(), UTC)
    with clock.travel(start) as time:
        client = Client()
        sign_in(client, ANNA, PASSWORD)
        time.advance(timedelta(minutes=59))
        assert is_signed_in(client)
        time.advance(timedelta(hours=1))
        page = client.get(reverse("account"), follow=True)
        assert "You were signed out after 1h without use." in words(page)
        sign_in(client, ANNA, PASSWORD)
        for _ in range(23):
            time.advance(timedelta(minutes=31))
            assert is_signed_in(client)
        time.advance(timedelta(minutes=31))
        assert "a session ends after 12h" in words(client.get(reverse("account"), follow=True))


def test_a_page_that_asks_by_itself_does_not_keep_the_session_alive(anna: User, times: None) -> None:
    with clock.travel() as time:
        client = Client()
        sign_in(client, ANNA, PASSWORD)
        assert is_signed_in(client)
        for _ in range(12):
            time.advance(timedelta(minutes=5))
            client.get(reverse("account"), headers={"x-poll": "1"})
        assert not is_signed_in(client)


def test_sign_out_everywhere_ends_every_session(anna: User) -> None:
    browsers = [Client(), Client(), Client()]
    for each in browsers:
        sign_in(each, ANNA, PASSWORD)
        assert is_signed_in(each)
    assert words(browsers[0].get(reverse("account_sessions"))).count("End it") == 3
    browsers[0].post(reverse("account_sessions"), {"everywhere": "1"})
    assert [is_signed_in(each) for each in browsers] == [False, False, False]


def test_one_session_can_be_ended_and_none_of_somebody_else(anna: User) -> None:
    from allauth.usersessions.models import UserSession

    somebody("bert@example.org")
    here, there, bert = Client(), Client(), Client()
    for each, email in ((here, ANNA), (there, ANNA), (bert, "bert@example.org")):
        sign_in(each, email, PASSWORD)
    keys = {str(each.session["_auth_user_id"]) + each.session.session_key: each for each in (there, bert)}
    for each in keys.values():
        row = UserSession.objects.get(session_key=each.session.session_key)
        here.post(reverse("account_sessions"), {"session": str(row.pk)})
    assert (is_signed_in(here), is_signed_in(there), is_signed_in(bert)) == (True, False, True)
    for hostile in ("", "0", "x", "9" * 30, "1;drop"):
        assert here.post(reverse("account_sessions"), {"session": hostile}).status_code == 302


def test_a_new_password_ends_every_other_session(anna: User) -> None:
    here, there = Client(), Client()
    for each in (here, there):
        sign_in(each, ANNA, PASSWORD)
    new = "quite another password"
    form = {"oldpassword": "not this one", "password1": new, "password2": new}
    assert "This is not your password." in words(here.post(reverse("account_change_password"), form))
    here.post(reverse("account_change_password"), form | {"oldpassword": PASSWORD})
    assert (is_signed_in(here), is_signed_in(there)) == (True, False)
    assert sign_in(Client(), ANNA, new).status_code == 302


def test_deactivating_an_account_ends_its_sessions_and_they_do_not_come_back_with_it(anna: User) -> None:
    client = Client()
    sign_in(client, ANNA, PASSWORD)
    manage.set_active(anna, False, NOW, Cause("x"))
    assert not is_signed_in(client)
    manage.set_active(anna, True, NOW, Cause("x"))
    assert not is_signed_in(client)


def test_a_session_gets_a_new_key_when_somebody_signs_in(anna: User) -> None:
    client = Client()
    client.get(reverse("account_sessions"))
    sign_in(client, ANNA, "wrong password")
    session = client.session
    session["planted"] = True
    session.save()
    before = session.session_key
    client.cookies["session"] = before
    sign_in(client, ANNA, PASSWORD)
    assert is_signed_in(client)
    assert client.session.session_key != before
    thief = Client()
    thief.cookies["session"] = before
    assert not is_signed_in(thief)


def test_a_part_of_a_page_that_finds_the_session_over_leaves_the_page(anna: User) -> None:
    answer = Client().get(
        reverse("account"), headers={"hx-request": "true", "hx-current-url": "http://testserver/account/?x=1"}
    )
    assert answer.status_code == 200
    assert answer["HX-Redirect"] == f"{reverse('account_login')}?next=/account/%3Fx%3D1"


def test_the_page_says_so_where_no_second_factor_is_asked_for(
    database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = []
    for required in (False, True):
        monkeypatch.setattr(settings, "SECOND_FACTOR_REQUIRED", required)
        said.append(
            "In production one is required" in Client().get(reverse("account_login")).content.decode()
        )
    assert said == [True, False]
