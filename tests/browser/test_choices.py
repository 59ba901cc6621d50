"""A field that offers people is gone through with the keys alone."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from numberline.access.roles import SERVICE_DESK
from tests import factories as make
from tests.browser.conftest import OpenPage
from tests.browser.test_accessible import violations
from tests.portal.people import somebody_with


def test_a_person_is_found_by_name_and_chosen_with_the_keys(open_page: OpenPage) -> None:
    tenant = make.tenant()
    make.number(tenant, make.N1, make.range_(tenant))
    for name in ("ann", "ben"):
        make.person(tenant, name, displayName=f"{name.title()} Smith")
    page = open_page(somebody_with(SERVICE_DESK, tenant))
    page.goto(f"/t/contoso/numbers/{make.N1}/assign/")
    who = page.get_by_role("combobox", name="Who")
    who.press_sequentially("smi")
    offered = page.get_by_role("option")
    expect(offered).to_have_count(2)
    expect(who).to_have_attribute("aria-expanded", "true")
    expect(page.locator("[data-choices] [role=status]")).to_have_text("2 people.")
    for _ in range(2):
        who.press("ArrowDown")
    expect(who).to_have_attribute("aria-activedescendant", "person-option-1")
    expect(offered.nth(1)).to_have_attribute("aria-selected", "true")
    page.evaluate(Axe().axe_script)
    assert violations(page, "the open list") == []
    who.press("Escape")
    expect(offered).to_have_count(0)
    expect(who).to_have_value("smi")
    who.press("ArrowDown")
    expect(offered).to_have_count(2)
    who.press("ArrowUp")
    who.press("Enter")
    expect(who).to_have_value("ben@contoso.example")
    expect(who).to_have_attribute("aria-expanded", "false")
    expect(page.locator("[data-choices] [role=status]")).to_have_text(
        "Ben Smith ben@contoso.example, London no number"
    )
    who.press("Enter")
    expect(
        page.get_by_role("button", name="Assign +44 20 7946 0001 to ben@contoso.example now")
    ).to_be_visible()
