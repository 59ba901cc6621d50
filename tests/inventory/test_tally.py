"""The tally of numbers: always right, whatever changes numbers, and mended where it is not."""

import random
import threading
from collections import Counter
from typing import Any

import pytest
from django.db import connection, transaction

from numberline.core.states import MOVES, State
from numberline.inventory.declaring import insert
from numberline.inventory.membership import Homes
from numberline.inventory.models import Number, Tally
from numberline.inventory.moves import move
from numberline.inventory.tally import NO_RANGE, Kind, fold, recount, tally
from numberline.tenants.models import Tenant
from tests import factories as make


def counted(tenant: Tenant) -> dict[Kind, int]:
    """What the tally should say."""
    rows = Number.objects.of(tenant.pk).values_list(
        "range_id", "country", "area_code", "type", "provider", "state"
    )
    return dict(Counter(Kind(key or NO_RANGE, *others) for key, *others in rows))


def said(tenant: Tenant) -> dict[Any, int]:
    return tally(tenant.pk, *Kind._fields)


def test_a_number_that_moves_is_counted_in_its_new_state(database: str) -> None:
    tenant = make.tenant()
    home = make.range_(tenant)
    row = make.number(tenant, make.N1, home)
    make.number(tenant, make.N2)
    assert tally(tenant.pk, "range_key", "state") == {(home.pk, "available"): 1, (NO_RANGE, "available"): 1}
    with transaction.atomic():
        move(row, State.RESERVED, make.NOW, make.CAUSE, verb="reserve")
    assert tally(tenant.pk, "state") == {("reserved",): 1, ("available",): 1}


def test_what_is_rolled_back_is_not_counted(database: str) -> None:
    tenant = make.tenant()
    with transaction.atomic():
        make.number(tenant, make.N1)
        transaction.set_rollback(True)
    assert said(tenant) == {}


def test_each_tenant_has_its_own_tally(database: str) -> None:
    ours, theirs = make.tenant(), make.tenant("fabrikam")
    make.number(ours, make.N1)
    assert tally(theirs.pk, "state") == {}
    fold(theirs.pk)
    assert tally(ours.pk, "state") == {("available",): 1}


def test_numbers_by_the_thousand_are_a_handful_of_rows_in_the_tally(database: str) -> None:
    tenant = make.tenant()
    home = make.range_(tenant, numbers=["+442079460000-+442079463999"])
    homes = Homes.load(tenant.pk)
    keys = [(442079460000 + n, "") for n in range(4000)]
    insert(tenant.pk, homes, homes.by_id[home.pk], keys, make.NOW, imported=True)
    assert said(tenant) == counted(tenant)
    assert Tally.objects.of(tenant.pk).count() < 5


@pytest.mark.parametrize("seed", range(3))
def test_the_tally_is_right_after_any_series_of_changes(database: str, seed: int) -> None:
    dice = random.Random(seed)
    tenant = make.tenant()
    homes = [None, make.range_(tenant, "London"), make.range_(tenant, "Leeds")]
    for turn in range(60):
        rows = Number.objects.of(tenant.pk)
        keys = list(rows.values_list("pk", flat=True))
        some = rows.filter(pk__in=dice.sample(keys, min(len(keys), 3)))
        act = dice.choice(["make", "move", "home", "country", "delete", "fold", "undo"])
        if act == "make":
            make.number(tenant, f"+44207946{turn:04}", dice.choice(homes))
        elif act == "move":
            before, after = dice.choice(sorted(MOVES))
            some.filter(state=before).update(state=after)
        elif act == "home":
            some.update(range=dice.choice(homes), provider=dice.choice(["", "BT"]))
        elif act == "country":
            some.update(country=dice.choice(["GB", "JE"]), teams_free=False)
        elif act == "delete":
            some.filter(state=State.RETIRED).delete()
        elif act == "fold":
            fold(tenant.pk)
        else:
            with transaction.atomic():
                some.update(type="calling_plan")
                transaction.set_rollback(True)
        assert said(tenant) == counted(tenant), f"after {act}"
    assert recount(tenant.pk) == []


def test_folding_leaves_one_row_of_each_kind_that_there_is(database: str) -> None:
    tenant = make.tenant()
    row = make.number(tenant, make.N1)
    for state in (State.RESERVED, State.BLOCKED, State.AVAILABLE, State.RESERVED):
        Number.objects.of(tenant.pk).filter(pk=row.pk).update(state=state)
    fold(tenant.pk)
    assert [(one.state, one.count) for one in Tally.objects.of(tenant.pk)] == [("reserved", 1)]


def test_a_wrong_tally_is_told_and_mended(database: str) -> None:
    tenant = make.tenant()
    home = make.range_(tenant)
    make.number(tenant, make.N1, home)
    make.number(tenant, make.N2)
    Tally.objects.of(tenant.pk).filter(range_key=home.pk).update(count=5)
    Tally.objects.of(tenant.pk).filter(range_key=NO_RANGE).delete()
    told = recount(tenant.pk)
    assert [(one.kind.range_key, one.tally, one.numbers) for one in told] == [
        (NO_RANGE, 0, 1),
        (home.pk, 5, 1),
    ]
    assert "the tally said 5, there are 1" in str(told[1])
    assert said(tenant) == counted(tenant)
    assert recount(tenant.pk) == []
    Number.objects.of(tenant.pk).update(state=State.RESERVED)
    assert said(tenant) == counted(tenant)


@pytest.mark.postgresql
def test_two_who_change_numbers_of_one_kind_do_not_wait_for_each_other(database: str) -> None:
    tenant = make.tenant()
    rows = [make.number(tenant, text) for text in (make.N1, make.N2)]
    done = threading.Event()

    def other() -> None:
        with transaction.atomic():
            Number.objects.of(tenant.pk).filter(pk=rows[1].pk).update(state=State.RESERVED)
        fold(tenant.pk)
        connection.close()
        done.set()

    with transaction.atomic():
        Number.objects.of(tenant.pk).filter(pk=rows[0].pk).update(state=State.BLOCKED)
        thread = threading.Thread(target=other)
        thread.start()
        assert done.wait(20), "it waited for the one that has not committed"
    thread.join()
    fold(tenant.pk)
    assert said(tenant) == counted(tenant)
