"""What Teams shows of people's policies: asked of each person, or read for everybody when that is quicker."""

from collections.abc import Collection
from concurrent.futures import ThreadPoolExecutor

from numberline.directory.models import Person
from numberline.graph.client import GraphClient
from numberline.graph.policies import EffectivePolicy

Shown = dict[str, tuple[EffectivePolicy, ...] | None]
"""By object id; None: Teams does not know the person."""

WORKERS = 16
FEW = 50
A_PAGE = 100
"""User configurations in a page, at least. Microsoft documents no size."""


def read_effective(tenant_id: int, client: GraphClient, people: Collection[str]) -> Shown:
    """The policies in effect on these people. Raises GraphError."""
    if len(people) > FEW:
        known = Person.objects.of(tenant_id).filter(deleted="").count()
        if len(people) > known // A_PAGE:
            return _listed(client, people)
    with ThreadPoolExecutor(WORKERS, thread_name_prefix="policies") as pool:
        found = pool.map(client.policies_of, people)
        return {
            person: None if one is None else one.policies for person, one in zip(people, found, strict=True)
        }


def _listed(client: GraphClient, people: Collection[str]) -> Shown:
    wanted = set(people)
    shown: Shown = dict.fromkeys(wanted)
    for page in client.policy_pages():
        shown.update((one.id.lower(), one.policies) for one in page if one.id.lower() in wanted)
    return shown
