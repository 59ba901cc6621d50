"""Which columns a list shows: its reader chooses them, in the address and for the session."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from numberline.access.roles import VIEWER
from numberline.tenants.models import Tenant
from tests import factories as make
from tests.portal.people import signed_in, somebody_with


@pytest.fixture
def tenant(database: str) -> Tenant:
    owner = make.tenant()
    make.person(owner, "ann", city="Leeds", officeLocation="<b>1</b> Park Row")
    make.number(owner, make.N1)
    return owner


@pytest.fixture
def viewer(tenant: Tenant) -> Client:
    return signed_in(somebody_with(VIEWER, tenant))


def heads(page: str) -> list[str]:
    return re.findall(r"<th>([^<]+)</th>", page)


def look(viewer: Client, route: str, **query: object) -> str:
    answer = viewer.get(reverse(route, args=["contoso"]), query)
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.sqlite
def test_any_attribute_can_be_a_column_and_the_choice_is_remembered(viewer: Client) -> None:
    assert heads(look(viewer, "people")) == ["Name", "UPN", "Number", "Decision", "Since"]
    page = look(viewer, "people", column=["", "Office", "number", "no-such"], q="ann")
    assert heads(page) == ["Name", "Number", "Office"]
    assert '<td class="extra nowrap">&lt;b&gt;1&lt;/b&gt; Park Row</td>' in page
    assert '<input type="hidden" name="q" value="ann">' in page
    assert heads(look(viewer, "people", q="ann")) == ["Name", "Number", "Office"]
    assert heads(look(viewer, "people", column="")) == ["Name"]


@pytest.mark.sqlite
def test_numbers_have_columns_of_their_own(viewer: Client) -> None:
    page = look(viewer, "numbers", column=["state", "country", "area", "place", "until", "purpose"])
    assert heads(page) == ["Number", "State", "Country", "Area code", "City", "Ends", "Reserved for"]
    assert '<td class="extra">GB</td>' in page
    assert heads(look(viewer, "people"))[1] == "UPN"
