"""The one door of the portal: the table of routes is the truth, and the wall between tenants holds in addresses too."""

import itertools
import re
from collections.abc import Iterator

import pytest
from django.conf import settings
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from numberline.access.permissions import Open, Permission
from numberline.access.roles import OWNER, ROLES, Role
from numberline.access.routes import ROUTES, Need
from numberline.tenants.models import Tenant
from tests import factories as make
from tests.portal.people import signed_in, somebody_with
from tests.portal.samples import arguments, prepare

ALLOWED = (200, 204, 302)


def names(patterns: list[URLPattern | URLResolver]) -> Iterator[str]:
    for each in patterns:
        if isinstance(each, URLResolver):
            yield from names(each.url_patterns)
        else:
            yield str(each.name)


def test_every_route_is_in_the_table_and_the_table_names_no_other() -> None:
    assert sorted(names(get_resolver().url_patterns)) == sorted(ROUTES)


@pytest.fixture
def tenants(database: str) -> tuple[Tenant, Tenant]:
    """Two tenants that look the same."""
    own = make.tenant("contoso")
    other = make.tenant("fabrikam", entra_id="99999999-9999-4999-8999-999999999999")
    for each in (own, other):
        prepare(each)
    return own, other


def expected(need: Need | None, role: Role | None, *, own: bool) -> tuple[int, ...]:
    """What somebody with a role in one tenant is answered there, or in another tenant."""
    if need is None:
        return (405,)
    if isinstance(need, Open):
        return ALLOWED if need is not Open.OWNER or role is ROLES[-1] else (403,)
    if role is None or not (own or role is ROLES[-1]):
        return (404,)
    return ALLOWED if need in role.permissions else (403,)


@pytest.mark.parametrize(
    "role",
    [
        # With any database the same roles may do the same; an owner opens every page, so that all are asked of both.
        pytest.param(
            role, id=role.name if role else "no_role", marks=() if role is OWNER else pytest.mark.sqlite
        )
        for role in (None, *ROLES)
    ],
)
def test_every_route_answers_every_role_as_the_table_says(
    tenants: tuple[Tenant, Tenant], role: Role | None
) -> None:
    own, other = tenants
    user = somebody_with(role, own)
    wrong = []
    client = signed_in(user)
    for method, (name, route) in itertools.product(("GET", "POST"), ROUTES.items()):
        if method == "POST" and route.writes is not None and name != "notified":
            continue  # tests/portal/test_matrix.py sends what these accept
        for tenant in (own, other) if route.in_tenant else (own,):
            address = reverse(name, kwargs=arguments(name, tenant))
            answer = client.generic(method, address)
            due = expected(route.need(method), role, own=tenant == own)
            if (method, name) == ("POST", "notified"):
                due = (404,)  # nobody asked Microsoft to tell of changes: tests/notifications has it open
            if answer.status_code not in due:
                wrong.append(f"{method} {address} ({tenant}): {answer.status_code}, not one of {due}")
    assert wrong == []


@pytest.mark.sqlite
def test_without_a_session_every_page_but_sign_in_sends_there_and_says_nothing(
    tenants: tuple[Tenant, Tenant],
) -> None:
    own, _ = tenants
    for (name, route), method in itertools.product(ROUTES.items(), ("GET", "POST")):
        need = route.need(method)
        if need is None or need is Open.ANYONE:
            continue
        for tenant in (own, Tenant(name="not there")) if isinstance(need, Permission) else (own,):
            kwargs = {**arguments(name, own), **({"tenant": tenant.name} if route.in_tenant else {})}
            answer = signed_in(None).generic(method, reverse(name, kwargs=kwargs))
            assert answer.status_code == 302, name
            assert answer["Location"].startswith(reverse("account_login")), name


def test_a_tenant_that_is_not_theirs_and_one_that_is_not_there_answer_alike(
    tenants: tuple[Tenant, Tenant],
) -> None:
    own, other = tenants
    client = signed_in(somebody_with(ROLES[0], own))
    theirs = client.get(reverse("overview", args=[other.name]))
    nobodys = client.get(reverse("overview", args=["no such tenant"]))
    assert (theirs.status_code, theirs.content) == (nobodys.status_code, nobodys.content)


def test_who_is_refused_is_told_who_can_grant_it_and_where_to_go_on_and_of_no_tenant_that_is_not_theirs(
    tenants: tuple[Tenant, Tenant],
) -> None:
    own, other = tenants
    client = signed_in(somebody_with(ROLES[0], own))
    overview = f'href="{reverse("overview", args=[own.name])}"'
    not_allowed = client.get(reverse("range_new", args=[own.name])).content.decode()
    gone = client.get(reverse("number", args=[own.name, "+442079469999"])).content.decode()
    elsewhere = client.get(reverse("overview", args=[other.name])).content.decode()
    nowhere = client.get("/no-such-page/").content.decode()
    assert f"An administrator of {own.name} or an owner of the installation can give you" in not_allowed
    for page in (not_allowed, gone, elsewhere, nowhere):
        assert overview in page
        assert other.name not in page
    nobody = signed_in(None).get("/no-such-page/")
    assert (nobody.status_code, own.name in nobody.content.decode()) == (404, False)


def test_before_a_second_factor_a_page_that_is_not_there_names_no_tenant(
    tenants: tuple[Tenant, Tenant], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "SECOND_FACTOR_REQUIRED", True)
    answer = signed_in(somebody_with(ROLES[0], tenants[0])).get("/no-such-page/")
    assert (answer.status_code, tenants[0].name in answer.content.decode()) == (404, False)


def test_every_answer_carries_the_headers_that_protect_it(tenants: tuple[Tenant, Tenant]) -> None:
    own, _ = tenants
    answer = signed_in(somebody_with(ROLES[0], own)).get(reverse("overview", args=[own.name]))
    policy = answer["Content-Security-Policy"]
    assert "script-src 'self';" in f"{policy};"
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert answer["X-Frame-Options"] == "DENY"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Referrer-Policy"] == "same-origin"


@pytest.mark.sqlite
def test_a_page_has_neither_inline_script_nor_inline_style(tenants: tuple[Tenant, Tenant]) -> None:
    own, _ = tenants
    client = signed_in(somebody_with(ROLES[-1], own))
    for name in ROUTES:
        answer = client.get(reverse(name, kwargs=arguments(name, own)), follow=True)
        if "text/html" not in answer.headers.get("Content-Type", ""):
            continue
        page = answer.content.decode()
        assert " style=" not in page, name
        assert "<style" not in page, name
        assert " onclick=" not in page, name
        scripts = re.findall(r"<script\b[^>]*>", page)
        assert [
            each for each in scripts if " src=" not in each and 'type="application/json"' not in each
        ] == []


@pytest.mark.sqlite
def test_a_refusal_names_what_was_wanted_and_not_all_that_the_permission_covers(
    tenants: tuple[Tenant, Tenant],
) -> None:
    own, _ = tenants
    client = signed_in(somebody_with(ROLES[0], own))
    for name, wanted in (
        ("person_release", "release numbers of people"),
        ("number_lock", "lock numbers"),
        ("range_new", "make ranges"),
        ("settings_mode", "change the mode"),
    ):
        page = client.get(reverse(name, kwargs=arguments(name, own))).content.decode()
        assert f"Your role here, {ROLES[0].title}, may not {wanted}." in page
