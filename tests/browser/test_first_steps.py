"""The first steps in a real browser: from an empty database to a number that automation assigned."""

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.db import connections
from playwright.sync_api import Page, expect

from numberline.jobs.loop import Loop
from tests.browser.conftest import OpenPage
from tests.portal.people import somebody
from tests.support import programs, quick

RULE = 'Office = "Park Lane" AND City = "LONDON"'


@contextmanager
def background(pace: float) -> Iterator[None]:
    """The background loop, as `serve` runs it beside the portal, with a pass every so many seconds."""
    loop = Loop(pace=pace)
    thread = threading.Thread(target=loop.run, name="background loop")
    thread.start()
    try:
        yield
    finally:
        loop.stop()
        thread.join()
        connections.close_all()


def follow(page: Page, name: str) -> None:
    """Take the next step from the list of first steps."""
    page.goto("/t/contoso/first-steps/")
    page.locator(".checklist").get_by_role("link", name=name, exact=True).click()


def done(page: Page) -> list[str]:
    """The steps that are done."""
    page.goto("/t/contoso/first-steps/")
    return page.locator(".checklist .done b").all_inner_texts()


@pytest.mark.journey
def test_from_an_empty_database_to_a_number_that_automation_assigned(open_page: OpenPage) -> None:
    with quick.here(), programs.simulator(people=0) as simulator, background(pace=1.0):
        simulator.control.faults(operation_seconds=0.05)
        simulator.control.permissions(["User.Read.All", "TeamsTelephoneNumber.ReadWrite.All"])
        person = simulator.control.add_person(
            displayName="Adele Vance",
            userPrincipalName="adele@contoso.example",
            city="London",
            officeLocation="Park Lane",
            usageLocation="GB",
            licences=["SPE_E5"],
        )
        page = open_page(somebody("anna@example.org", owner=True))
        page.goto("/")
        page.get_by_role("main").get_by_role("link", name="Connect a tenant").click()

        page.get_by_label("Name").fill("contoso")
        page.get_by_label("Directory (tenant) id, or a verified domain").fill(simulator.tenant_id)
        page.get_by_role("textbox", name="Application (client) id").last.fill(simulator.client_id)
        page.get_by_label("Client secret").fill(simulator.client_secret)
        page.get_by_text("Other clouds, and the simulator").click()
        page.get_by_label("Root of Microsoft Graph").fill(simulator.url)
        page.get_by_label("Root of the sign-in service").fill(simulator.url)
        page.get_by_label("Certificates to trust").fill(Path(simulator.ca_file).read_text())
        page.get_by_role("button", name="Sign in and connect").click()

        # The check runs by itself, and says what is missing until an administrator has granted it.
        expect(page.get_by_role("row", name="Permissions does not work")).to_contain_text(
            "missing: TeamsUserConfiguration.Read.All"
        )
        simulator.control.permissions(
            ["User.Read.All", "TeamsTelephoneNumber.ReadWrite.All", "TeamsUserConfiguration.Read.All"]
        )
        follow(page, "Check what works")
        page.get_by_role("button", name="Check now").click()
        expect(page.locator("#looked")).to_contain_text("Everything that is needed works.")

        follow(page, "Make a range")
        page.get_by_label("Name").fill("London Park Lane")
        page.get_by_label("Provider").fill("BT")
        page.locator("#numbers").fill("+442079460000-+442079460019")
        page.get_by_label("As text").fill(RULE)
        page.locator(".form-end").get_by_role("button", name="See what changes").click()
        page.get_by_label("Reason").fill("our first range")
        page.get_by_role("button", name=re.compile("^Make ")).click()
        expect(page.get_by_role("status").filter(has_text="is saved")).to_be_visible()
        assert done(page)[-2:] == ["Make the first range with its rule", "Bring its numbers"]

        follow(page, "Plan")
        page.get_by_role("button", name="Make a plan now").click()
        expect(page.locator(".task")).to_contain_text("1 held")
        page.goto("/t/contoso/plan/")
        expect(page.get_by_role("row", name="adele@contoso.example")).to_contain_text("+44 20 7946 0000")
        assert simulator.control.numbers_of(person) == []

        follow(page, "Change the mode")
        page.get_by_role("radio", name="assign").check()
        page.get_by_label("Reason").fill("the plan is right")
        page.get_by_role("button", name="Switch to the chosen mode").click()
        expect(page.get_by_text("contoso is now in mode assign.")).to_be_visible()
        expect(page.locator("#first-steps")).to_have_count(0)

        # Microsoft has the number a moment before automation has it confirmed: only then is it called assigned.
        page.goto("/t/contoso/numbers/+442079460000/")
        for _ in range(150):
            if page.locator(".state-assigned").count():
                break
            page.wait_for_timeout(100)
            page.reload()
        expect(page.get_by_role("main")).to_contain_text("assigned")
        expect(page.get_by_role("main")).to_contain_text("adele@contoso.example")
        assert simulator.control.numbers_of(person) == ["+442079460000"]
