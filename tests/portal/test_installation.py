"""The owners' pages: every account of the installation."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from numberline.access.roles import ADMINISTRATOR, OWNER
from numberline.accounts.models import User
from numberline.tenants.models import Tenant
from tests import factories as make
from tests.factories import NOW
from tests.portal.codes import is_signed_in
from tests.portal.people import signed_in, somebody, somebody_with

WHY = {"reason": "a test"}


@pytest.fixture
def contoso(database: str) -> Tenant:
    return make.tenant("contoso")


@pytest.fixture
def owner(contoso: Tenant) -> Client:
    return signed_in(somebody_with(OWNER, contoso))


def act(client: Client, user: User, action: str, **more: str) -> tuple[int, str]:
    answer = client.post(reverse("account_of", args=[user.pk]), {"action": action, **WHY, **more})
    return answer.status_code, answer.content.decode()


def test_an_owner_makes_an_account_and_hands_over_its_link(owner: Client) -> None:
    page = owner.post(reverse("accounts"), {"email": "new@example.org", **WHY}).content.decode()
    found = re.search(r'id="made-link">http://127\.0\.0\.1:8480([^<]+)<', page)
    assert found is not None
    assert Client().get(found[1]).status_code == 200
    again = owner.post(reverse("accounts"), {"email": "new@example.org", **WHY})
    assert (again.status_code, "has an account already" in again.content.decode()) == (422, True)
    assert owner.post(reverse("accounts"), {"email": "more@example.org"}).status_code == 422


def test_accounts_are_deactivated_and_made_owners_and_the_last_owner_stays(owner: Client) -> None:
    bert = somebody("bert@example.org")
    browser = signed_in(bert)
    assert act(owner, bert, "deactivate")[0] == 302
    assert not is_signed_in(browser)
    status, page = act(owner, bert, "link")
    assert (status, "let them sign in again first" in page) == (422, True)
    assert act(owner, bert, "activate")[0] == 302
    me = User.objects.get(email="owner@example.org")
    status, page = act(owner, me, "end_owner")
    assert (status, "is the last owner of the installation" in page) == (422, True)
    assert act(owner, bert, "make_owner")[0] == 302
    assert act(owner, me, "end_owner")[0] == 302
    assert owner.get(reverse("accounts")).status_code == 403
    bert.refresh_from_db()
    assert act(signed_in(bert), me, "nonsense")[0] == 422


def test_a_link_for_a_lost_second_factor_takes_all_of_them_away_when_it_is_used(owner: Client) -> None:
    from allauth.mfa.models import Authenticator

    bert = somebody("bert@example.org")
    Authenticator.objects.create(user=bert, type="totp", data={"secret": "x"}, created_at=NOW)
    _, page = act(owner, bert, "link", reset_factors="1")
    found = re.search(r'id="made-link">http://127\.0\.0\.1:8480([^<]+)<', page)
    assert found is not None
    assert Authenticator.objects.filter(user=bert).exists()
    browser = Client()
    form = {"password": "a long new password", "again": "a long new password"}
    assert browser.post(found[1], form)["Location"] == reverse("home")
    assert not Authenticator.objects.filter(user=bert).exists()
    assert is_signed_in(browser)


def test_the_list_is_paged_by_address_and_searched(owner: Client) -> None:
    User.objects.bulk_create(User(email=f"a{n:03}@example.org", created_at=NOW) for n in range(150))
    first = owner.get(reverse("accounts")).content.decode()
    assert first.count("@example.org</a>") == 100
    after = re.search(r'href="(\?q=&amp;after=[^"]+)"', first)
    assert after is not None
    second = owner.get(reverse("accounts") + after[1].replace("&amp;", "&")).content.decode()
    assert second.count("@example.org</a>") == 51
    assert owner.get(reverse("accounts"), {"q": "A04"}).content.decode().count("@example.org</a>") == 10
    for hostile in ("%", "'", "x" * 5000, "\ud83d\ude00".encode("utf-16", "surrogatepass").decode("utf-16")):
        assert owner.get(reverse("accounts"), {"q": hostile, "after": hostile}).status_code == 200


def test_nobody_but_owners_sees_the_accounts(contoso: Tenant) -> None:
    client = signed_in(somebody_with(ADMINISTRATOR, contoso))
    assert client.get(reverse("accounts")).status_code == 403
    assert client.get(reverse("account_of", args=[1])).status_code == 403
    assert b"Accounts" not in client.get(reverse("account")).content
