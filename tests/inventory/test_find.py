"""Finding a number by what people type."""

import pytest

from numberline.inventory.find import NumberUnknown, number_named
from tests import factories as make


def test_a_number_is_found_as_people_write_it_with_its_range(database: str) -> None:
    owner = make.tenant()
    home = make.range_(owner)
    plain, extended = make.number(owner, make.N1, home), make.number(owner, f"{make.N1};ext=12", home)
    assert number_named(owner.pk, f" {make.N1} ") == plain
    assert number_named(owner.pk, f"tel:{make.N1};ext=12") == extended
    assert number_named(owner.pk, make.N1).range == home


def test_a_number_that_is_not_there_or_is_no_number_is_said_in_one_sentence(database: str) -> None:
    ours, theirs = make.tenant(), make.tenant("fabrikam")
    make.number(theirs, make.N1)
    with pytest.raises(NumberUnknown, match=r"\+442079460001 is not among this tenant's numbers: declare"):
        number_named(ours.pk, make.N1)
    with pytest.raises(NumberUnknown, match=r"is not an E\.164 number: write"):
        number_named(ours.pk, "020 7946 0001")
