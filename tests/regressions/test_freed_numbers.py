"""Numbers that Teams let go of must come back to their range."""

from numberline.assignments.found import reconcile_holders
from numberline.assignments.intend import claim
from numberline.inventory.draw import drawable
from numberline.inventory.expire import expire
from numberline.inventory.teams import ListingResult, finish_listing
from tests import factories as make
from tests.assignments.office import Office, opened


def listing_names_nothing(office: Office) -> None:
    """A whole list of numbers in which Teams names none of ours, and what is concluded from it."""
    finish_listing(office.tenant, ListingResult(), office.now)
    reconcile_holders(office.tenant, office.now, make.CAUSE)


def test_a_direct_routing_number_that_teams_forgot_before_any_listing_named_it_can_be_drawn_again(
    database: str,
) -> None:
    """Given between two listings, and gone with the licence before the next one: no listing will ever say it is free."""
    with opened() as office:
        office.joiner("ann")
        office.stock(make.N1, make.N2)
        office.give("ann")
        office.time.advance(make.DAY)
        make.person(office.tenant, "ann", licences=())
        listing_names_nothing(office)
        office.time.advance(make.DAY * 2)
        claim(office.tenant.pk, office.intent("ann", make.N2), office.now, make.CAUSE)
        office.time.advance(make.DAY * 60)
        expire(office.tenant.pk, office.now, make.CAUSE)
        assert office.number(make.N1).state == "available"
        assert drawable(office.tenant.pk, office.now).filter(text=make.N1).exists()
