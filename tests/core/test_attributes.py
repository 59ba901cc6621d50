"""The table of attributes: names, what Graph is asked for, and the page that documents them."""

from pathlib import Path

import pytest

from numberline.core.attributes import ATTRIBUTES, PLAN_FIELDS, SELECT, find, flatten, similar

REFERENCE = Path(__file__).parents[2] / "docs" / "reference" / "rules.md"


@pytest.mark.parametrize(
    ("name", "graph"),
    [
        ("City", "city"),
        ("user.city", "city"),
        ("USER.CITY", "city"),
        ("Office", "officeLocation"),
        ("office location", "officeLocation"),
        ("user.physicalDeliveryOfficeName", "officeLocation"),
        ("License Usage Location", "usageLocation"),
        ("UsageLocation", "usageLocation"),
        ("UPN", "userPrincipalName"),
        ("user.userPrincipalName", "userPrincipalName"),
        ("user.mobile", "mobilePhone"),
        ("user.telephoneNumber", "businessPhones"),
        ("user.facsimileTelephoneNumber", "faxNumber"),
        ("user.sipProxyAddress", "imAddresses"),
        ("user.objectId", "id"),
        ("user.mailNickname", "mailNickname"),
        ("user.dirSyncEnabled", "onPremisesSyncEnabled"),
        ("Synced", "onPremisesSyncEnabled"),
        ("extensionattribute15", "extensionAttribute15"),
        ("Sku", "assignedLicenses"),
        ("ServicePlan", "assignedPlans"),
        ("assignedPlan.service", "service"),
    ],
)
def test_an_attribute_is_found_by_every_name_ignoring_case(name: str, graph: str) -> None:
    attribute = find(name)
    assert attribute is not None
    assert attribute.graph == graph


def test_a_name_that_is_no_attribute_is_not_found() -> None:
    assert find("Shoesize") is None
    assert find("extensionAttribute16") is None
    assert find("user.assignedLicenses") is None


def test_no_name_stands_for_two_attributes() -> None:
    for attribute in ATTRIBUTES:
        assert [find(name) for name in attribute.names] == [attribute] * len(attribute.names)


def test_a_misspelled_name_has_a_neighbour_in_the_same_spelling() -> None:
    assert similar("Ofice") == "Office"
    assert similar("user.departmnt") == "user.department"
    assert similar("Shoesize") is None


def test_graph_is_asked_for_every_attribute_once_and_for_extension_attributes_as_one() -> None:
    assert len(set(SELECT)) == len(SELECT)
    assert "onPremisesExtensionAttributes" in SELECT
    assert not any(name.startswith("extensionAttribute") for name in SELECT)
    assert {a.graph for a in ATTRIBUTES if not a.graph.startswith("extension")} <= set(SELECT)


def test_extension_attributes_are_lifted_to_the_top_level() -> None:
    user = {
        "id": "1",
        "city": None,
        "onPremisesExtensionAttributes": {"extensionAttribute3": "UK-1", "@odata.type": "x"},
    }
    assert flatten(user) == {"id": "1", "city": None, "extensionAttribute3": "UK-1"}
    assert flatten({"id": "1", "onPremisesExtensionAttributes": None}) == {"id": "1"}


@pytest.mark.parametrize("attribute", [*ATTRIBUTES, *PLAN_FIELDS], ids=lambda attribute: attribute.plain)
def test_every_attribute_is_documented_under_each_of_its_names(attribute) -> None:  # type: ignore[no-untyped-def]
    text = REFERENCE.read_text(encoding="utf-8")
    if attribute.plain.startswith("ExtensionAttribute"):
        assert "`ExtensionAttribute1` … `ExtensionAttribute15`" in text
        return
    assert f"`{attribute.plain}`" in text
    assert not attribute.entra or f"`{attribute.entra}`" in text
    assert all(f'`"{alias}"`' in text for alias in attribute.aliases)
