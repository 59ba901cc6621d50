"""Time that is behind: a tenant of a month ago, whose time can be advanced to the present and no further."""

import pytest

from numberline.simulator.client import ControlError
from tests.support import programs

DAY = 86_400.0


def test_the_tenants_time_is_behind_and_is_advanced_to_the_present_at_most() -> None:
    with programs.simulator(people=0, behind=30 * DAY) as simulator:
        control = simulator.control
        control.add_person(userPrincipalName="ann@contoso.example", displayName="Ann")
        control.delete("ann@contoso.example")
        assert control.advance(10 * DAY) == 20 * DAY
        assert control.state()["deleted"] == 1
        assert control.advance(100 * DAY) == 0
        with pytest.raises(ControlError, match="Time never goes back"):
            control.advance(-1)
