"""What people do by hand, in a real browser, against a simulated Microsoft 365: automation leaves it as it is."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from numberline.access.roles import RANGE_MANAGER
from numberline.inventory.models import Number
from numberline.tenants.models import Tenant
from tests.browser.conftest import OpenPage
from tests.portal.people import somebody_with
from tests.runs.office import Office, opened
from tests.support.tasks import carry_out_waiting

N0, N1, N7 = (f"+44207946000{n}" for n in (0, 1, 7))
ROWS = """first,last,range
+442079460100,+442079460109,London
020 7946 0200,,London
+442079460300,,Lodnon
"""


@pytest.fixture
def office(database: str) -> Iterator[Office]:
    with opened() as made:
        yield made


@pytest.fixture
def page(open_page: OpenPage, office: Office) -> Page:
    """The page of a range manager."""
    return open_page(somebody_with(RANGE_MANAGER, office.tenant))


def carried_out(page: Page, office: Office) -> None:
    """The background loop carries out what was asked for; the task's page tells so by itself."""
    expect(page.locator(".task")).to_contain_text("waiting")
    taken_back = page.get_by_role("button", name="Take it back before it begins")
    expect(taken_back).to_be_visible()
    (task,) = carry_out_waiting(office.tenant)
    assert task.state == "done", task.sentence
    expect(page.locator(".task .badge")).to_have_text("done")
    expect(taken_back).to_have_count(0)


@pytest.mark.journey
def test_a_number_is_overridden_and_the_next_sync_leaves_it(page: Page, office: Office) -> None:
    (ann,) = office.served(displayName="Ann Smith", userPrincipalName="ann@contoso.example")
    assert office.held() == {ann: N0}
    page.goto(f"/t/contoso/people/{ann}/")
    page.locator(".page-head").get_by_role("link", name="Change").click()
    page.get_by_label("A certain number").fill("+44 20 7946 0007")
    page.get_by_label("A certain number").press("Enter")
    expect(page.locator("#effects")).to_contain_text("ann@contoso.example gets +44 20 7946 0007")
    page.get_by_label("Reason").fill("a number that is easy to remember")
    page.get_by_role("button", name="Change +44 20 7946 0000 to +44 20 7946 0007 now").click()
    carried_out(page, office)
    assert office.held() == {ann: N7}
    assert office.sync(full=True).assigned == 0
    assert office.held() == {ann: N7}
    page.goto(f"/t/contoso/people/{ann}/")
    expect(page.get_by_role("main")).to_contain_text("+44 20 7946 0007")
    expect(page.get_by_role("main")).to_contain_text("a number that is easy to remember")


def test_a_held_plan_is_approved_and_exactly_it_is_carried_out(page: Page, office: Office) -> None:
    Tenant.objects.filter(pk=office.tenant.pk).update(limits={**office.tenant.limits, "assign": 1})
    people = [office.joiner(userPrincipalName=f"{name}@contoso.example") for name in ("ann", "ben")]
    page.goto("/t/contoso/plan/")
    page.get_by_role("button", name="Make a plan now").click()
    expect(page.locator(".task")).to_contain_text("waiting")
    carry_out_waiting(office.tenant)
    page.goto("/t/contoso/plan/")
    expect(page.get_by_role("heading", name="Held by limit assign")).to_be_visible()
    page.get_by_label("Reason").fill("a new team starts today")
    page.get_by_role("button", name="Apply plan").click()
    carried_out(page, office)
    assert sorted(office.held()) == sorted(people)
    assert sorted(office.held().values()) == [N0, N1]


def test_a_file_with_bad_rows_is_shown_row_by_row_and_imported_once_it_is_mended(
    page: Page, office: Office, tmp_path: Path
) -> None:
    before = Number.objects.of(office.tenant.pk).count()
    file = tmp_path / "numbers.csv"
    file.write_text(ROWS)
    page.goto("/t/contoso/numbers/import/")
    page.get_by_label("CSV file").set_input_files(file)
    page.get_by_role("button", name="Look at every row").click()
    expect(page.get_by_role("row", name="020 7946 0200")).to_contain_text("wrong")
    expect(page.get_by_role("row", name="Lodnon")).to_contain_text("did you mean")
    expect(page.get_by_role("button", name="Import")).to_have_count(0)
    assert Number.objects.of(office.tenant.pk).count() == before
    file.write_text(ROWS.replace("020 7946 0200", "+442079460200").replace("Lodnon", "London"))
    page.get_by_role("link", name="Another file").click()
    page.get_by_label("CSV file").set_input_files(file)
    page.get_by_role("button", name="Look at every row").click()
    page.get_by_label("Reason").fill("the new block of BT")
    page.get_by_role("button", name="Import 12 numbers").click()
    carried_out(page, office)
    assert Number.objects.of(office.tenant.pk).count() == before + 12
