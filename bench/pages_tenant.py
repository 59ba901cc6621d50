"""A tenant of any size in a database of its own, and the portal's pages over it, asked one at a time.

`python -m bench.pages_tenant URL NUMBERS PEOPLE` makes the tenant, prints a line of JSON with what addresses need, then
reads addresses from its input, a line each, and answers each with a line of JSON: seconds, bytes, the answer's status,
and after the word `count` the queries.
"""

from __future__ import annotations

import json
import os
import random
import sys
from datetime import UTC, datetime, timedelta
from time import perf_counter
from typing import Any

from bench import pages_around

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
DAY = timedelta(days=1)
FIRST = 442000000000
RANGES = ((50_000, 200), (0, 70))
"""From so many numbers on, how many ranges there are: more than a page of them in any tenant."""
BIG = 8
"""Ranges that share four fifths of the numbers; of each fourth the number is drawn that was free for longest."""
HOST = "localhost"
OTHER_STATES = (("reserved",), ("assigned", "quarantined"), ("blocked",))
"""The ways of those that rest otherwise, along legal moves."""


def main() -> None:
    """Make the tenant, then answer."""
    url, numbers, people = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    os.environ["NUMBERLINE_DATABASE_URL"] = url
    from numberline.database import prepare

    prepare()
    began = perf_counter()
    samples = make(numbers, people)
    _say({**samples, "seconds": perf_counter() - began})
    client = _client()
    for line in sys.stdin:
        _say(_ask(client, line.strip()))


def make(numbers: int, people: int) -> dict[str, str]:
    """A tenant with ranges, numbers in all states, people, and who holds what; gives samples for addresses."""
    from numberline.inventory.tally import fold
    from numberline.tenants.models import Tenant

    tenant = Tenant.objects.create(
        name="Contoso", entra_id="0", client_id="0", credential=b"", mode="full", country="GB", created_at=NOW
    )
    _numbers(tenant.pk, numbers)
    _people(tenant, people)
    held = _hold(tenant.pk, min(people, numbers) * 9 // 10)
    around = pages_around.make(tenant, numbers, NOW)
    fold(tenant.pk)
    _settle()
    name = held[2].partition("@")[0].replace(".", " ")
    samples = {"number": held[1], "person": held[0], "upn": held[2], "name": name, "range": "Range 007"}
    return {**samples, **around, "small_range": "Range 060", "waiting": _waiting(tenant.pk)}


def _sizes(numbers: int) -> list[int]:
    """How many numbers each range has."""
    count = next(ranges for least, ranges in RANGES if numbers >= least)
    big, others = numbers * 4 // 5 // BIG, numbers // 5 // (count - BIG)
    return [big] * BIG + [others] * (count - BIG)


def _numbers(tenant_id: int, count: int) -> None:
    """Ranges of Direct Routing numbers; some of each rest otherwise, some are locked or without a range."""
    from django.db.models import F

    from numberline.inventory.declaring import insert
    from numberline.inventory.membership import Homes
    from numberline.inventory.models import Number, Range

    rows = Number.objects.of(tenant_id)
    for index, size in enumerate(_sizes(count)):
        first = FIRST + index * 1_000_000
        home = Range.objects.of(tenant_id).create(
            name=f"Range {index:03}",
            type="direct_routing",
            provider=f"Carrier {index % 4}",
            numbers=[f"+{first}-+{first + size - 1}"],
            rule=f'City = "City {index:02}"',
            draw="longest_idle" if index % 4 == 3 else "lowest",
        )
        homes = Homes.load(tenant_id)
        keys = [(first + at, "") for at in range(size)]
        insert(tenant_id, homes, homes.by_id[home.pk], keys, NOW - DAY, imported=True)
        for place, way in enumerate(OTHER_STATES):
            for state in way:
                rest = rows.filter(range=home).annotate(end=F("value") % 12)
                rest.filter(end=place).update(state=state)
    for days in (400, 100, 3):
        some = rows.annotate(end=F("value") % 1000).filter(end__range=(days, days + 200))
        some.update(freed_at=NOW - days * DAY)
    ends = rows.annotate(end=F("value") % 16)
    ends.filter(end=7).update(locked=True)
    ends.filter(end=9).update(range=None, type="operator_connect", provider="Operator")


def _people(tenant: Any, count: int) -> None:
    from bench.pages_people import users
    from numberline.core.person import PlanTable
    from numberline.directory.intake import take_people
    from numberline.directory.models import Person

    batch: list[Any] = []
    for user in users(count):
        batch.append(user)
        if len(batch) == 1000:
            take_people(tenant, batch, [], PlanTable(), NOW, 1)
            batch = []
    take_people(tenant, batch, [], PlanTable(), NOW, 1)
    rows = Person.objects.of(tenant.pk)
    rows.update(action="keep", code="holds", reason="Holds a number of a range that matches.", changed=False)
    # More than a page of each in the small tenant too: pages with as many lines are compared.
    rows.filter(object_id__endswith="f").update(action="wait", code="range_exhausted")
    held = rows.filter(object_id__endswith="d")
    held.update(action="release", code="unlicensed", limited_by="release", limited_since=NOW)
    few = list(rows.exclude(object_id__endswith="f").order_by("pk").values_list("pk", flat=True)[:60])
    rows.filter(pk__in=few).update(locked=True, action="skip", code="locked")
    rows.filter(object_id__endswith="2e").update(deleted="soft")


def _waiting(tenant_id: int) -> str:
    """Somebody who waits, in the city of a range that gives what was free for longest."""
    from numberline.directory.models import Person

    rows = (
        Person.objects.of(tenant_id)
        .filter(action="wait")
        .order_by("-pk")
        .values_list("object_id", "attributes")
    )
    return str(next(key for key, text in rows if '"City 03"' in text))


def _hold(tenant_id: int, count: int) -> tuple[str, str, str]:
    """The first so many people hold a number each, spread over the ranges."""
    from numberline import bulk
    from numberline.assignments.models import Assignment
    from numberline.directory.models import Person
    from numberline.inventory.models import Number

    people = Person.objects.of(tenant_id).order_by("pk").values_list("object_id", "upn")[:count]
    free = Number.objects.of(tenant_id).filter(state="available", range__isnull=False).order_by("pk")
    keys = list(free.values_list("pk", "text")[: count * 2 : 2]) or list(
        free.values_list("pk", "text")[:count]
    )
    pairs = list(zip(people, keys, strict=False))
    rows = [(key, person, NOW - DAY, "numberline") for (person, _), (key, _) in pairs]
    for start in range(0, len(rows), 10_000):
        some = rows[start : start + 10_000]
        bulk.insert(Assignment, tenant_id, ("number", "person", "since", "source"), some)
        bulk.update(Number, tenant_id, ("state", "teams_free"), [("assigned", False, row[0]) for row in some])
    (person, upn), (_, number) = random.Random(7).choice(pairs)
    return person, number, upn


def _settle() -> None:
    """What a database in use has anyway: its statistics, and on PostgreSQL a map of what is visible to all."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")


def _client() -> Any:
    from django.test import Client

    from numberline.accounts.models import User
    from numberline.portal.guard import HAS_FACTOR

    owner = User.objects.create(email="owner@contoso.example", owner=True, created_at=NOW)
    client = Client(SERVER_NAME=HOST)
    client.force_login(owner, backend="allauth.account.auth_backends.AuthenticationBackend")
    session = client.session
    session[HAS_FACTOR] = True
    session.save()
    return client


def _ask(client: Any, line: str) -> dict[str, Any]:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    address, _, count = line.partition(" ")
    queries = 0
    began = perf_counter()
    if count:
        with CaptureQueriesContext(connection) as seen:
            answer = client.get(address)
            size = len(b"".join(answer) if answer.streaming else answer.content)
        queries = len(seen)
    else:
        answer = client.get(address)
        size = len(b"".join(answer) if answer.streaming else answer.content)
    seconds = perf_counter() - began
    return {"seconds": seconds, "bytes": size, "status": answer.status_code, "queries": queries}


def _say(what: dict[str, Any]) -> None:
    print(json.dumps(what), flush=True)


if __name__ == "__main__":
    main()
