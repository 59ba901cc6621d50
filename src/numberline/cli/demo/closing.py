"""How the demo ends: what happened, and whether the simulated tenant agrees that nobody has two numbers."""

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from numberline.cli.demo import story as stages
from numberline.cli.demo.story import Story
from numberline.cli.output import grouped, plural

if TYPE_CHECKING:
    from numberline.simulator.client import Control


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the simulated tenant says at the end; each of `faults` is a sentence, none of which should ever be there."""

    holders: int
    faults: tuple[str, ...]


def summary(story: Story) -> list[str]:
    """What happened, in a few lines."""
    counters, joiners = story.counters(), story.joiners()
    assigned = f"{plural(counters.assigned, 'number')} given"
    if counters.typical is not None:
        assigned += (
            f", typically {counters.typical:.1f} s after joining (slowest {max(counters.seconds):.1f} s)"
        )
    joined = f"{plural(counters.joined, 'person', 'people')} joined in {story.now():.0f} s"
    lines = [f"{joined}; {assigned}; {plural(counters.passes, 'pass', 'passes')} over the tenant."]
    if counters.policies:
        lines.append(
            f"{plural(counters.policies, 'policy', 'policies')} of their ranges given and seen in Teams."
        )
    lines += [f"Waiting: {j.name}: {j.reason}" for j in joiners if j.stage == stages.WAITING]
    lines += [f"Held: {j.name}: {j.reason}" for j in joiners if j.stage == stages.HELD]
    lines += [f"Refused: {j.name}: {j.reason}" for j in joiners if j.stage == stages.REFUSED]
    return lines


def verify(tenant_id: int, control: "Control", story: Story) -> Verdict:
    """Read every number from the simulated tenant itself, and compare it with what the demo told, and who has it still:
    a visitor of the portal may have given or taken numbers meanwhile."""
    from numberline.assignments.models import Assignment
    from numberline.tenants.credentials import client
    from numberline.tenants.models import Tenant

    held: Counter[str] = Counter()
    holder_of: dict[str, str] = {}
    with client(Tenant.objects.get(pk=tenant_id)) as graph:
        for page in graph.number_pages():
            for number in page:
                if number.holder and number.is_primary:
                    held[number.holder] += 1
                    holder_of[number.telephone_number] = number.holder
    current = Assignment.objects.of(tenant_id).filter(until=None)
    recorded = dict(current.values_list("number__text", "person"))
    faults = [f"{person} holds {count} numbers" for person, count in held.items() if count > 1]
    faults += [
        f"{joiner.name} was given {grouped(joiner.number)}, and does not hold it"
        for joiner in story.joiners()
        if joiner.stage == stages.ASSIGNED
        and recorded.get(joiner.number) == joiner.person
        and holder_of.get(joiner.number) != joiner.person
    ]
    faults += [f"a conflicting request was sent: {conflict}" for conflict in control.judgement()]
    return Verdict(len(held), tuple(faults))


def sentence(verdict: Verdict) -> str:
    """The verdict in words."""
    if verdict.faults:
        return f"The simulated tenant disagrees: {'; '.join(verdict.faults)}."
    return (
        f"Checked against the simulated tenant: {plural(verdict.holders, 'person holds', 'people hold')} a number, "
        "nobody holds two, and no conflicting request was ever sent."
    )
