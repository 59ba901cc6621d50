"""One's own account."""

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from django.urls import reverse

from numberline import clock
from numberline.access.roles import VIEWER
from numberline.accounts.models import User
from tests import factories as make
from tests.portal.codes import recovery_codes, set_up_app, sign_in
from tests.portal.people import PASSWORD, somebody, somebody_with

ANNA = "anna@example.org"


@pytest.fixture
def anna(database: str) -> Client:
    somebody(ANNA)
    client = Client()
    sign_in(client, ANNA, PASSWORD)
    return client


def test_the_page_shows_name_factors_codes_sessions_and_roles(database: str) -> None:
    somebody_with(VIEWER, make.tenant("contoso"))
    client = Client(headers={"user-agent": "Mozilla/5.0 (Windows NT 10.0) Gecko/20100101 Firefox/140.0"})
    sign_in(client, "viewer@example.org", PASSWORD)
    set_up_app(client)
    page = client.get(reverse("account")).content.decode()
    for text in (
        "viewer@example.org",
        "Authenticator app",
        "10 left",
        "signed in here alone",
        "contoso",
        "Viewer",
    ):
        assert text in page, text
    assert "Firefox on Windows" in client.get(reverse("account_sessions")).content.decode()


def test_a_name_is_kept_as_one_line_of_text(anna: Client) -> None:
    anna.post(reverse("account"), {"name": " Anna\r\n\0 <b>Albrecht</b> "})
    assert User.objects.get(email=ANNA).name == "Anna <b>Albrecht</b>"
    assert "<b>Albrecht" not in anna.get(reverse("account")).content.decode()
    assert anna.post(reverse("account"), {"name": "x" * 151}).status_code == 422


def test_new_recovery_codes_end_the_old_ones(anna: Client) -> None:
    set_up_app(anna)
    before = recovery_codes(anna)
    assert anna.post(reverse("mfa_generate_recovery_codes")).status_code == 302
    after = recovery_codes(anna)
    assert len(after) == 10
    assert not set(before) & set(after)
    download = anna.get(reverse("mfa_download_recovery_codes"))
    assert "attachment" in download["Content-Disposition"]
    assert download.content.decode().split()[-1] == after[-1]


def test_changing_how_one_signs_in_asks_who_it_is_when_signing_in_is_a_while_ago(anna: Client) -> None:
    set_up_app(anna)
    with clock.travel() as time:
        time.advance(make.HOUR)
        answer = anna.get(reverse("mfa_view_recovery_codes"))
        assert answer.status_code == 302
        assert answer["Location"].startswith(reverse("account_reauthenticate"))
        page = anna.post(answer["Location"], {"password": "not this one"}).content.decode()
        assert "This is not your password." in page
    answer = anna.post(answer["Location"], {"password": PASSWORD, "next": reverse("mfa_view_recovery_codes")})
    assert answer["Location"] == reverse("mfa_view_recovery_codes")


def test_a_passkey_of_somebody_else_can_be_neither_renamed_nor_removed(anna: Client) -> None:
    bert = somebody("bert@example.org")
    key = Authenticator.objects.create(user=bert, type="webauthn", data={"name": "Bert's"})
    for route in ("mfa_edit_webauthn", "mfa_remove_webauthn"):
        for pk in (key.pk, 999, 10**30):
            assert anna.post(reverse(route, args=[pk]), {"name": "mine"})["Location"] == reverse("account")
    assert Authenticator.objects.get(pk=key.pk).data == {"name": "Bert's"}


def test_with_the_app_gone_so_are_the_recovery_codes(anna: Client) -> None:
    set_up_app(anna)
    assert anna.post(reverse("mfa_deactivate_totp")).status_code == 302
    assert not Authenticator.objects.exists()
    assert anna.get(reverse("mfa_view_recovery_codes"))["Location"] == reverse("account")
