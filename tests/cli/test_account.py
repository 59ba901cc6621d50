"""`numberline account`: the first account by one command, links, and roles."""

import json
import re

from django.test import Client

from numberline.audit.models import Entry
from tests import factories as make
from tests.portal.codes import is_signed_in, sign_in
from tests.support.command import Command

ANNA, BERT = "anna@example.org", "bert@example.org"
NEW = {"password": "a long new password", "again": "a long new password"}


def opened(address: str) -> Client:
    """A browser in which the link was used."""
    client = Client(headers={"host": "127.0.0.1:8480"})
    path = address.removeprefix("http://127.0.0.1:8480")
    assert client.post(path, NEW).status_code == 302
    return client


def test_the_first_account_is_made_by_one_command_whose_link_opens_the_portal(cli: Command) -> None:
    done = cli("account", "add", "Anna@example.org", "--owner")
    address, sentence = done.out.splitlines()
    assert done.code == 0
    assert re.fullmatch(r"It lets whoever opens it into anna@example\.org, once, until .* UTC\.", sentence)
    assert is_signed_in(opened(address))
    (listed,) = json.loads(cli("account", "list", "--json").out)["items"]
    assert listed["signed_in"] is not None
    assert listed | {"signed_in": None} == {
        "account": ANNA, "name": None, "owner": True, "active": True, "second_factor": False, "signed_in": None,
        "roles": {}, "invited": {},
    }  # fmt: skip
    again = cli("account", "add", ANNA)
    assert (again.code, again.out) == (1, "")
    assert again.err.startswith(
        "numberline: anna@example.org has an account already: numberline account link"
    )


def test_a_new_link_is_for_who_lost_the_password_and_ends_their_sessions(cli: Command) -> None:
    before = opened(cli("account", "add", ANNA, "--owner").out.split()[0])
    made = json.loads(cli("account", "link", ANNA, "--reset-factors", "--reason", "lost it", "--json").out)
    assert made["account"] == ANNA
    assert is_signed_in(opened(made["link"]))
    assert not is_signed_in(before)
    assert cli("account", "link", "nobody@example.org").err.startswith(
        "numberline: there is no account nobody@"
    )


def test_roles_are_given_and_taken_with_a_reason_in_the_tenants_trail(cli: Command) -> None:
    tenant = make.tenant("contoso")
    cli("account", "add", BERT)
    grant = ("account", "grant", BERT, "contoso", "range_manager", "--reason", "looks after London")
    assert cli(*grant).out == "bert@example.org is range_manager in contoso from now on.\n"
    assert cli(*grant).out == "bert@example.org is range_manager in contoso already.\n"
    assert cli("account", "grant", BERT, "contoso", "king", "--reason", "x").code == 1
    gone = cli("account", "revoke", BERT, "contoso", "--reason", "moved", "--ticket", "T-1")
    assert gone.out == "bert@example.org has no role in contoso any longer.\n"
    assert cli("account", "revoke", BERT, "contoso", "--reason", "moved").code == 1
    entries = Entry.objects.of(tenant.pk).order_by("seq")
    assert [(each.verb, each.code, each.reason, each.ticket) for each in entries] == [
        ("role", "given", "looks after London", ""),
        ("role", "taken_away", "moved", "T-1"),
    ]


def test_a_deactivated_account_can_not_sign_in_until_it_is_activated(cli: Command) -> None:
    cli("account", "add", "owner@example.org", "--owner")
    opened(cli("account", "add", BERT).out.split()[0])
    assert (
        cli("account", "deactivate", BERT, "--reason", "left").out
        == "bert@example.org can no longer sign in.\n"
    )
    assert sign_in(Client(), BERT, NEW["password"]).status_code == 200
    assert cli("account", "link", BERT).code == 1
    cli("account", "activate", BERT, "--reason", "back")
    assert sign_in(Client(), BERT, NEW["password"]).status_code == 302
    refused = cli("account", "deactivate", "owner@example.org", "--reason", "left")
    assert refused.err.startswith("numberline: owner@example.org is the last owner of the installation")
