"""What `make screenshots` takes pictures of: every page of the access table, and what shows only after a click."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import NoReverseMatch, reverse
from playwright.sync_api import Page

from numberline.access.permissions import Open
from numberline.access.routes import ROUTES
from numberline.accounts.models import User
from numberline.assignments.models import Assignment
from numberline.audit.models import Entry
from numberline.directory.models import Person
from numberline.inventory.models import Number
from numberline.jobs.models import Kind, Task
from numberline.planning.models import StoredPlan
from numberline.portal.settings_sections import SECTIONS
from numberline.runs.models import Run
from numberline.tenants.models import Tenant
from tests.portal.people import PASSWORD

NOBODY, OWNER, SECURED, FRESH, DESK = "nobody", "owner", "secured", "fresh", "desk"
"""Who looks: nobody who is signed in, the owner, one with second factors, one without any yet, and a colleague with a
smaller role."""
DESK_MAIL = "lena.ortiz@contoso.example"
RANGE = "London Park Lane BT Direct Routing"
ROWS = f"""first,last,range
+442079461000,+442079461019,{RANGE}
020 7946 0600,,{RANGE}
+442079461100,,London Prak Lane
"""


@dataclass(frozen=True, slots=True)
class Shot:
    """A picture: its name, whose eyes and what address it is of, and what is done there first."""

    name: str
    address: str
    who: str = OWNER
    then: Callable[[Page], None] | None = None


def shots(tenant: Tenant, link: str) -> Iterator[Shot]:
    """All of them, of the demo's tenant; `link` is the address of a one-time link."""

    known = _things(tenant)
    for name, route in ROUTES.items():
        if route.reads is None or name in SHOWN_OTHERWISE:
            continue
        first = name.partition("_")[0]
        own = {"tenant": tenant.name} if route.in_tenant else {}
        who = (
            NOBODY
            if route.reads is Open.ANYONE
            else FRESH
            if name in WITHOUT_FACTORS
            else SECURED
            if name.startswith(("account", "mfa_"))
            else OWNER
        )
        for arguments in (known.get(name), known.get(first), {}):
            if arguments is None:
                continue
            try:
                yield Shot(name, reverse(name, kwargs=own | arguments), who)
                break
            except NoReverseMatch:
                continue
    yield from _of_sections(tenant)
    yield from _of_states(tenant)
    yield from _after_a_click(tenant)
    yield Shot("account_link", link, NOBODY)
    yield Shot("account_link_over", reverse("account_link", args=["no-such-link"]), NOBODY)
    yield Shot("not_found", f"/t/{tenant.name}/people/nobody/")
    yield Shot("forbidden", reverse("settings_mode", args=[tenant.name]), DESK)


SHOWN_OTHERWISE = {"home", "account_link", "search", "rule_answer", "mfa_authenticate", "mfa_login_webauthn"}
"""Pages that show something only with more than an address, or lead elsewhere."""


WITHOUT_FACTORS = {"mfa_index", "mfa_activate_totp"}
"""Pages that lead on whoever has a second factor."""


def _of_sections(tenant: Tenant) -> Iterator[Shot]:

    for section in SECTIONS:
        yield Shot(f"settings_change_{section}", reverse("settings_change", args=[tenant.name, section]))


def _of_states(tenant: Tenant) -> Iterator[Shot]:
    """The same pages for people and numbers in other states, and lists that found nothing."""

    name = tenant.name
    for state in ("available", "reserved", "quarantined", "blocked"):
        row = Number.objects.of(tenant.pk).filter(state=state).order_by("pk").first()
        if row is not None:
            yield Shot(f"number_{state}", reverse("number", args=[name, row.text]))
    holders = Assignment.objects.of(tenant.pk).filter(until=None).values("person")
    without = (
        Person.objects.of(tenant.pk).filter(deleted="").exclude(object_id__in=holders).order_by("pk").first()
    )
    if without is not None:
        yield Shot("person_without", reverse("person", args=[name, without.object_id]))
        yield Shot("person_assign", reverse("person_assign", args=[name, without.object_id]))
    yield Shot("search", f"{reverse('search', args=[name])}?q=an")
    yield Shot("search_nothing", f"{reverse('search', args=[name])}?q=zzzz")
    yield Shot("people_nobody", f"{reverse('people', args=[name])}?q=zzzz")
    yield Shot("numbers_none", f"{reverse('numbers', args=[name])}?q=000000&state=available")
    yield Shot("rule_answer", f"{reverse('rule_answer', args=[name])}?range={RANGE.replace(' ', '+')}")


def _after_a_click(tenant: Tenant) -> Iterator[Shot]:
    """What a page shows when something was clicked, typed or sent."""

    people, numbers = (reverse(name, args=[tenant.name]) for name in ("people", "numbers"))
    yield Shot("people_sheet", people, then=_opens_the_first)
    yield Shot("numbers_columns", numbers, then=_opens_the_columns)
    yield Shot("numbers_ticked", numbers, then=_ticks)
    yield Shot("numbers_bulk", numbers, then=_reserves)
    yield Shot("import_preview", reverse("import_numbers", args=[tenant.name]), then=_uploads)
    yield Shot("keys", people, then=lambda page: page.keyboard.press("?"))
    row = Number.objects.of(tenant.pk).filter(state="available").latest("pk")
    yield Shot("number_reserve_refused", reverse("number_reserve", args=[tenant.name, row.text]), then=_sends)
    yield Shot("sign_in_refused", reverse("account_login"), NOBODY, _mistypes_a_password)
    yield Shot("mfa_authenticate", reverse("account_login"), NOBODY, _types_a_password)


def _opens_the_first(page: Page) -> None:
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_timeout(500)


def _opens_the_columns(page: Page) -> None:
    menu = page.locator(".columns-menu > summary")
    if menu.is_visible():  # narrow, each row is a card: there are no columns to choose
        menu.click()


def _ticks(page: Page) -> None:
    for box in page.locator("[data-tick]").all()[:3]:
        box.evaluate("box => box.click()")


def _reserves(page: Page) -> None:
    _ticks(page)
    page.get_by_role("button", name="Go on with the ticked").click()
    page.locator("[name=act]").first.wait_for()


def _uploads(page: Page) -> None:
    page.locator("textarea[name=text]").fill(ROWS)
    page.locator("main form button").click()
    page.locator("table").first.wait_for()


def _sends(page: Page) -> None:
    page.locator("main form .primary").click()


def _types_a_password(page: Page, password: str = PASSWORD) -> None:
    page.get_by_label("Mail address").fill(DESK_MAIL)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in", exact=True).click()


def _mistypes_a_password(page: Page) -> None:
    _types_a_password(page, "something else")


def _things(tenant: Tenant) -> dict[str, dict[str, Any]]:
    """What the pages of one thing are shown for: somebody who moved, their number, a range, a run, a plan, a task."""
    entry = Entry.objects.of(tenant.pk).filter(verb="swap").latest("seq")
    held = Assignment.objects.of(tenant.pk).select_related("number").get(person=entry.person, until=None)
    free = Number.objects.of(tenant.pk).filter(state="available").latest("pk")
    colleague = User.objects.get(name="Priya Nair")
    tasks = Task.objects.of(tenant.pk)
    states = {
        act: Number.objects.of(tenant.pk).filter(state=state).latest("pk").text
        for act, state in (("unreserve", "reserved"), ("unblock", "blocked"))
    }
    return {
        "person": {"object_id": entry.person},
        "number": {"text": held.number.text},
        **{f"number_{act}": {"text": free.text} for act in ("assign", "reserve", "block")},
        **{f"number_{act}": {"text": text} for act, text in states.items()},
        "range": {"name": RANGE},
        "run": {"key": Run.objects.of(tenant.pk).filter(kind="sync").latest("pk").pk},
        "task": {"key": tasks.filter(kind=Kind.PLAN).latest("pk").pk},
        "rule_everybody": {"key": tasks.filter(kind=Kind.RULE_ANSWER).latest("pk").pk},
        "entry": {"seq": entry.seq},
        "plan_named": {"name": StoredPlan.objects.of(tenant.pk).latest("pk").name},
        **{f"mfa_{act}_webauthn": {"pk": 1_000} for act in ("edit", "remove")},
        "account_of": {"account_id": colleague.pk},
        "team_member": {"grant_id": colleague.grants.get().pk},
    }
