"""The simulated company is repeatable, plausible, and of any size."""

from collections import Counter
from itertools import pairwise

import pytest
import yaml
from phonenumbers import is_possible_number, parse

from numberline.simulator.company import Company, Options, furnish
from numberline.simulator.configuration import configuration
from numberline.simulator.state import Tenant

NOW = 1_780_000_000.0


def company(people: int = 2000, seed: int = 1, **options: float) -> Company:
    """A furnished tenant's company."""
    tenant = Tenant(lambda: NOW, seed, "11111111-2222-4333-8444-555555555555")
    return furnish(tenant, Options(people=people, **options))


@pytest.fixture(scope="module")
def usual() -> Company:
    """The company that the demo shows."""
    return company()


def holders(made: Company) -> list[str]:
    """Whoever holds a primary number, once for each."""
    return [n.holder for n in made.tenant.numbers.everything() if n.holder and n.category == "primary"]


def test_the_same_seed_gives_the_same_company_and_another_seed_another(usual: Company) -> None:
    def shape(made: Company) -> list[tuple[str, object]]:
        return [(person.id, person.attributes["displayName"]) for person in made.tenant.directory.everyone]

    assert shape(company()) == shape(usual)
    assert shape(company(seed=2)) != shape(usual)


def test_nearly_all_who_are_licensed_hold_one_number_and_nobody_two(usual: Company) -> None:
    held = Counter(holders(usual))
    assert set(held.values()) == {1}
    people = [person for person in usual.tenant.directory.everyone if "PhoneSystem" in person.features]
    licensed = [person for person in people if person.attributes["department"] != "Meeting Rooms"]
    assert 0.95 < sum(person.id in held for person in licensed) / len(licensed) < 0.99


def test_there_are_three_countries_all_three_types_and_several_providers(usual: Company) -> None:
    assert {each.country for each in usual.ranges} == {"GB", "US", "DE"}
    assert {number.type for number in usual.tenant.numbers.everything()} == {
        "directRouting",
        "operatorConnect",
        "callingPlan",
    }
    assert len({each.provider for each in usual.ranges}) >= 6
    assert sum(each.office == "Park Lane" for each in usual.ranges) == 2
    assert {each.type for each in usual.ranges if each.city == "Abingdon"} == {"directRouting", "callingPlan"}


def test_there_are_the_odd_ones_too(usual: Company) -> None:
    people = usual.tenant.directory.everyone
    numbers = list(usual.tenant.numbers.everything())
    assert any(person.guest for person in people)
    assert any(
        not person.attributes["accountEnabled"] and "PhoneSystem" in person.features for person in people
    )
    assert any(number.use == "voiceApplication" for number in numbers)
    assert any(number.source == "onPremises" for number in numbers)
    assert any(number.category == "private" for number in numbers)


def test_everybody_holds_a_number_that_fits_licence_and_country(usual: Company) -> None:
    for number in usual.tenant.numbers.everything():
        person = usual.tenant.directory.get(number.holder or "")
        if person is None or number.use != "user":
            continue
        assert ("CallingPlan" in person.features) is (number.type == "callingPlan")
        assert number.country in (None, person.attributes["usageLocation"])


def test_every_number_is_possible_and_fictional(usual: Company) -> None:
    for each in usual.ranges:
        assert is_possible_number(parse(each.text(0)))
        assert is_possible_number(parse(each.text(each.count - 1)))
        if each.country == "US":
            assert each.text(0)[5:10] == "55501"


def test_there_are_numbers_to_spare_in_every_range_of_any_size(usual: Company) -> None:
    for made in (usual, company(people=12_000)):
        taken = Counter(number.text for number in made.tenant.numbers.everything() if number.holder)
        for each in made.ranges:
            assert sum(each.text(at) in taken for at in range(each.count)) < each.count


def test_ranges_never_overlap() -> None:
    blocks = sorted((each.first, each.first + each.count) for each in company(people=12_000).ranges)
    assert all(end <= begin for (_, end), (begin, _) in pairwise(blocks))


def test_shares_can_be_chosen() -> None:
    made = company(people=1000, joiners=1.0, guests=0.0)
    assert not any(person.guest for person in made.tenant.directory.everyone)
    people = {person.id for person in made.tenant.directory.everyone if "PhoneSystem" in person.features}
    assert not people & set(holders(made))


def test_who_joins_is_licensed_and_waits(usual: Company) -> None:
    joined = usual.join(NOW)
    person = usual.tenant.directory.get(joined["id"])
    assert person is not None
    assert "PhoneSystem" in person.features
    assert usual.tenant.numbers.held_by(person.id) == []


def test_the_configuration_declares_every_range_with_a_rule(usual: Company) -> None:
    document = yaml.safe_load(configuration(usual))
    assert (document["tenant"], document["mode"]) == ("contoso", "full")
    assert [each["name"] for each in document["ranges"]] == [each.name for each in usual.ranges]
    assert len({each["name"] for each in document["ranges"]}) == len(document["ranges"])
    park_lane = document["ranges"][0]
    assert park_lane["rule"] == 'Office = "Park Lane" AND City = "LONDON"'
    assert all(each["location"] for each in document["ranges"] if each["name"].startswith("Seattle"))
