"""Two at the same moment: neither finds that the other one is still there, and in the end nobody is."""

import threading
from collections.abc import Callable

import pytest
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db import connection
from django.test import Client
from django.urls import reverse

from numberline import clock
from numberline.access import grants
from numberline.access.grants import Asker, GrantRefused
from numberline.access.roles import ADMINISTRATOR
from numberline.accounts import manage
from numberline.accounts.adapters import MAIN, MFAAdapter, has_second_factor
from numberline.accounts.manage import AccountRefused
from numberline.accounts.models import Grant, User
from numberline.audit.record import Cause
from tests import factories as make
from tests.portal.codes import set_up_app, sign_in
from tests.portal.people import PASSWORD, somebody

MEET = 0.7
"""Seconds that the first waits for the second to come as far: for ever, if one of them has to wait for the other."""


def at_once(
    monkeypatch: pytest.MonkeyPatch, where: object, looks: str, *verbs: Callable[[], object]
) -> list[object]:
    """Do both, each of which looks once whether it may: when one has looked, it waits for the other to look too.
    Gives what came of them, or the refusals."""
    both, real = threading.Barrier(len(verbs)), getattr(where, looks)
    came: list[object] = []

    def meets(*arguments: object) -> object:
        found = real(*arguments)
        try:
            both.wait(MEET)
        except threading.BrokenBarrierError:
            both.abort()
        return found

    def do(verb: Callable[[], object]) -> None:
        try:
            came.append(verb())
        except AccountRefused as error:
            came.append(error)
        finally:
            connection.close()

    monkeypatch.setattr(where, looks, meets)
    threads = [threading.Thread(target=do, args=(verb,)) for verb in verbs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(came) == len(verbs)
    return came


def test_two_tabs_cannot_take_the_last_two_second_factors_away(
    database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "SECOND_FACTOR_REQUIRED", True)
    anna, client = somebody("anna@example.org"), Client()
    sign_in(client, anna.email, PASSWORD)
    set_up_app(client)
    key = Authenticator.objects.create(user=anna, type=Authenticator.Type.WEBAUTHN, data={"name": "a key"})
    other = Client()
    other.cookies.load({name: each.value for name, each in client.cookies.items()})

    def one() -> object:
        return client.post(reverse("mfa_deactivate_totp")).status_code

    def two() -> object:
        return other.post(reverse("mfa_remove_webauthn", args=[key.pk])).status_code

    at_once(monkeypatch, MFAAdapter, "can_delete_authenticator", one, two)
    assert has_second_factor(anna)
    assert Authenticator.objects.filter(user=anna, type__in=MAIN).count() == 1


def test_two_owners_cannot_deactivate_each_other(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    owners = [somebody(f"{name}@example.org", owner=True) for name in ("anna", "bert")]
    verbs = [
        lambda who=who: manage.set_active(who, False, make.NOW, Cause("cli:carl"))  # type: ignore[misc]
        for who in owners
    ]
    came = at_once(monkeypatch, manage, "_refuse_the_last", *verbs)
    assert sorted(map(type, came), key=str) == sorted((bool, AccountRefused), key=str)
    assert User.objects.filter(owner=True, is_active=True).count() == 1


def test_two_administrators_cannot_both_be_the_last_to_go(
    database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    tenant = make.tenant()
    users = [somebody(f"{name}@example.org") for name in ("anna", "bert")]
    for each in users:
        grants.give(tenant, each, ADMINISTRATOR, grants.AT_TERMINAL, clock.now(), Cause("cli:carl"))
    verbs = [
        lambda who=who: grants.take_away(  # type: ignore[misc]
            tenant, grants.grant_of(tenant, who).pk, Asker(ADMINISTRATOR, who), clock.now(), Cause("x")
        )
        for who in users
    ]
    came = at_once(monkeypatch, grants, "_refuse_the_last", *verbs)
    assert [type(each) for each in came].count(GrantRefused) == 1
    assert Grant.objects.filter(where=tenant).count() == 1


def test_two_who_give_the_same_person_a_role_leave_one(
    database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    tenant, anna = make.tenant(), somebody("anna@example.org")
    verbs = [
        lambda: grants.give(tenant, anna, ADMINISTRATOR, grants.AT_TERMINAL, clock.now(), Cause("x"))
    ] * 2
    came = at_once(monkeypatch, grants, "_refuse_more_than_held", *verbs)
    assert sorted(map(str, came)) == ["False", "True"]
    assert Grant.objects.filter(where=tenant, user=anna).count() == 1
