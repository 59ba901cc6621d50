"""The worklist in the portal: what needs a human, who looks after it, and what is at hand to mend it."""

import re
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.html import escape

from numberline import clock
from numberline.access.roles import RANGE_MANAGER, SERVICE_DESK, VIEWER
from numberline.audit.models import Entry
from numberline.portal.remedies import AT, what_to_do
from numberline.portal.remedies_typed import COMMANDS
from numberline.tenants.models import Tenant
from numberline.worklist.codes import ADVICE
from numberline.worklist.items import close_items, open_item
from numberline.worklist.models import Item
from numberline.worklist.titles import TITLES
from tests import factories as make
from tests.portal.people import signed_in, somebody_with

COMMANDS_PAGE = Path(__file__).resolve().parents[2] / "docs" / "reference" / "commands.md"

COMMAND = re.compile(
    r"--\w|adopt: |enforce_policies|numberline |tenant check|alerts test|\b(number|person) (adopt|change|assign|lock)\b"
)


@pytest.fixture
def owner(database: str) -> Tenant:
    """Ann holds a number, and two things need a human."""
    tenant = make.tenant("Contoso & Sons")
    home = make.range_(tenant)
    make.holding(make.number(tenant, make.N1, home, state="assigned"))
    make.person(tenant)
    open_item(tenant.pk, "not_ready", make.NOW, person=make.oid("ann"))
    open_item(tenant.pk, "range_low", make.NOW + make.HOUR, range_name="London", cause="London has 1 left.")
    return tenant


@pytest.fixture
def desk(owner: Tenant) -> Client:
    return signed_in(somebody_with(SERVICE_DESK, owner))


def address(owner: Tenant, query: str = "") -> str:
    return reverse("worklist", args=[owner.name]) + query


def page(client: Client, owner: Tenant, query: str = "") -> str:
    with clock.travel(make.NOW + make.DAY):
        return client.get(address(owner, query)).content.decode()


def codes(text: str) -> list[str]:
    return re.findall(r'item-code">(\w+)', text)


def act(client: Client, owner: Tenant, what: str, code: str, **data: str) -> int:
    item = Item.objects.of(owner.pk).get(code=code)
    with clock.travel(make.NOW + make.DAY):
        return client.post(
            reverse(f"worklist_{what}", kwargs={"tenant": owner.name, "item": item.pk}), data
        ).status_code


def test_every_item_shows_its_cause_its_remedy_and_since_when(desk: Client, owner: Tenant) -> None:
    text = page(desk, owner)
    assert codes(text) == ["not_ready", "range_low"]
    assert "London has 1 left." in text
    assert ADVICE["not_ready"].remedy in text
    assert f'attention">{TITLES["not_ready"]}<' in text
    assert "Not ready in Teams <span" in text, "the kinds to filter by are named in plain words"
    assert "1 d ago" in text


def test_the_remedys_action_is_at_hand_for_every_code() -> None:
    assert AT.keys() == ADVICE.keys() == TITLES.keys()
    assert all(AT.values())
    assert len(set(TITLES.values())) == len(TITLES), "each kind has a title of its own"


def test_the_portal_says_what_to_do_there_and_not_what_to_type() -> None:
    for code in ADVICE:
        told = what_to_do(code)
        assert not COMMAND.search(told), told


def test_the_commands_of_the_fold_are_commands_that_there_are() -> None:
    known = set(re.findall(r"^## `numberline ([\w -]+)`$", COMMANDS_PAGE.read_text(), re.MULTILINE))
    for typed in COMMANDS.values():
        assert {command.partition(" TENANT")[0] for command in typed} <= known
    assert COMMANDS.keys() <= ADVICE.keys()


def test_every_kind_shows_its_title_its_action_and_the_command_in_a_fold(
    desk: Client, owner: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("numberline.portal.worklist.SIZE", 2 * len(ADVICE))
    for code in ADVICE:
        open_item(
            owner.pk, code, make.NOW, person=make.oid("ann"), number=make.N1, range_name="London", subject="s"
        )
    text = page(desk, owner)
    for title in TITLES.values():
        assert f">{escape(title)}<" in text
    sync = reverse("person_sync", args=[owner.name, make.oid("ann")])
    assert f'<form method="post" action="{escape(sync)}">' in text
    assert escape(reverse("number_adopt", args=[owner.name, make.N1])) in text
    assert "On the command line" in text
    assert escape(f"numberline number adopt 'Contoso & Sons' {make.N1} --reason TEXT") in text
    assert "Needs the role range manager: add numbers to the range." in text, (
        "the ranges are not the service desk's"
    )


def test_an_item_about_somebody_leads_to_their_page(desk: Client, owner: Tenant) -> None:
    way = reverse("person", args=[owner.name, make.oid("ann")])
    assert escape(way) in page(desk, owner)


def test_items_are_filtered_by_code_and_a_wrong_code_shows_all(desk: Client, owner: Tenant) -> None:
    assert codes(page(desk, owner, "?code=range_low")) == ["range_low"]
    assert len(codes(page(desk, owner, "?code='; DROP TABLE"))) == 2


def test_an_item_is_assigned_to_me_and_stands_under_mine(desk: Client, owner: Tenant) -> None:
    assert act(desk, owner, "assign", "not_ready", assignee="service_desk@example.org") == 302
    assert codes(page(desk, owner, "?who=me")) == ["not_ready"]
    entry = Entry.objects.of(owner.pk).get()
    assert (entry.verb, entry.actor) == ("item_assigned", "portal:service_desk@example.org")


def test_the_trail_says_which_item_was_assigned_or_put_off_and_leads_to_it(
    desk: Client, owner: Tenant
) -> None:
    act(desk, owner, "assign", "range_low", assignee="service_desk@example.org")
    act(desk, owner, "snooze", "not_ready", **{"for": "1d"})
    trail = desk.get(reverse("activity", args=[owner.name])).content.decode()
    about = Item.objects.of(owner.pk).get(code="range_low").range_name
    list_ = escape(reverse("worklist", args=[owner.name]))
    for verb, link, name in (
        ("item_assigned", f"{list_}?code=range_low", f"Range runs low: {about}"),
        ("item_snoozed", f"{list_}?code=not_ready&amp;snoozed=1", "Not ready in Teams"),
    ):
        shown = f'<a href="{link}">{name}</a>'
        assert shown in trail
        seq = Entry.objects.of(owner.pk).get(verb=verb).seq
        assert shown in desk.get(reverse("entry", args=[owner.name, seq])).content.decode()


def test_an_item_is_assigned_only_to_somebody_of_the_team(desk: Client, owner: Tenant) -> None:
    somebody_with(RANGE_MANAGER, make.tenant("fabrikam"))
    act(desk, owner, "assign", "not_ready", assignee="range_manager@example.org")
    assert Item.objects.of(owner.pk).get(code="not_ready").assignee == ""
    assert "choose one of the list" in page(desk, owner)


def test_what_is_put_off_is_away_until_its_time_and_can_be_taken_back(desk: Client, owner: Tenant) -> None:
    act(desk, owner, "snooze", "not_ready", **{"for": "3d"})
    assert codes(page(desk, owner)) == ["range_low"]
    assert codes(page(desk, owner, "?snoozed")) == ["not_ready"]
    with clock.travel(make.NOW + 5 * make.DAY):
        assert codes(desk.get(address(owner)).content.decode()) == ["not_ready", "range_low"]
    act(desk, owner, "wake", "not_ready")
    assert len(codes(page(desk, owner))) == 2


def test_nothing_is_put_off_for_a_time_that_the_form_does_not_offer(desk: Client, owner: Tenant) -> None:
    act(desk, owner, "snooze", "not_ready", **{"for": "3650d"})
    assert len(codes(page(desk, owner))) == 2


def test_an_item_that_the_facts_closed_meanwhile_is_told_as_over(desk: Client, owner: Tenant) -> None:
    close_items(owner.pk, make.NOW, "not_ready")
    act(desk, owner, "snooze", "not_ready", **{"for": "1d"})
    assert "This item is closed by now" in page(desk, owner)


def test_the_way_back_stays_on_this_server(desk: Client, owner: Tenant) -> None:
    item = Item.objects.of(owner.pk).get(code="not_ready")
    where = reverse("worklist_wake", kwargs={"tenant": owner.name, "item": item.pk})
    for hostile in ("https://evil.example/", "//evil.example", "javascript:alert(1)", "/\\evil.example"):
        assert desk.post(where, {"next": hostile})["Location"] == address(owner)


def test_another_tenants_item_can_not_be_touched_by_its_id(desk: Client, owner: Tenant) -> None:
    other = make.tenant("fabrikam")
    theirs = open_item(other.pk, "not_ready", make.NOW, person=make.oid("eve"))
    desk.post(
        reverse("worklist_assign", kwargs={"tenant": owner.name, "item": theirs.pk}),
        {"assignee": "service_desk@example.org"},
    )
    theirs.refresh_from_db(from_queryset=Item.objects.of(other.pk))
    assert theirs.assignee == ""


def test_a_viewer_sees_the_list_without_what_they_may_not_do(owner: Tenant) -> None:
    text = page(signed_in(somebody_with(VIEWER, owner)), owner)
    assert len(codes(text)) == 2
    assert "Put off" in text, "as a filter"
    assert "To me" not in text
    assert "Sync the person now" not in text
    assert "Needs the role service desk: sync the person now." in text


def test_what_people_wrote_elsewhere_is_shown_as_text(desk: Client, owner: Tenant) -> None:
    open_item(
        owner.pk, "refused", make.NOW, subject="x", cause="<script>alert(1)</script>", detail="<b>no</b>"
    )
    text = page(desk, owner)
    assert "&lt;script&gt;alert(1)" in text
    assert "<b>no</b>" not in text


def test_a_long_list_has_pages_and_few_queries(
    desk: Client, owner: Tenant, django_assert_max_num_queries: object
) -> None:
    for index in range(60):
        person = make.person(owner, f"p{index}")
        open_item(owner.pk, "moved", make.NOW, person=person.object_id, number=make.N1)
    with django_assert_max_num_queries(20):  # type: ignore[operator]
        first = page(desk, owner)
    assert len(codes(first)) == 25
    way = re.search(r'rel="next" href="([^"]+)"', first)
    assert way is not None
    assert len(codes(page(desk, owner, way[1].replace("&amp;", "&")))) == 25
    assert len(first) < 150_000
