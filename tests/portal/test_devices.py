"""A browser in which somebody signed in before is not kept out by what others try, and nobody gains guesses by it."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from numberline import clock
from numberline.accounts import manage
from numberline.accounts.models import Attempt, User
from numberline.audit.record import Cause
from tests.factories import NOW
from tests.portal.codes import code_of, is_signed_in, second_factor, set_up_app, sign_in
from tests.portal.pages import text
from tests.portal.people import PASSWORD, somebody

ANNA, BERT = "anna@example.org", "bert@example.org"
LOCKED = "Too many attempts"


@pytest.fixture
def anna(database: str) -> User:
    return somebody(ANNA)


def known(email: str = ANNA, client: Client | None = None) -> Client:
    """A browser in which somebody signed in, and out again."""
    client = client or Client()
    sign_in(client, email, PASSWORD)
    client.post(reverse("account_logout"))
    return client


def lock_out(times: int = 10, client: Client | None = None) -> None:
    for _ in range(times):
        sign_in(client or Client(), ANNA, "a guess")


def test_a_known_browser_comes_in_while_somebody_tries_passwords_elsewhere(anna: User) -> None:
    with clock.travel(NOW):
        hers = known()
        lock_out()
        assert LOCKED in text(sign_in(Client(), ANNA, PASSWORD))
        sign_in(hers, ANNA, PASSWORD)
        assert is_signed_in(hers)
        assert LOCKED in text(sign_in(Client(), ANNA, PASSWORD)), (
            "her coming in gives strangers no new guesses"
        )


def test_not_even_from_the_address_that_an_attack_comes_from(anna: User) -> None:
    with clock.travel(NOW):
        hers = known()
        for number in range(60):
            sign_in(Client(), f"a{number}@example.org", "a guess")
        sign_in(hers, ANNA, PASSWORD)
        assert is_signed_in(hers)


def test_a_known_browser_has_no_more_attempts_than_a_stranger_and_leaves_theirs_alone(anna: User) -> None:
    with clock.travel(NOW) as time:
        hers = known()
        lock_out(client=hers)
        assert LOCKED in text(sign_in(hers, ANNA, PASSWORD))
        stranger = Client()
        sign_in(stranger, ANNA, PASSWORD)
        assert is_signed_in(stranger)
        assert LOCKED in text(sign_in(hers, ANNA, PASSWORD))
        time.advance(timedelta(minutes=15))
        assert sign_in(hers, ANNA, PASSWORD).status_code == 302


def test_a_browser_is_known_to_the_accounts_that_were_signed_in_to_and_to_no_other(anna: User) -> None:
    for address in (BERT, *(f"a{number}@example.org" for number in range(4))):
        somebody(address)
    with clock.travel(NOW):
        shared = known(BERT, known())
        lock_out()
        assert sign_in(shared, ANNA, PASSWORD).status_code == 302, (
            "Bert's sign-in did not make it forget Anna"
        )
        berts = known(BERT)
        assert LOCKED in text(sign_in(berts, ANNA, PASSWORD))
        for number in range(4):
            known(f"a{number}@example.org", shared)
        assert sign_in(shared, ANNA, PASSWORD).status_code == 302
        shared.post(reverse("account_logout"))
        assert len(shared.cookies[settings.DEVICE_COOKIE_NAME].value.split("|")) == 5


def test_it_is_over_with_the_password_with_sign_out_everywhere_with_deactivating_and_after_half_a_year(
    anna: User,
) -> None:
    with clock.travel(NOW):
        hers, other = known(), known()
        sign_in(hers, ANNA, PASSWORD)
        new = {"oldpassword": PASSWORD, "password1": "quite another one", "password2": "quite another one"}
        hers.post(reverse("account_change_password"), new)
        lock_out()
        assert LOCKED in text(sign_in(other, ANNA, "quite another one"))
        hers.post(reverse("account_logout"))
        assert sign_in(hers, ANNA, "quite another one").status_code == 302, "where it was changed it is known"
        hers.post(reverse("account_sessions"), {"everywhere": "1"})
        assert LOCKED in text(sign_in(hers, ANNA, "quite another one"))
    Attempt.objects.all().delete()
    somebody("owner@example.org", owner=True)
    bert = somebody(BERT)
    with clock.travel(NOW) as time:
        his = known(BERT)
        time.advance(timedelta(days=179))
        assert sign_in(his, BERT, "a guess").status_code == 200
        assert Attempt.objects.filter(what="password: device").exists()
        Attempt.objects.all().delete()
        his.cookies.pop("session", None)
        time.advance(timedelta(days=1))
        assert sign_in(his, BERT, "a guess").status_code == 200
        assert not Attempt.objects.filter(what="password: device").exists(), "half a year is over"
        Attempt.objects.all().delete()
        his = known(BERT)
        for active in (False, True):
            manage.set_active(bert, active, NOW, Cause("cli:anna"))
        for _ in range(10):
            sign_in(Client(), BERT, "a guess")
        assert LOCKED in text(sign_in(his, BERT, PASSWORD))


@pytest.mark.parametrize("forged", ["x", "|", "a:b:c", "|".join("abcdefghij"), "\u00e9", "a" * 4000])
def test_a_cookie_that_somebody_made_up_is_a_strangers(anna: User, forged: str) -> None:
    with clock.travel(NOW):
        lock_out()
        client = Client()
        client.cookies[settings.DEVICE_COOKIE_NAME] = forged
        assert LOCKED in text(sign_in(client, ANNA, PASSWORD))


def test_another_accounts_mark_or_one_that_was_changed_does_not_count(anna: User) -> None:
    somebody(BERT)
    with clock.travel(NOW):
        mark = known(BERT).cookies[settings.DEVICE_COOKIE_NAME].value
        lock_out()
        for forged in (mark, "z" + mark[1:], mark[:-1] + ("A" if mark[-1] != "A" else "B")):
            client = Client()
            client.cookies[settings.DEVICE_COOKIE_NAME] = forged
            assert LOCKED in text(sign_in(client, ANNA, PASSWORD))


def test_who_has_the_password_but_no_second_factor_makes_no_browser_known(
    anna: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "SECOND_FACTOR_REQUIRED", True)
    hers = Client()
    sign_in(hers, ANNA, PASSWORD)
    secret = set_up_app(hers)
    hers.post(reverse("account_logout"))
    for _ in range(5):
        thief = Client()
        sign_in(thief, ANNA, PASSWORD)
        second_factor(thief, "000000")
        assert settings.DEVICE_COOKIE_NAME not in thief.cookies
    sign_in(thief, ANNA, PASSWORD)
    assert LOCKED in text(second_factor(thief, code_of(secret)))
    sign_in(hers, ANNA, PASSWORD)
    second_factor(hers, code_of(secret))
    assert is_signed_in(hers), "what the thief tried does not keep her out"


def test_the_cookie_is_for_this_server_alone_and_no_script_reads_it(anna: User) -> None:
    client = Client()
    sign_in(client, ANNA, PASSWORD)
    cookie = client.cookies[settings.DEVICE_COOKIE_NAME]
    assert cookie["httponly"]
    assert (cookie["samesite"], cookie["path"], cookie["domain"]) == ("Strict", "/", "")
    assert cookie["max-age"] == 180 * 86_400
    assert ANNA not in cookie.value
    client.get(reverse("account"))
    assert client.cookies[settings.DEVICE_COOKIE_NAME].value == cookie.value, "only signing in makes one"
