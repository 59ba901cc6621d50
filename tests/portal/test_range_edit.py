"""Making, changing and removing a range in the portal: what a configuration file would do, seen before it is written."""

import re
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from numberline.access.roles import RANGE_MANAGER
from numberline.audit.models import Entry
from numberline.audit.record import Cause
from numberline.inventory.config_apply import apply
from numberline.inventory.config_export import export
from numberline.inventory.models import Number, Range
from numberline.planning.decide import decide
from numberline.tenants.models import Tenant
from tests import factories as make
from tests.portal.people import signed_in, somebody_with

FILE = """
tenant: contoso
ranges:
  - {name: London, type: direct_routing, numbers: ["+442079460000-+442079460009"], rule: 'City = "London"', quarantine: 30d,
     reserve: ["+442079460000"], policies: {TenantDialPlan: UK, CallingPolicy: null}}
  - {name: Leeds, type: direct_routing, numbers: ["+441632960000-+441632960004"], priority: 20}
"""


@pytest.fixture
def tenant(database: str) -> Tenant:
    """A tenant with two ranges, and Ann in London."""
    owner = make.tenant()
    apply(FILE, cause=Cause("cli:anna", "start"), at=make.NOW)
    make.person(owner, "ann")
    return owner


@pytest.fixture
def manager(tenant: Tenant) -> Client:
    return signed_in(somebody_with(RANGE_MANAGER, tenant))


def address(route: str = "range_edit", name: str = "London") -> str:
    return reverse(route, args=["contoso"] if route == "range_new" else ["contoso", name])


def filled(answer: HttpResponse) -> dict[str, str]:
    """What a browser would send of the form of a range that it shows, if nobody touched it."""
    context: Any = answer.context  # type: ignore[attr-defined]  # the test client's
    form = context["form"]
    sent = {key: value for key, value in form.fields.items() if isinstance(value, str)}
    sent |= {key: "on" for key, value in form.fields.items() if value is True}
    page = answer.content.decode()
    for name in ("seen", "mark"):
        found = re.search(f'name="{name}" value="([^"]*)"', page)
        sent |= {name: found[1]} if found else {}
    return sent


def preview(client: Client, route: str = "range_edit", **changes: str) -> Any:
    sent = {**filled(client.get(address(route))), **changes, "do": "preview"}
    return client.post(address(route), {key: value for key, value in sent.items() if value != "OFF"})


def text_of(answer: Any) -> str:
    """What a page says, without its markup."""
    return " ".join(re.sub(r"<[^>]*>", " ", answer.content.decode()).split())


def save(client: Client, shown: Any, **changes: str) -> Any:
    sent = {"reason": "new floor", "ticket": "T-1", **filled(shown), **changes, "do": "save"}
    return client.post(shown.request["PATH_INFO"], sent)


def test_a_change_is_shown_then_written_with_its_reason(tenant: Tenant, manager: Client) -> None:
    shown = preview(manager, priority="7", numbers="+442079460000-+442079460011", enabled="OFF")
    page = shown.content.decode()
    assert shown.status_code == 200
    assert {row[0] for row in shown.context["differences"]} == {"numbers", "priority", "enabled"}
    assert "+442079460010-+442079460011" in page
    assert Range.objects.of(tenant.pk).get(name="London").priority == 100
    done = save(manager, shown)
    assert (done.status_code, done["Location"]) == (302, address("range"))
    row = Range.objects.of(tenant.pk).get(name="London")
    assert (row.priority, row.enabled, row.quarantine_seconds) == (7, False, 30 * 86400)
    last = Entry.objects.of(tenant.pk).filter(verb="range_changed").get()
    assert (last.actor, last.reason, last.ticket) == ("portal:range_manager@example.org", "new floor", "T-1")
    assert not apply(export(tenant), cause=make.CAUSE, at=make.NOW).changed


def test_a_form_that_nobody_touched_changes_nothing(tenant: Tenant, manager: Client) -> None:
    before = export(tenant)
    shown = preview(manager)
    assert "the range is so already" in shown.content.decode()
    assert export(tenant) == before


def test_a_range_is_made_and_the_export_shows_it(tenant: Tenant, manager: Client) -> None:
    shown = preview(
        manager, "range_new", name="York", type="direct_routing", numbers="+441904960000\n+441904960001, +441904960002",
        rule='City = "York"\r\nOR Office = "Minster"', policies="TenantDialPlan: UK\nCallingPolicy: null", grace="2d",
    )  # fmt: skip
    assert "Make the range" in shown.content.decode()
    assert save(manager, shown).status_code == 302
    made = Range.objects.of(tenant.pk).get(name="York")
    assert made.rule == 'City = "York"\nOR Office = "Minster"'
    assert (made.policies, made.grace_seconds) == ({"TenantDialPlan": "UK", "CallingPolicy": None}, 172800)
    assert Number.objects.of(tenant.pk).filter(range=made).count() == 3
    assert "York" in export(tenant)
    assert not apply(export(tenant), cause=make.CAUSE, at=make.NOW).changed


def test_who_matches_then_is_shown_before_a_rule_is_saved(tenant: Tenant, manager: Client) -> None:
    make.person(tenant, "bob", city="York")
    shown = preview(manager, rule='City = "York"')
    answer = shown.context["answer"]
    assert [p.name for p in answer.gained.people] == ["Bob"]
    assert [p.name for p in answer.lost.people] == ["Ann"]


def test_it_says_whom_of_those_who_wait_a_range_would_serve(tenant: Tenant, manager: Client) -> None:
    for name in ("bob", "cid"):
        make.person(tenant, name, city="Leeds")
    decide(tenant, make.NOW, everybody=True)
    new = {"name": "North", "numbers": "+442079460050", "rule": 'City = "Leeds"', "enabled": "on"}
    page = text_of(preview(manager, "range_new", **new))
    assert ("1 number is new: +442079460050" in page, "no longer:" in page) == (True, False)
    assert (
        "2 people who wait match this range: 1 would get a number of it at once 1 would wait on: it has no number left for them"
        in page
    )
    Tenant.objects.filter(pk=tenant.pk).update(mode="observe")
    changed = text_of(preview(manager, priority="1", rule='City = "Leeds"'))
    assert "2 would get a number of it at once, once the mode is no longer observe" in changed
    nobody = text_of(preview(manager, rule='City = "Rome"'))
    assert "Of those who wait now, nobody matches this range with a licence for its type." in nobody
    assert 'id="would"' not in preview(manager, enabled="OFF").content.decode(), (
        "it would serve nobody by itself"
    )


def test_what_was_not_previewed_is_not_saved_but_shown(tenant: Tenant, manager: Client) -> None:
    shown = preview(manager, priority="7")
    again = save(manager, shown, priority="8")
    assert again.status_code == 200
    assert Range.objects.of(tenant.pk).get(name="London").priority == 100
    assert save(manager, again).status_code == 302
    assert Range.objects.of(tenant.pk).get(name="London").priority == 8


def test_without_a_reason_nothing_is_saved(tenant: Tenant, manager: Client) -> None:
    refused = save(manager, preview(manager, priority="7"), reason=" ")
    assert refused.status_code == 422
    assert "Say why" in refused.content.decode()
    assert Range.objects.of(tenant.pk).get(name="London").priority == 100


def test_what_would_leave_held_numbers_without_a_range_is_refused_with_the_list(
    tenant: Tenant, manager: Client
) -> None:
    make.holding(Number.objects.of(tenant.pk).get(text="+442079460003"), "ann")
    shown = preview(manager, numbers="+442079460004-+442079460009", reserve="")
    page = shown.content.decode()
    assert shown.status_code == 409
    assert "1 number would be left without a range" in page
    assert re.search(r"Of London:</p><ul><li>.*[+]44 20 7946 0003", page)
    assert 'value="save"' not in page
    assert save(manager, shown, mark="x").status_code == 409
    page = manager.get(address("range_remove")).content.decode()
    assert "+44 20 7946 0003" in page
    assert "<button class=" not in page.split("What that changes")[1]
    seen = re.findall(r'name="seen" value="([^"]*)"', page)[0]
    removal = manager.post(address("range_remove"), {"reason": "r", "seen": seen})
    assert removal.status_code == 409
    assert Range.objects.of(tenant.pk).filter(name="London").exists()


def test_a_range_is_removed_with_a_reason(tenant: Tenant, manager: Client) -> None:
    page = manager.get(address("range_remove", "Leeds")).content.decode()
    assert "<b>5</b> numbers leave Leeds and retire" in page
    seen = re.findall(r'name="seen" value="([^"]*)"', page)[0]
    assert manager.post(address("range_remove", "Leeds"), {"seen": seen}).status_code == 422
    done = manager.post(address("range_remove", "Leeds"), {"reason": "sold", "seen": seen})
    assert (done.status_code, done["Location"]) == (302, reverse("ranges", args=["contoso"]))
    assert not Range.objects.of(tenant.pk).filter(name="Leeds").exists()
    assert Entry.objects.of(tenant.pk).filter(verb="range_removed", reason="sold").count() == 1


def test_two_who_change_a_range_at_once_hear_of_each_other(tenant: Tenant, manager: Client) -> None:
    mine = preview(manager, priority="7")
    theirs = preview(manager, rule='City = "York"')
    assert save(manager, theirs).status_code == 302
    refused = save(manager, mine)
    page = refused.content.decode()
    assert refused.status_code == 409
    assert "was changed (rule) by portal:range_manager@example.org" in page
    assert Range.objects.of(tenant.pk).get(name="London").rule == 'City = "York"'
    assert [row[0] for row in refused.context["differences"]] == ["rule", "priority"], (
        "it is shown what saving would undo"
    )
    gone = manager.get(address("range_remove", "Leeds")).content.decode()
    seen = re.findall(r'name="seen" value="([^"]*)"', gone)[0]
    assert save(manager, refused).status_code == 302
    assert manager.post(address("range_remove", "Leeds"), {"reason": "r", "seen": seen}).status_code == 409


@pytest.mark.parametrize(
    ("key", "value", "sentence"),
    [
        ("priority", "high", "must be a whole number"),
        ("priority", "", "has no value: give it one."),
        ("grace", "soon", "is not a duration"),
        ("numbers", "020 7946 0000", "+"),
        ("numbers", "+4420794600001", "too long for GB"),
        ("type", "<script>", "cannot be"),
        ("draw", "", "has no value"),
        ("alert_below", "-1", "must be a whole number"),
        ("rule", 'Town = "x"', "Unknown attribute"),
        ("rule", 'City = "a\x01b"', "nobody can see"),
        ("policies", "UK", "is no policy"),
        ("policies", "A: x\nA: y", "is no policy"),
        ("provider", "x" * 201, "more than 200"),
        ("select_country", "ZZ", "two letters"),
        ("location", "a\tb", "control character"),
    ],
)
def test_a_wrong_field_says_so_and_keeps_what_was_typed(
    manager: Client, key: str, value: str, sentence: str
) -> None:
    answer = preview(manager, **{key: value})
    assert answer.status_code == 422
    shown = key.removesuffix("_country")
    assert sentence in answer.context["form"].problems[shown][0].message
    assert answer.context["fields"][key] == value
    assert b"<script>" not in answer.content.split(b"<main")[1]


def test_a_number_of_impossible_length_is_no_wrong_field_where_teams_lists_it(
    tenant: Tenant, manager: Client
) -> None:
    make.number(tenant, "+4420794600001")
    answer = preview(manager, numbers="+442079460000-+442079460009\n+4420794600001")
    assert answer.status_code == 200
    assert b"+4420794600001 is too long for GB (+44)" in answer.content


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"numbers": "+441632960004"}, "is in two ranges"),
        ({"select_country": "GB"}, "cannot have select"),
        ({"block": "+442079460000"}, "both reserves and blocks"),
    ],
)
def test_what_contradicts_other_settings_is_refused(
    manager: Client, changes: dict[str, str], sentence: str
) -> None:
    answer = preview(manager, **changes)
    assert answer.status_code == 409
    assert sentence in answer.context["refusal"]


def test_a_name_that_is_taken_is_refused(manager: Client) -> None:
    answer = preview(manager, "range_new", name="london", type="direct_routing")
    assert (answer.status_code, "already" in answer.context["refusal"]) == (409, True)
    assert preview(manager, "range_new", name=" ", type="direct_routing").status_code == 422


def test_the_check_button_works_without_any_script(tenant: Tenant, manager: Client) -> None:
    right = manager.post(address(), {"rule": 'City = "London"', "do": "check", "type": "direct_routing"})
    page = right.content.decode()
    assert right.status_code == 200
    assert "<b>1</b> person matches" in page
    assert "user.city -eq &quot;London&quot;" in page
    wrong = manager.post(address(), {"rule": 'City = "London"\nOR Town = "York"', "do": "check"})
    assert wrong.status_code == 422
    assert "Line 2, column 4: Unknown attribute" in wrong.content.decode()
    assert "<mark>Town = &quot;York&quot;</mark>" in wrong.content.decode()


def test_a_part_of_a_page_that_asks_for_itself_takes_no_toast_away(manager: Client) -> None:
    save(manager, preview(manager, priority="7"))
    manager.get(reverse("rule_answer", args=["contoso"]), {"range": "London"}, headers={"HX-Request": "true"})
    assert "Range London is saved." in manager.get(address("range")).content.decode()


def test_a_number_that_is_likely_mistyped_is_doubted_and_saved_all_the_same(manager: Client) -> None:
    shown = preview(manager, numbers="+442079460000-+442079460009\n+441632960101")
    assert b"+441632960101 is not in the numbering plan of GB (+44)" in shown.content
    assert b"numbering plan" not in preview(manager, numbers="+442079460000-+442079460019").content
    local = preview(manager, numbers="+442079460000-+442079460009\n+44115496")
    assert local.status_code == 422
    assert b"+44115496 is too short for GB (+44): check the digits." in local.content
    assert save(manager, shown).status_code == 302
