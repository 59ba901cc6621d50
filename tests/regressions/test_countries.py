"""The country of numbers, where Teams names none."""

from numberline.inventory.membership import Homes
from numberline.inventory.teams import take_page
from tests import factories as make


def test_a_number_whose_country_teams_does_not_name_keeps_the_one_that_it_tells_itself(database: str) -> None:
    """`isoCountryCode` is nullable; the second listing must not take the number out of the reach of its country."""
    owner = make.tenant()
    make.range_(owner, "Plan", type="calling_plan", select={"country": "GB"})
    for _ in range(2):
        page = (make.said(make.N1, numberType="callingPlan", isoCountryCode=None),)
        take_page(owner, page, Homes.load(owner.pk), make.NOW)
        number = make.number_row(owner, make.N1)
        assert (number.country, number.range and number.range.name) == ("GB", "Plan")
