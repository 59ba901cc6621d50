"""What `worklist` shows: all of it or one code, and how many of each there are."""

import json

import pytest

from numberline.tenants.models import Tenant
from numberline.worklist.items import open_item
from tests import factories as make
from tests.support.command import Command


@pytest.fixture
def owner(cli: Command) -> Tenant:
    """Ranges that are low or used up, and Ann who waits."""
    tenant = make.tenant()
    make.person(tenant)
    for name in ("London", "Leeds"):
        open_item(tenant.pk, "range_low", make.NOW, range_name=name)
    open_item(tenant.pk, "not_ready", make.NOW, person=make.oid("ann"))
    return tenant


@pytest.mark.usefixtures("owner")
def test_the_list_ends_with_how_many_there_are_of_each_code(cli: Command) -> None:
    done = cli("worklist", "contoso")
    assert done.out.splitlines()[-2:] == ["", "3 items: 2 range_low, 1 not_ready."]
    assert list(json.loads(cli("worklist", "contoso", "--json").out)) == ["items"]


@pytest.mark.usefixtures("owner")
def test_one_code_alone_is_listed(cli: Command) -> None:
    done = cli("worklist", "contoso", "--code", "not_ready")
    assert "ann@contoso.example" in done.out
    assert "range_low" not in done.out
    assert done.out.splitlines()[-1] == "1 item: 1 not_ready."
    items = json.loads(cli("worklist", "contoso", "--code", "range_low", "--json").out)["items"]
    assert [item["code"] for item in items] == ["range_low", "range_low"]
    none = cli("worklist", "contoso", "--code", "moved")
    assert (none.code, none.out) == (0, "Nothing on the worklist of contoso has the code moved.\n")


@pytest.mark.usefixtures("owner")
def test_a_code_that_there_is_not_is_refused_with_those_that_there_are(cli: Command) -> None:
    done = cli("worklist", "contoso", "--code", "not-ready")
    assert (done.code, done.out) == (1, "")
    assert done.err.startswith(
        'numberline: "not-ready" is no code of the worklist: write one of alert_failed, '
    )
    assert "not_ready" in done.err
