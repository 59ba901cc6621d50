"""axe looks at every page, light and dark: labels, names, headings, roles, contrast."""

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse
from playwright.sync_api import Page, expect

from numberline.access.permissions import Open
from numberline.access.roles import OWNER
from numberline.access.routes import ROUTES
from tests import factories as make
from tests.browser.conftest import OpenPage
from tests.portal.people import somebody_with
from tests.portal.samples import arguments, prepare
from tests.support.browser import shows

PARTS = 2
"""So that workers share the pages."""
QUICK = {"resultTypes": ["violations"], "preload": False, "iframes": False}
"""What our pages have none of is not looked for: frames, films, and styles of other hosts."""
NO_PAGES = {
    "activity_export",
    "healthz",
    "readyz",
    "numbers_export",
    "people_choices",
    "people_export",
    "person_numbers",
    "person_partners",
    "plan_export",
    "range_cells",
    "rule_convert",
    "rule_values",
}
"""Routes whose answer to somebody who has just come is no page: files, data, and what leads elsewhere."""
CONTRAST: dict[str, Any] = {"runOnly": {"type": "rule", "values": ["color-contrast"]}}


@pytest.mark.long(12)
@pytest.mark.parametrize("part", range(PARTS))
def test_axe_finds_nothing_on_any_page_light_or_dark(open_page: OpenPage, part: int) -> None:
    tenant = make.tenant()
    prepare(tenant)
    inside, outside = open_page(somebody_with(OWNER, tenant)), open_page()
    wrong, unseen = [], set()
    for name, route in list(ROUTES.items())[part::PARTS]:
        if route.reads is None:
            continue
        page = outside if route.reads is Open.ANYONE else inside
        page.emulate_media(color_scheme="light")
        if not shows(page, reverse(name, kwargs=arguments(name, tenant))):
            unseen.add(name)
            continue
        page.evaluate(Axe().axe_script)
        wrong += violations(page, f"{name}, light")
        # Between light and dark nothing differs but colours.
        page.emulate_media(color_scheme="dark")
        wrong += violations(page, f"{name}, dark", CONTRAST)
    assert "\n".join(wrong) == ""
    assert unseen == {name for name in list(ROUTES)[part::PARTS] if name in NO_PAGES}


def test_axe_finds_nothing_in_what_a_page_opens(open_page: OpenPage) -> None:
    tenant = make.tenant()
    prepare(tenant)
    page = open_page(somebody_with(OWNER, tenant))
    wrong = []
    for address, opens in OPENED.items():
        page.emulate_media(color_scheme="light")
        page.goto(f"/t/contoso/{address}")
        opens(page)
        page.evaluate(Axe().axe_script)
        wrong += violations(page, f"{address}, light")
        page.emulate_media(color_scheme="dark")
        wrong += violations(page, f"{address}, dark", CONTRAST)
    assert "\n".join(wrong) == ""


def opens_a_sheet(page: Page) -> None:
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page.get_by_role("complementary", name="Details").get_by_role("heading", level=1)).to_be_visible()


def opens_columns_and_ticks(page: Page) -> None:
    page.locator("[data-tick]").first.check()
    page.locator(".columns-menu > summary").click()
    expect(page.locator("[data-bulk]")).to_be_visible()
    expect(page.get_by_role("button", name="Show these")).to_be_visible()


def opens_the_keys(page: Page) -> None:
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keys")).to_be_visible()


def opens_a_menu(page: Page) -> None:
    page.locator(".item-menu > summary").first.click()


def opens_what_becomes_of_the_ticked(page: Page) -> None:
    page.locator("[data-tick]").first.check()
    page.get_by_role("button", name="Go on with the ticked").click()
    page.locator("[name=act][value=reserve]").click()
    expect(page.get_by_label("Reason")).to_be_visible()


OPENED = {
    "numbers/?state=available": opens_what_becomes_of_the_ticked,
    "people/": opens_a_sheet,
    "numbers/": opens_columns_and_ticks,
    "worklist/": opens_a_menu,
    "ranges/": opens_the_keys,
    "people/nobody/": lambda page: None,  # which is not there
}


def violations(page: Page, where: str, options: dict[str, Any] | None = None) -> list[str]:
    """What axe finds on the page that is open: a line each, with the first element that is concerned."""
    found = page.evaluate("options => axe.run(document, options)", {**QUICK, **(options or {})})
    return [
        f"{where}: {each['id']}: {each['help']}: {len(each['nodes'])}, first {each['nodes'][0]['html'][:160]}"
        for each in found["violations"]
    ]
