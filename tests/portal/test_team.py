"""The team page: who has which role, and what may be changed by whom."""

import re

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.html import escape

from numberline.access.roles import ADMINISTRATOR, OWNER, RANGE_MANAGER, VIEWER
from numberline.access.visit import role_in
from numberline.accounts.models import Grant, User
from numberline.audit.models import Entry
from numberline.tenants.models import Tenant
from tests import factories as make
from tests.portal.codes import is_signed_in, sign_in
from tests.portal.people import PASSWORD, signed_in, somebody, somebody_with

WHY = {"reason": "joins the team", "ticket": "T-1"}
NEW = {"password": "a long new password", "again": "a long new password"}


@pytest.fixture
def contoso(database: str) -> Tenant:
    return make.tenant("Contoso & Sons")


@pytest.fixture
def admin(contoso: Tenant) -> Client:
    return signed_in(somebody_with(ADMINISTRATOR, contoso))


def team(tenant: Tenant) -> str:
    return reverse("team", args=[tenant.name])


def invite(client: Client, tenant: Tenant, email: str, role: str = "viewer", **more: str) -> str:
    return client.post(team(tenant), {"email": email, "role": role, **WHY, **more}).content.decode()


def link_in(page: str) -> str:
    """The path of the link that a page shows."""
    found = re.search(r'id="made-link">http://127\.0\.0\.1:8480([^<]+)<', page)
    assert found is not None, page
    return found[1]


def test_somebody_is_invited_by_a_link_that_is_shown_once_and_has_their_role_when_they_open_it(
    admin: Client, contoso: Tenant
) -> None:
    path = link_in(invite(admin, contoso, "New@example.org", "range_manager"))
    page = admin.get(team(contoso)).content.decode()
    assert "new@example.org" in page
    assert "invited" in page
    assert path not in page
    browser = Client()
    assert "Contoso &amp; Sons as Range manager" in browser.get(path).content.decode()
    assert browser.post(path, NEW | {"name": "Nora"}).status_code == 302
    assert browser.get(reverse("overview", args=[contoso.name])).status_code == 200
    assert "Nora" in admin.get(team(contoso)).content.decode()
    entry = Entry.objects.of(contoso.pk).latest("seq")
    assert (entry.verb, entry.code, entry.actor) == ("role", "invited", "portal:administrator@example.org")
    assert (entry.reason, entry.ticket) == ("joins the team", "T-1")


def test_who_has_an_account_accepts_the_role_signed_in_to_it_and_nobody_else_can(
    admin: Client, contoso: Tenant
) -> None:
    bert, other = somebody("bert@example.org", name="Bert Brown"), signed_in(somebody("other@example.org"))
    path = link_in(invite(admin, contoso, "bert@example.org"))
    assert "Bert Brown" not in admin.get(team(contoso)).content.decode()
    browser = Client()
    assert "sign in to it to accept" in browser.get(path).content.decode()
    assert browser.post(path, NEW).status_code == 403
    assert other.post(path).status_code == 403
    assert "You are signed in as other@example.org" in other.get(path).content.decode()
    assert role_in(bert, contoso) is None
    sign_in(browser, "bert@example.org", PASSWORD)
    assert browser.post(path)["Location"] == reverse("overview", args=[contoso.name])
    assert role_in(bert, contoso) is VIEWER
    assert "Bert Brown" in admin.get(team(contoso)).content.decode()
    assert User.objects.get(pk=bert.pk).check_password(PASSWORD)


def test_the_answer_to_an_invitation_does_not_tell_whether_there_was_an_account(
    admin: Client, contoso: Tenant
) -> None:
    somebody("known@example.org", name="Known Elsewhere")
    pages = {}
    for email in ("known@example.org", "fresh@example.org"):
        page = invite(admin, contoso, email)
        Grant.objects.filter(user__email=email).delete()
        page = re.sub(r"/account/link/[\w-]+/|/team/\d+/|csrfmiddlewaretoken[^>]+|<time.*?</time>", "", page)
        pages[email] = page.replace(email, "somebody")
    first, second = pages.values()
    assert first == second


def test_no_reason_a_strange_role_and_a_strange_address_are_refused_and_change_nothing(
    admin: Client, contoso: Tenant
) -> None:
    for wrong, words in (
        ({"reason": " "}, "Say why"),
        ({"reason": "x" * 2001}, "say it shorter"),
        ({"ticket": "x" * 201}, "longer than 200"),
        ({"role": "owner"}, "There is no role &#x27;owner&#x27;"),
        ({"role": "<b>"}, "There is no role &#x27;&lt;b&gt;&#x27;"),
        ({"email": "<script>alert(1)</script>"}, "That is not a mail address"),
        ({"email": "a\0b@example.org"}, "That is not a mail address"),
        ({"email": "administrator@example.org"}, "has a role in Contoso &amp; Sons already"),
    ):
        page = admin.post(team(contoso), {"email": "n@example.org", "role": "viewer", **WHY, **wrong})
        assert page.status_code == 422, wrong
        assert words in page.content.decode(), wrong
        assert "<script>alert" not in page.content.decode()
    assert Grant.objects.filter(where=contoso).count() == 1
    assert not User.objects.filter(email="n@example.org").exists()


def test_a_role_is_changed_and_taken_away(admin: Client, contoso: Tenant) -> None:
    grant = somebody_with(VIEWER, contoso).grants.get()
    page = reverse("team_member", args=[contoso.name, grant.pk])
    assert "viewer@example.org" in admin.get(page).content.decode()
    assert admin.post(page, {"action": "change", "role": "range_manager"}).status_code == 422
    assert admin.post(page, {"action": "change", "role": "range_manager", **WHY}).status_code == 302
    assert role_in(grant.user, contoso) is RANGE_MANAGER
    assert admin.post(page, {"action": "link", **WHY}).status_code == 422
    assert admin.post(page, {"action": "take_away", **WHY})["Location"] == team(contoso)
    assert role_in(grant.user, contoso) is None
    assert admin.get(page).status_code == 404


def test_a_new_link_ends_the_one_before(admin: Client, contoso: Tenant) -> None:
    old = link_in(invite(admin, contoso, "new@example.org"))
    grant = Grant.objects.get(user__email="new@example.org")
    page = admin.post(reverse("team_member", args=[contoso.name, grant.pk]), {"action": "link", **WHY})
    new = link_in(page.content.decode())
    assert Client().get(old).status_code == 410
    assert Client().post(new, NEW).status_code == 302
    assert Client().post(new, NEW).status_code == 410


def test_the_last_administrator_is_told_why_they_stay(admin: Client, contoso: Tenant) -> None:
    own = Grant.objects.get(where=contoso)
    page = reverse("team_member", args=[contoso.name, own.pk])
    assert "This is your own role" in admin.get(page).content.decode()
    answer = admin.post(page, {"action": "take_away", **WHY})
    assert answer.status_code == 422
    assert "is the last administrator of Contoso &amp; Sons" in answer.content.decode()
    owner = signed_in(somebody_with(OWNER, contoso))
    assert owner.post(page, {"action": "take_away", **WHY}).status_code == 302
    assert admin.get(team(contoso)).status_code == 404


def test_an_account_that_was_never_used_can_not_be_signed_in_to(admin: Client, contoso: Tenant) -> None:
    invite(admin, contoso, "new@example.org")
    for password in ("", "!", PASSWORD):
        client = Client()
        sign_in(client, "new@example.org", password)
        assert not is_signed_in(client)


def test_the_menu_leads_to_the_team_for_those_who_may_see_it(admin: Client, contoso: Tenant) -> None:
    viewer = signed_in(somebody_with(VIEWER, contoso))
    here = reverse("overview", args=[contoso.name])
    link = f'href="{escape(team(contoso))}"'
    assert link in admin.get(here).content.decode()
    assert link not in viewer.get(here).content.decode()
