"""axe looks at every page, light and dark: labels, names, headings, roles, contrast."""

from typing import Any

from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse
from playwright.sync_api import Page

from numberline.access.permissions import Open
from numberline.access.roles import OWNER
from numberline.access.routes import ROUTES
from tests import factories as make
from tests.browser.conftest import OpenPage
from tests.portal.people import somebody_with
from tests.portal.samples import arguments, prepare

FILES = ("healthz", "activity_export", "mfa_download_recovery_codes")
"""Routes whose answer is no page."""
CONTRAST: dict[str, Any] = {"runOnly": {"type": "rule", "values": ["color-contrast"]}}


def test_axe_finds_nothing_on_any_page_light_or_dark(open_page: OpenPage) -> None:
    tenant = make.tenant()
    prepare(tenant)
    inside, outside = open_page(somebody_with(OWNER, tenant)), open_page()
    wrong, seen = [], 0
    for name, route in ROUTES.items():
        if route.reads is None or name in FILES:
            continue
        page = outside if route.reads is Open.ANYONE else inside
        page.emulate_media(color_scheme="light")
        answer = page.goto(reverse(name, kwargs=arguments(name, tenant)))
        # Else a part of a page, or data.
        if answer is None or not answer.text().startswith("<!doctype html>"):
            continue
        seen += 1
        page.evaluate(Axe().axe_script)
        wrong += violations(page, f"{name}, light")
        # Between light and dark nothing differs but colours.
        page.emulate_media(color_scheme="dark")
        wrong += violations(page, f"{name}, dark", CONTRAST)
    assert "\n".join(wrong) == ""
    assert seen > 3


def violations(page: Page, where: str, options: dict[str, Any] | None = None) -> list[str]:
    """What axe finds on the page that is open: a line each, with the first element that is concerned."""
    found = page.evaluate(
        "options => axe.run(document, {resultTypes: ['violations'], ...options})", options or {}
    )
    return [
        f"{where}: {each['id']}: {each['help']}: {len(each['nodes'])}, first {each['nodes'][0]['html'][:160]}"
        for each in found["violations"]
    ]
