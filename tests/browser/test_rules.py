"""The rule editor and the map in a browser: the two example rules, in the builder and as text."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from numberline.access.roles import RANGE_MANAGER
from numberline.accounts.models import User
from numberline.audit.record import Cause
from numberline.inventory.config_apply import apply
from numberline.inventory.models import Range
from numberline.tenants.models import Tenant
from tests import factories as make
from tests.browser.conftest import OpenPage
from tests.portal.people import somebody_with

FILE = """
tenant: contoso
ranges:
  - {name: London, type: direct_routing, numbers: ["+442079460000-+442079460199"], priority: 10}
  - {name: Abingdon 1, type: direct_routing, numbers: ["+441235960000-+441235960009"], priority: 20}
  - {name: Abingdon 2, type: calling_plan, select: {country: GB, area_code: "1235"}, priority: 20}
"""
PARK_LANE = 'Office = "Park Lane" AND City = "LONDON"'


@pytest.fixture
def tenant(database: str) -> Tenant:
    """Three ranges without rules, and people in London and Abingdon."""
    owner = make.tenant()
    apply(FILE, cause=Cause("cli:anna", "start"), at=make.NOW)
    make.person(owner, "ann", city="London", officeLocation="Park Lane")
    make.person(owner, "bob", city="London", officeLocation="Strand")
    make.person(owner, "cid", city="Abingdon", officeLocation="Office 1")
    make.person(owner, "dot", city="Abingdon", officeLocation="Office 2", licences=make.PLAN)
    return owner


@pytest.fixture
def manager(tenant: Tenant) -> User:
    return somebody_with(RANGE_MANAGER, tenant)


def editor(page: Page, name: str) -> tuple[Locator, Locator, Locator]:
    """The rule of a range being changed: its text, its builder, and what the directory answers."""
    page.goto(f"/t/contoso/ranges/{name}/change/")
    builder = page.get_by_role("group", name="The rule as groups")
    expect(builder.get_by_role("group", name="Whole rule")).to_be_visible()
    return page.get_by_label("As text"), builder, page.locator("#rule-answer")


def condition(builder: Locator, at: int, attribute: str, value: str) -> None:
    """Write a condition that is there already."""
    row = builder.locator(".row").nth(at)
    row.get_by_label("Attribute").select_option(attribute)
    row.get_by_label("Value").fill(value)


def save(page: Page) -> None:
    page.locator(".form-end").get_by_role("button", name="See what changes").click()
    page.get_by_label("Reason").fill("as agreed")
    page.get_by_role("button", name=re.compile("^Save ")).click()
    expect(page.get_by_role("status").filter(has_text="is saved")).to_be_visible()


@pytest.mark.journey
def test_the_first_example_is_written_in_the_builder_and_stays_in_step_with_its_text(
    open_page: OpenPage, tenant: Tenant, manager: User
) -> None:
    page = open_page(manager)
    text, builder, answer = editor(page, "London")
    called = page.title()
    builder.get_by_role("button", name="+ condition").click()
    condition(builder, 0, "Office", "Park Lane")
    builder.get_by_role("button", name="+ condition").click()
    condition(builder, 1, "City", "LONDON")
    expect(text).to_have_value(PARK_LANE)
    expect(answer).to_contain_text("1 person matches")
    expect(answer).to_contain_text("Ann")
    expect(page.locator(".spellings")).to_contain_text('(user.city -eq "LONDON")')
    builder.get_by_label("How the conditions are joined").select_option("any")
    expect(text).to_have_value(PARK_LANE.replace("AND", "OR"))
    expect(answer).to_contain_text("2 people match")
    expect(page).to_have_title(called)
    builder.get_by_label("How the conditions are joined").select_option("all")
    expect(text).to_have_value(PARK_LANE)
    save(page)
    assert Range.objects.of(tenant.pk).get(name="London").rule == PARK_LANE


@pytest.mark.journey
def test_the_second_example_is_written_as_text_and_in_entras_spelling_and_stands_in_the_builder(
    open_page: OpenPage, tenant: Tenant, manager: User
) -> None:
    page = open_page(manager)
    text, builder, answer = editor(page, "Abingdon 1")
    text.fill('City = "Abingdon" AND Office = "Office 1"')
    rows = builder.locator(".row")
    expect(rows).to_have_count(2)
    expect(rows.nth(1).get_by_label("Attribute")).to_have_value("Office")
    expect(rows.nth(1).get_by_label("Value")).to_have_value("Office 1")
    expect(answer).to_contain_text("1 of them may draw")
    save(page)
    text, builder, answer = editor(page, "Abingdon 2")
    text.fill('(user.city -eq "Abingdon") -and (user.physicalDeliveryOfficeName -eq "Office 1")')
    expect(rows).to_have_count(2)
    expect(answer).to_contain_text("0 of them may draw")
    expect(answer).to_contain_text("Abingdon 1")
    rows.nth(1).get_by_label("Value").fill("Office 2")
    expect(text).to_have_value('City = "Abingdon" AND Office = "Office 2"')
    expect(answer).to_contain_text("Dot")
    expect(answer).not_to_contain_text("Abingdon 1")
    save(page)
    rules = dict(Range.objects.of(tenant.pk).values_list("name", "rule"))
    assert rules["Abingdon 1"] == 'City = "Abingdon" AND Office = "Office 1"'
    assert rules["Abingdon 2"] == 'City = "Abingdon" AND Office = "Office 2"'


def test_an_error_is_shown_at_its_place_and_the_builder_waits(open_page: OpenPage, manager: User) -> None:
    page = open_page(manager)
    text, builder, _ = editor(page, "London")
    text.fill('City = "London" OR\nTown = "York"')
    error = page.locator(".rule-error")
    expect(error).to_contain_text("Line 2, column 1: Unknown attribute")
    assert builder.evaluate("element => element.inert")
    expect(page.locator(".rule-builder-old")).to_contain_text("As of the last text that could be read")
    error.click()
    assert text.evaluate("element => element.selectionStart") == len('City = "London" OR\n')
    text.fill('City = "London" OR NOT (Office = "x" AND Department = "y")')
    expect(error).to_have_count(0)
    expect(page.locator(".rule-builder-old")).to_be_empty()
    expect(builder.get_by_role("group", name="Group 2")).to_be_visible()


def test_a_condition_without_a_value_is_marked_and_the_text_stays(open_page: OpenPage, manager: User) -> None:
    page = open_page(manager)
    text, builder, _ = editor(page, "London")
    text.fill('City = "London"')
    expect(builder.locator(".row")).to_have_count(1)
    builder.get_by_role("button", name="+ condition").click()
    expect(builder.locator(".said-wrong")).to_contain_text("Give a value")
    expect(builder.locator(".wrong")).to_have_count(0)  # what was just added is no mistake yet
    new = builder.locator(".row").nth(1).get_by_label("Value")
    new.focus()
    new.blur()
    expect(builder.locator(".row").nth(1)).to_have_class(re.compile("wrong"))
    expect(text).to_have_value('City = "London"')
    value = builder.locator(".row").nth(1).get_by_label("Value")
    value.press_sequentially("Lon")
    expect(builder.locator("datalist option[value=London]").first).to_be_attached()
    value.fill("Leeds")
    expect(text).to_have_value('City = "London" AND City = "Leeds"')
    expect(value).to_be_focused()


def test_the_map_is_walked_by_keys_and_opens_a_number(
    open_page: OpenPage, tenant: Tenant, manager: User
) -> None:
    make.holding(make.number_row(tenant, "+442079460101"), "ann")
    page = open_page(manager)
    page.goto("/t/contoso/ranges/London/")
    drawing = page.locator("canvas")
    drawing.focus()
    said = page.locator("#map-said")
    expect(said).to_contain_text("+44 20 7946 0000, available")
    drawing.press("ArrowDown")
    drawing.press("ArrowRight")
    expect(said).to_contain_text("+44 20 7946 0101, assigned, Ann")
    drawing.press("Enter")
    expect(page).to_have_url(re.compile(r"/numbers/(\+|%2B)442079460101/$"))


def test_ten_thousand_numbers_are_drawn_without_delay(
    open_page: OpenPage, tenant: Tenant, manager: User
) -> None:
    apply(
        "tenant: contoso\nranges:\n  - {name: Large, type: direct_routing, numbers: ['+442079470000-+442079479999']}",
        cause=Cause("cli:anna", "large"),
        at=make.NOW,
    )
    page = open_page(manager)
    page.goto("/t/contoso/ranges/Large/")
    expect(page.locator("canvas")).to_be_visible()
    spent = page.evaluate(
        """() => {
            const script = performance.getEntriesByType("resource").find((each) => each.name.includes("number-map"));
            const begun = performance.now();
            window.dispatchEvent(new Event("resize"));
            document.documentElement.dataset.theme = "dark";
            return new Promise((done) => requestAnimationFrame(() => done({ script: Boolean(script), spent: performance.now() - begun })));
        }"""
    )
    assert spent["script"]
    assert spent["spent"] < 1_000
