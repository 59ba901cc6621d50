"""The rule editor's answers: text and groups in step, suggestions, who matches."""

import json
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from numberline.access.roles import VIEWER
from numberline.core.attributes import ATTRIBUTES
from numberline.tenants.models import Tenant
from tests import factories as make
from tests.portal.people import signed_in, somebody_with
from tests.support.tasks import carry_out_waiting


@pytest.fixture
def tenant(database: str) -> Tenant:
    """Two people, and what the tenant has bought."""
    owner = make.tenant(
        skus=[
            {
                "skuId": make.oid("e5"),
                "skuPartNumber": "SPE_E5",
                "servicePlans": [{"servicePlanId": make.oid("mcoev"), "servicePlanName": "MCOEV"}],
            }
        ]
    )
    make.person(owner, "ann", city="London", officeLocation="Park Lane")
    make.person(owner, "bob", city="Leeds", officeLocation="1 Park Row")
    make.person(owner, "cid", city="London", officeLocation="Park Lane")
    return owner


@pytest.fixture
def viewer(tenant: Tenant) -> Client:
    return signed_in(somebody_with(VIEWER, tenant))


def convert(client: Client, given: Any) -> Any:
    body = given if isinstance(given, (str, bytes)) else json.dumps(given)
    return client.post(reverse("rule_convert", args=["contoso"]), body, content_type="application/json")


def test_text_becomes_groups_and_groups_become_the_same_text(viewer: Client) -> None:
    text = 'Office = "Park Lane" AND (City = "LONDON" OR NOT Department IN ("a", "b"))'
    told = convert(viewer, {"text": text}).json()
    assert told["plain"] == text
    assert told["entra"].startswith('(user.physicalDeliveryOfficeName -eq "Park Lane") -and')
    assert convert(viewer, {"form": told["form"]}).json() == told


def test_entras_spelling_stays_as_it_was_typed_and_is_shown_plain(viewer: Client) -> None:
    told = convert(viewer, {"text": '(user.city -eq "London")'}).json()
    assert (told["text"], told["plain"]) == ('(user.city -eq "London")', 'City = "London"')


def test_a_rule_that_entra_cannot_say_says_why(viewer: Client) -> None:
    told = convert(viewer, {"text": 'Sku = "SPE_E5"'}).json()
    assert "entra" not in told
    assert "ServicePlan" in told["entra_cannot"]


def test_no_text_is_no_rule(viewer: Client) -> None:
    assert convert(viewer, {"text": " "}).json()["form"] is None
    assert convert(viewer, {"form": None}).json()["text"] == ""


def test_an_error_comes_with_its_place(viewer: Client) -> None:
    error = convert(viewer, {"text": 'City = "London"\r\nOR City == "York"'}).json()["error"]
    assert (error["line"], error["column"], error["before"]) == (2, 9, "OR City ")
    assert error["offset"] == len('City = "London"\nOR City ')
    wrong = convert(viewer, {"form": {"kind": "group", "join": "all", "parts": [{"kind": "match"}]}}).json()
    assert wrong["form_error"]["path"] == [0]


@pytest.mark.parametrize(
    "body",
    ["", "[]", "nonsense", "[" * 5000, b"\xff\xfe", '"text"', "NaN", "1e999"],
    ids=["empty", "list", "words", "deep", "bytes", "string", "nan", "huge"],
)
def test_what_is_no_question_is_refused(viewer: Client, body: Any) -> None:
    assert convert(viewer, body).status_code == 400


@pytest.mark.parametrize(
    "given",
    [{"text": "x" * 30_000}, {"text": ["a"]}, {"text": "\ud800"}, {"text": "\x00"}, {"form": [[]]}, {"form": {"kind": []}}, {}],
    ids=["long", "list", "surrogate", "nul", "lists", "kind", "nothing"],
)  # fmt: skip
def test_hostile_rules_are_answered_in_words(viewer: Client, given: Any) -> None:
    answer = convert(viewer, given)
    assert answer.status_code == 200
    assert answer.json()


def test_a_builder_is_told_every_attribute_and_its_operators(viewer: Client) -> None:
    told = viewer.get(reverse("rule_convert", args=["contoso"])).json()["attributes"]
    assert [each["name"] for each in told] == [one.plain for one in ATTRIBUTES]
    assert next(each for each in told if each["name"] == "Synced")["operators"] == [
        "=",
        "!=",
        "IS EMPTY",
        "IS NOT EMPTY",
    ]


def test_values_are_those_that_people_have_the_most_frequent_first(viewer: Client) -> None:
    def values(attribute: str, words: str = "") -> list[tuple[str, int]]:
        answer = viewer.get(reverse("rule_values", args=["contoso"]), {"attribute": attribute, "q": words})
        return [(each["value"], each["count"]) for each in answer.json()["values"]]

    assert values("City") == [("London", 2), ("Leeds", 1)]
    assert values("user.physicalDeliveryOfficeName", "PARK") == [("Park Lane", 2), ("1 Park Row", 1)]
    assert values("Sku") == [("SPE_E5", 0)]
    assert values("ServicePlan", "mco") == [("MCOEV", 0)]
    assert values("AccountEnabled") == []
    wrong = viewer.get(reverse("rule_values", args=["contoso"]), {"attribute": "Town"})
    assert wrong.status_code == 400


def answer(client: Client, **given: str) -> str:
    page = client.get(reverse("rule_answer", args=["contoso"]), given)
    assert page.status_code == 200
    return page.content.decode()


def test_the_answer_for_a_ranges_own_rule_needs_nothing_but_its_name(tenant: Tenant, viewer: Client) -> None:
    make.range_(tenant, "London")
    make.range_(tenant, "Everybody", rule="EVERYONE", priority=1)
    page = answer(viewer, range="London")
    for words in (
        "<b>2</b> people match",
        "2 of them may draw",
        "Everybody",
        "asked before this one",
        "Ann",
        "Cid",
    ):
        assert words in page, words
    assert "Bob" not in page
    assert "not before" not in page


def test_people_who_match_are_searched_by_name(viewer: Client) -> None:
    page = answer(viewer, rule="EVERYONE", who="bob")
    assert "<b>3</b> people match" in page
    assert "Bob" in page
    assert "Ann<" not in page


def test_a_range_of_another_tenant_is_not_answered_for(tenant: Tenant, viewer: Client) -> None:
    make.range_(make.tenant("fabrikam"), "Berlin")
    assert viewer.get(reverse("rule_answer", args=["contoso"]), {"range": "Berlin"}).status_code == 404


def test_a_broken_rule_and_nonsense_beside_it_are_answered_in_words(viewer: Client) -> None:
    page = viewer.post(
        reverse("rule_answer", args=["contoso"]),
        {"rule": 'City = "<b>', "type": "x", "priority": "9" * 40, "who": "\x07" * 999},
    )
    assert page.status_code == 422
    assert "&lt;b&gt;" in page.content.decode()
    right = viewer.post(
        reverse("rule_answer", args=["contoso"]),
        {"rule": "EVERYONE", "type": "x", "priority": "٣", "who": "'"},
    )
    assert right.status_code == 200


def test_everybody_is_asked_about_a_rule_in_the_background(
    tenant: Tenant, viewer: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("numberline.portal.rule_editor.SECONDS", 0)
    monkeypatch.setattr("numberline.directory.scan._CHUNK", 1)
    make.range_(tenant, "London", rule='City = "Leeds"')
    asked = {"rule": 'City = "London"', "range": "London", "who": "cid", "type": "direct_routing"}
    quick = viewer.post(reverse("rule_answer", args=["contoso"]), asked).content.decode()
    assert "among the first 1 of 3 people" in quick
    assert "Count everybody" in quick

    there = viewer.post(reverse("rule_answer", args=["contoso"]), {**asked, "everybody": "1"})
    page = viewer.get(there.headers["Location"]).content.decode()
    assert 'hx-trigger="every 1s"' in page
    (task,) = carry_out_waiting(tenant)
    assert task.sentence == "2 of 3 people match."
    page = viewer.get(there.headers["Location"]).content.decode()
    assert 'hx-trigger="every 1s"' not in page
    assert "<b>2</b> people match; 2 of them may draw" in page
    assert "Match now and not before: 2" in page
    assert "Matched before and not now: 1" in page
    assert reverse("person", args=["contoso", make.oid("cid")]) in page


def test_a_rule_with_an_error_is_not_asked_in_the_background(tenant: Tenant, viewer: Client) -> None:
    answer = viewer.post(reverse("rule_answer", args=["contoso"]), {"rule": "City =", "everybody": "1"})
    assert answer.status_code == 422
    assert carry_out_waiting(tenant) == []
