"""The page of roles says what the tables say."""

from itertools import pairwise

from numberline.access.permissions import Permission
from numberline.access.reference import page
from numberline.access.roles import ROLES
from tests.support.command import ROOT


def test_the_page_of_roles_is_as_it_is_written_from_the_tables() -> None:
    kept = (ROOT / "docs" / "reference" / "roles.md").read_text(encoding="utf-8")
    assert kept == page(), "run python -m numberline.access.reference"


def test_each_role_holds_all_that_those_before_it_hold_and_the_owner_everything() -> None:
    for less, more in pairwise(ROLES):
        assert less.permissions < more.permissions
        assert more.covers(less)
        assert not less.covers(more)
    assert ROLES[-1].permissions == set(Permission)
