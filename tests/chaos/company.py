"""The company that the machine lives through: its numbers and the configuration file of its ranges."""

from datetime import timedelta
from typing import Final

MOST_PEOPLE: Final = 9
"""As many as the limits let leave on one day: nothing is ever held back."""

LINES = [f"+4420794600{index:02}" for index in range(5)]
OPERATOR = [f"+4420794601{index:02}" for index in range(3)]
LEEDS = [f"+4416329600{index:02}" for index in range(3)]
PLANS = [f"+4416329601{index:02}" for index in range(3)]
STRANGERS = ["+442079460900", "+442079460901"]
"""Numbers that no range has; they get to Teams only when somebody assigns them there."""
NUMBERS = [*LINES, *OPERATOR, *LEEDS, *PLANS, *STRANGERS]
GRACE, GRACE_OF_LEEDS = timedelta(hours=24), timedelta(hours=12)

CONFIGURATION = f"""
tenant: TENANT
mode: full
defaults:
  grace: 24h
  quarantine: 0s
ranges:
  - name: London lines
    type: direct_routing
    provider: BT
    numbers: ["{LINES[0]}-{LINES[-1]}"]
    rule: 'City = "London"'
    priority: 10
    quarantine: 2d
  - name: London operator
    type: operator_connect
    numbers: ["{OPERATOR[0]}-{OPERATOR[-1]}"]
    rule: 'City = "London"'
    priority: 20
  - name: Leeds
    type: direct_routing
    provider: BT
    numbers: ["{LEEDS[0]}-{LEEDS[-1]}"]
    rule: 'City = "Leeds"'
    draw: longest_idle
    grace: 12h
  - name: Plans
    type: calling_plan
    numbers: ["{PLANS[0]}-{PLANS[-1]}"]
    rule: EVERYONE
    quarantine: 7d
"""
