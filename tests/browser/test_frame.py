"""The frame around every page, as a browser shows it."""

import re

import pytest
from playwright.sync_api import Browser, expect

from numberline.access.roles import OWNER, VIEWER
from tests import factories as make
from tests.browser.conftest import OpenPage
from tests.portal.people import somebody_with
from tests.support.browser import Watch

COUNTED = """Array.from(document.querySelectorAll("a[href], button, input, select, textarea, summary, [tabindex='0']"))
    .filter(each => each.checkVisibility({visibilityProperty: true}) && !each.disabled && each.tabIndex >= 0)
    .map((each, at) => each.dataset.at = String(at))"""
"""Numbers whatever Tab should come to, in the order in which it is read."""
FOCUSED = """(() => {
    const each = document.activeElement, look = getComputedStyle(each);
    return [each.dataset.at || "", look.outlineStyle !== "none" && parseFloat(look.outlineWidth) >= 2];
})()"""
"""Where the focus is, and whether one sees that."""


@pytest.mark.journey
def test_whoever_is_signed_in_comes_to_their_tenant(open_page: OpenPage) -> None:
    page = open_page(somebody_with(VIEWER, make.tenant()))
    page.goto("/")
    expect(page).to_have_url("/t/contoso/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Overview")


def test_light_and_dark_follow_the_system_until_the_reader_switches(open_page: OpenPage) -> None:
    page = open_page(somebody_with(OWNER, make.tenant()), dark=True)
    page.goto("/t/contoso/")
    ground = "getComputedStyle(document.body).backgroundColor"
    dark = page.evaluate(ground)
    page.get_by_role("button", name="Light or dark").click()
    assert page.evaluate(ground) != dark
    page.reload()
    assert page.evaluate(ground) != dark, "what was chosen is kept"


def test_g_and_a_letter_goes_to_a_page(open_page: OpenPage) -> None:
    page = open_page(somebody_with(OWNER, make.tenant()))
    page.goto("/t/contoso/?from=elsewhere")
    page.keyboard.press("g")
    page.keyboard.press("o")
    expect(page).to_have_url("/t/contoso/")


def test_a_question_mark_shows_the_keys_and_escape_gives_them_and_a_field_back(open_page: OpenPage) -> None:
    page = open_page(somebody_with(VIEWER, make.tenant()))
    page.goto("/t/contoso/people/")
    keys = page.get_by_role("dialog", name="Keys")
    page.keyboard.press("?")
    expect(keys).to_contain_text("go to People")
    page.keyboard.press("Escape")
    expect(keys).to_be_hidden()
    page.keyboard.press("/")
    page.keyboard.type("ann?")
    page.keyboard.press("Escape")
    expect(keys).to_be_hidden()
    expect(page.locator("[data-search]")).to_have_value("ann?")
    expect(page.locator("[data-search]")).not_to_be_focused()


def test_g_and_the_letter_of_each_place_goes_there(open_page: OpenPage) -> None:
    page = open_page(somebody_with(OWNER, make.tenant()))
    page.goto("/t/contoso/")
    page.evaluate(
        """document.querySelector(".places").addEventListener("click", event => {
            event.preventDefault();
            (window.went ||= []).push(new URL(event.target.closest("a").href).pathname.split("/")[3]);
        })"""
    )
    for letter in "opnrclwas":
        page.keyboard.press("g")
        page.keyboard.press(letter)
    assert page.evaluate("window.went") == [
        "",
        *("people", "numbers", "ranges", "rules", "plan", "worklist", "activity", "settings"),
    ]


def test_j_and_k_move_along_the_rows_x_ticks_and_enter_opens(open_page: OpenPage) -> None:
    tenant = make.tenant()
    home = make.range_(tenant, "London")
    for number in ("+442079460001", "+442079460002", "+442079460003"):
        make.number(tenant, number, home)
    page = open_page(somebody_with(OWNER, tenant))
    page.goto("/t/contoso/numbers/")
    for key in ("j", "j", "x", "j", "x", "k", "x"):
        page.keyboard.press(key)
    ticked = page.locator("[data-tick]:checked")
    expect(ticked).to_have_count(1)
    expect(ticked).to_have_value("+442079460003")
    expect(page.locator("[data-bulk]")).to_contain_text("1 ticked")
    expect(page.get_by_role("row", name="+44 20 7946 0002")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"open=(\+|%2B)442079460002$"))


@pytest.mark.parametrize("address", ["numbers/", "ranges/London/change/"])
def test_tab_comes_to_everything_shows_where_it_is_and_gets_out_again(
    open_page: OpenPage, address: str
) -> None:
    tenant = make.tenant()
    make.number(
        tenant, "+442079460001", make.range_(tenant, "London", rule='City = "London" OR City = "Leeds"')
    )
    page = open_page(somebody_with(OWNER, tenant))
    page.goto(f"/t/contoso/{address}")
    page.wait_for_load_state("networkidle")
    wanted = page.evaluate(COUNTED)
    visited = []
    for _ in range(len(wanted) + 1):
        page.keyboard.press("Tab")
        visited.append(page.evaluate(FOCUSED))
    assert visited[0] == ["0", True], "the link past the navigation comes first"
    assert [at for at, _ in visited[: len(wanted)]] == wanted
    assert [at for at, seen in visited[: len(wanted)] if not seen] == []
    assert visited[-1][0] in ("", "0"), "nothing keeps the focus"


def test_on_a_narrow_screen_the_place_that_is_open_is_in_sight(open_page: OpenPage) -> None:
    page = open_page(somebody_with(VIEWER, make.tenant()), width=390)
    page.goto("/t/contoso/activity/")
    expect(page.locator(".places a[aria-current]")).to_be_in_viewport(ratio=1)


def test_on_a_narrow_screen_filters_are_folded_and_say_how_many_are_set(open_page: OpenPage) -> None:
    page = open_page(somebody_with(VIEWER, make.tenant()), width=390)
    page.goto("/t/contoso/activity/?number=7946")
    field = page.get_by_label("From (UTC)")
    expect(field).to_be_hidden()
    page.get_by_text("Filters · 1 set").click()
    expect(field).to_be_visible()
    page.set_viewport_size({"width": 1280, "height": 800})
    expect(field).to_be_visible()
    expect(page.get_by_text("Filters · 1 set")).to_be_hidden()


def test_the_watch_hears_of_an_error_an_offence_and_a_missing_file(browser: Browser, portal: str) -> None:
    context = browser.new_context(base_url=portal)
    watch = Watch(context)
    page = context.new_page()
    page.goto("/no-such-page/")
    page.evaluate("setTimeout(() => { throw new Error('oh') })")
    page.evaluate("document.body.insertAdjacentHTML('beforeend', '<p style=\"color: red\">x</p>')")
    page.evaluate("document.body.insertAdjacentHTML('beforeend', '<img src=\"/static/no-such.png\">')")
    page.wait_for_timeout(200)
    context.close()
    heard = "\n".join(watch.wrong)
    assert "an error of a script: oh" in heard
    assert "Content Security Policy" in heard
    assert "no-such.png was answered with 404" in heard
