"""A person or a number beside its list, on a wide screen."""

import pytest
from playwright.sync_api import expect

from numberline.access.roles import SERVICE_DESK
from tests import factories as make
from tests.browser.conftest import OpenPage
from tests.portal.people import somebody_with


@pytest.mark.journey
def test_whoever_is_opened_in_a_list_stands_beside_it_with_an_address_and_back_closes(
    open_page: OpenPage,
) -> None:
    tenant = make.tenant()
    held = make.number(tenant, "+442079460001", make.range_(tenant, "London"), state="assigned")
    for name in ("ann", "bob"):
        make.person(tenant, name)
    make.holding(held, "ann")
    page = open_page(somebody_with(SERVICE_DESK, tenant))
    page.goto("/t/contoso/people/?q=a")
    sheet = page.get_by_role("complementary", name="Details")
    expect(sheet).to_be_hidden()

    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(sheet.get_by_role("heading", level=1)).to_have_text("Ann")
    expect(sheet).to_be_focused()
    expect(page).to_have_title("Ann · Numberline")
    expect(page).to_have_url(f"/t/contoso/people/?q=a&open={make.oid('ann')}")
    page.go_back()
    expect(sheet).to_be_hidden()
    expect(page).to_have_title("People of contoso · Numberline")
    page.go_forward()
    expect(sheet.get_by_role("heading", level=1)).to_have_text("Ann")
    page.reload()
    expect(sheet.get_by_role("heading", level=1)).to_have_text("Ann")
    page.keyboard.press("Escape")
    expect(sheet).to_be_hidden()
    expect(page).to_have_url("/t/contoso/people/?q=a")
    expect(page.get_by_role("link", name="Ann")).to_be_focused()

    page.get_by_role("row", name="Ann").get_by_role("link", name="+44 20 7946 0001").click()
    expect(sheet).to_contain_text("assigned of London")
    sheet.get_by_role("link", name="Open as a page").click()
    expect(page).to_have_url("/t/contoso/numbers/+442079460001/")


def test_on_a_narrow_screen_the_page_itself_opens(open_page: OpenPage) -> None:
    tenant = make.tenant()
    make.person(tenant, "ann")
    page = open_page(somebody_with(SERVICE_DESK, tenant), width=390)
    page.goto("/t/contoso/people/")
    page.get_by_role("link", name="Ann").click()
    expect(page).to_have_url(f"/t/contoso/people/{make.oid('ann')}/")
