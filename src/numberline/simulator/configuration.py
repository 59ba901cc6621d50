"""The Numberline configuration file that fits a simulated company."""

from .company import Company
from .offices import NumberRange

TYPES = {
    "directRouting": "direct_routing",
    "operatorConnect": "operator_connect",
    "callingPlan": "calling_plan",
}


def configuration(company: Company, tenant: str = "contoso", mode: str = "full", poll: str = "15s") -> str:
    """YAML that declares every range of the company with its rule, for the tenant of that name in Numberline."""
    head = f"""\
tenant: {tenant}
mode: {mode}
poll: {poll}
exclude: 'ServicePlan = "MCOEV_VIRTUALUSER" OR Department = "Meeting Rooms"'
defaults: {{grace: 24h, quarantine: 30d}}
ranges:
"""
    return head + "".join(_range(each) for each in company.ranges)


def _range(each: NumberRange) -> str:
    lines = [
        f"  - name: {each.name}",
        f"    type: {TYPES[each.type]}",
        f"    provider: {each.provider}",
        f'    numbers: ["{each.text(0)}-{each.text(each.count - 1)}"]',
        f"    rule: '{each.rule}'",
        f"    priority: {5 if each.departments else 10}",
        "    alert_below: 10",
    ]
    if each.type == "callingPlan" and each.country == "US":
        lines.append(f"    location: {each.location}")
    if each.policies:
        named = ", ".join(f"{type}: {name}" for type, name in each.policies.items())
        lines.append(f"    policies: {{{named}}}")
    return "\n".join(lines) + "\n"
