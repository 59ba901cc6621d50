"""Roles grow by what they add."""

from itertools import pairwise

from numberline.access.permissions import Permission
from numberline.access.roles import ROLES


def test_each_role_holds_all_that_those_before_it_hold_and_the_owner_everything() -> None:
    for less, more in pairwise(ROLES):
        assert less.permissions < more.permissions
        assert more.covers(less)
        assert not less.covers(more)
    assert ROLES[-1].permissions == set(Permission)
