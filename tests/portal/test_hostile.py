"""Every field of every page, filled in by somebody who means no good: refused, or shown harmlessly."""

import itertools
import re
from collections.abc import Iterator
from html import unescape
from zlib import crc32

import pytest
import stamina
from django.test import Client
from django.urls import reverse

from numberline import clock
from numberline.access.roles import ADMINISTRATOR, OWNER
from numberline.access.routes import ROUTES
from numberline.inventory.uploads import keep
from numberline.runs.models import Run
from numberline.tenants.models import Tenant
from tests import factories as make
from tests.portal.codes import set_up_app, sign_in
from tests.portal.hostile import SCRIPT, VALUES, Place, Sweep, Value, paths, together
from tests.portal.people import PASSWORD, signed_in, somebody_with
from tests.portal.poison import poison
from tests.portal.samples import prepare

NOWHERE = {"graph_url": "https://127.0.0.1:9", "login_url": "https://127.0.0.1:9"}
TENANTS = [name for name, route in ROUTES.items() if route.in_tenant]
INSTALLATIONS = [name for name in ROUTES if name not in TENANTS]
SHOWN = (
    *("people", "person", "people_export", "number", "ranges", "worklist", "overview", "task", "run", "runs"),
    *("activity", "activity_export", "account", "account_sessions", "team"),
)
HEADERS = ("User-Agent", "Referer", "HX-Current-URL", "Accept-Language", "Cookie", "X-Poll")
ODD = (SCRIPT, "a\0b", "\xff\xfe", "x" * 60_000, "//evil.example/", "session=x; csrf=y; device=z; session==")
TRIES = pytest.mark.parametrize(
    "tries", [pytest.param(1, id="one each"), pytest.param(len(VALUES), id="all", marks=pytest.mark.soak)]
)


@pytest.fixture
def own(database: str) -> Iterator[Tenant]:
    """A tenant whose Microsoft is away, which is found at once."""
    tenant = make.tenant("contoso", **NOWHERE)
    prepare(tenant)
    make.person(tenant, "bob")
    Run.objects.of(tenant.pk).update(
        ended_at=make.NOW
    )  # who looks at one without an end notices that it was killed
    with stamina.set_testing(True):
        yield tenant


@pytest.fixture
def theirs(own: Tenant) -> dict[str, str]:
    """Another tenant: what its things are called and known by."""
    other = make.tenant("fabrikam", entra_id="99999999-9999-4999-8999-999999999999")
    home = make.range_(other, "Cardiff Bay", provider="Hidden Telecom")
    make.number(other, "+442920180123", home)
    make.person(
        other, "zoe", displayName="Zoe Unseen", city="Penarth", userPrincipalName="zoe@fabrikam.example"
    )
    return {
        "their tenant": "fabrikam",
        "their range": "Cardiff Bay",
        "their number": "+442920180123",
        "their person": make.oid("zoe"),
        "their name": "Zoe Unseen",
        "their address": "zoe@fabrikam.example",
        "their provider": "Hidden Telecom",
        "their city": "Penarth",
        "their file": str(keep(other, "theirs.csv", b"x", by="portal:zoe", at=clock.now()).pk),
    }


def of(place: Place, values: dict[str, Value], tries: int) -> list[str]:
    """Which values a field gets: not all in one run, but over all fields each of them often."""
    first = crc32(str(place).encode()) % len(values)
    return list(itertools.islice(itertools.cycle(values), first, first + tries))


@TRIES
def test_no_field_of_a_tenants_pages_takes_text_for_more_than_text(
    own: Tenant, theirs: dict[str, str], tries: int
) -> None:
    client = signed_in(somebody_with(ADMINISTRATOR, own))
    sweep = Sweep(client, own, TENANTS, [each for each in theirs.values() if not each.isdecimal()])
    places = sweep.places()
    assert len(places) > 280
    assert {place.route for place in places} >= {name for name in TENANTS if ROUTES[name].writes} - {
        "plan_make"
    }
    values: dict[str, Value] = {**VALUES, **theirs}
    tried = set()
    for place in places:
        for what in of(place, values, tries if tries == 1 else len(values)):
            tried.add(what)
            sweep.fill(place, what, values[what])
    for fields in together(places):
        sweep.fill_all(fields, SCRIPT)
    assert sweep.wrong == []
    assert tried == set(values)


@TRIES
def test_no_field_of_ones_own_pages_or_the_installations_does(own: Tenant, tries: int) -> None:
    client = Client()
    sign_in(client, somebody_with(OWNER, own).email, PASSWORD)
    set_up_app(client)
    sweep = Sweep(client, own, INSTALLATIONS)
    places = sweep.places()
    assert {"first_steps", "account_of", "mfa_add_webauthn", "account_change_password"} <= {
        place.route for place in places
    }
    for place in places:
        for what in of(place, VALUES, tries):
            sweep.fill(place, what, VALUES[what])
    for fields in together(places):
        sweep.fill_all(fields, SCRIPT)
    assert sweep.wrong == []


@TRIES
def test_no_field_at_the_door_does(own: Tenant, tries: int) -> None:
    sweep = Sweep(Client(), own, ["account_login", "account_link", "mfa_login_webauthn", "mfa_authenticate"])
    places = sweep.places()
    for place in places:
        for what in of(place, VALUES, max(tries, 3)):
            sweep.fill(place, what, VALUES[what])
    for fields in together(places):
        sweep.fill_all(fields, SCRIPT)
    assert sweep.wrong == []


def test_no_part_of_an_address_is_taken_for_more_than_a_name(own: Tenant, theirs: dict[str, str]) -> None:
    sweep = Sweep(
        signed_in(somebody_with(ADMINISTRATOR, own)),
        own,
        [],
        [each for each in theirs.values() if " " in each],
    )
    values = ("0", str(2**63), "9" * 400, SCRIPT, "a\0b", b"\xed\xa0\x80", "..", *theirs.values())
    every = list(paths(own, values))
    for place, (address, value) in enumerate(every):
        if place % 9 == (place // len(values)) % 9:  # over all routes each value often
            sweep.look(address, "a part of it", value)
    assert len(every) > 1000
    assert sweep.wrong == []


def test_what_is_kept_is_shown_harmlessly_on_every_page(own: Tenant) -> None:
    text = f"{SCRIPT}{{{{7777*7777}}}}"
    user = somebody_with(OWNER, own)
    client = Client(headers={"user-agent": text})
    sign_in(client, user.email, PASSWORD)
    file = poison(own, text)
    sweep = Sweep(client, own, [name for name, route in ROUTES.items() if route.reads])
    shown = set()
    for name, address in sweep.addresses.items():
        if "hostile()" in sweep.look(address, name):
            shown.add(name)
    lead = re.findall(
        r'href="(/t/contoso/(?:ranges|numbers|plan)/[^"?]+)"',
        sweep.look(reverse("ranges", args=["contoso"]), "ranges"),
    )
    named = [unescape(address) for address in lead if "Leeds" in address]
    assert named
    others = (
        reverse("import_preview", args=["contoso", file.pk]),
        reverse("search", args=["contoso"]) + "?q=onerror",
        reverse("entry", args=["contoso", 2]),
    )
    for address in (*named, *others):
        assert "hostile()" in sweep.look(address, "one of them")
    assert sweep.wrong == []
    missing = [name for name in SHOWN if name not in shown]
    assert missing == [], "there was nothing to see"


def test_no_header_does(own: Tenant) -> None:
    sweep = Sweep(signed_in(somebody_with(ADMINISTRATOR, own)), own, ["overview", "account_login"])
    for header, value, address, part in itertools.product(
        HEADERS, ODD, sweep.addresses.values(), ({}, {"HX-Request": "true"})
    ):
        answer = sweep.client.get(address, headers={header: value, **part})
        sweep.judge(f"{header} {value[:40]!r}", answer, value)
    assert sweep.wrong == []
