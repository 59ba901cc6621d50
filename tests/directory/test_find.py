"""Finding a person by what people type."""

import pytest

from numberline.core.person import PlanTable
from numberline.directory.find import PersonUnknown, person_named
from numberline.directory.intake import take_people
from numberline.graph.types import Removed
from tests import factories as make


def test_a_person_is_found_by_object_id_or_upn_whatever_the_case(database: str) -> None:
    owner = make.tenant()
    ann = make.person(owner, "Ann")
    for text in (make.oid("Ann"), make.oid("Ann").upper(), "ann@contoso.example", " ANN@Contoso.Example "):
        assert person_named(owner.pk, text) == ann


def test_a_live_person_beats_a_deleted_one_of_the_same_name(database: str) -> None:
    owner = make.tenant()
    for name, reason in (("old", "deleted"), ("older", "changed"), ("oldest", "deleted")):
        make.person(owner, name, userPrincipalName="ann@contoso.example")
        take_people(owner, [], [Removed(make.oid(name), reason)], PlanTable(), make.NOW, 1)  # type: ignore[arg-type]
    assert person_named(owner.pk, "ann@contoso.example").object_id == make.oid("older")
    live = make.person(owner, "ann")
    assert person_named(owner.pk, "ANN@contoso.example") == live


def test_nobody_of_that_name_is_said_in_one_sentence(database: str) -> None:
    ours, theirs = make.tenant(), make.tenant("fabrikam")
    make.person(theirs, "ann")
    for text in ("ann@contoso.example", make.oid("ann"), ""):
        with pytest.raises(PersonUnknown, match="check the spelling, or sync first"):
            person_named(ours.pk, text)
