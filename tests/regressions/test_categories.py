"""A line of a person that becomes another kind of line in Teams."""

from numberline.assignments.belongings import belongings_of
from numberline.assignments.found import reconcile_holders
from numberline.assignments.models import Assignment
from numberline.inventory.membership import Homes
from numberline.inventory.teams import take_page
from tests import factories as make
from tests.assignments.office import Office, opened

ANN = make.oid("ann")


def shows(office: Office, number: str, category: str) -> None:
    """Teams shows the number on Ann as this kind of line, and what that means is concluded."""
    page = (make.said(number, "ann", assignmentCategory=category),)
    seen = take_page(office.tenant, page, Homes.load(office.tenant.pk), office.now).seen
    reconcile_holders(office.tenant, office.now, make.CAUSE, seen)


def held(office: Office) -> str | None:
    """Ann's number, as the decision sees it."""
    holding = belongings_of(office.tenant.pk, [ANN], office.now).holdings.get(ANN)
    return None if holding is None else holding.number


def test_a_private_line_that_became_the_primary_number_is_what_the_person_holds(database: str) -> None:
    """Else the person would count as a joiner for ever, and be asked about and refused in every run."""
    with opened() as office:
        office.joiner("ann")
        office.stock(make.N1)
        shows(office, make.N1, "private")
        assert held(office) is None
        shows(office, make.N1, "primary")
        assert (held(office), office.items()) == (make.N1, [])
        entry = office.verbs()[-1]
        shows(office, make.N1, "primary")
        assert (office.verbs()[-1], office.verbs().count("found")) == (entry, 3), "and it is recorded once"


def test_a_primary_number_that_became_a_private_line_no_longer_counts(database: str) -> None:
    with opened() as office:
        office.joiner("ann")
        office.stock(make.N1)
        shows(office, make.N1, "primary")
        shows(office, make.N1, "private")
        assert (held(office), office.held()) == (None, {make.N1: ANN})


def test_a_private_line_that_became_a_second_primary_number_is_a_double_claim(database: str) -> None:
    with opened() as office:
        office.joiner("ann")
        office.stock(make.N1, make.N2)
        shows(office, make.N1, "primary")
        shows(office, make.N2, "private")
        shows(office, make.N2, "primary")
        rows = Assignment.objects.of(office.tenant.pk).filter(until=None)
        assert dict(rows.values_list("number__text", "category")) == {make.N1: "primary", make.N2: "second"}
        assert (held(office), office.items()) == (make.N1, ["double_claim"])
