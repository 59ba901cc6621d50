"""A run that fails is told to a human until one ends well."""

import pytest

from numberline.graph.errors import Stop
from numberline.runs.passes import close_run, one_pass
from numberline.tenants.models import Tenant
from numberline.worklist.models import Item
from tests import factories as make


@pytest.fixture
def owner(database: str) -> Tenant:
    return make.tenant()


def runs(owner: Tenant, outcome: str, kind: str = "sync") -> None:
    """A run that ends in this way; it asks nothing of Microsoft."""
    with one_pass(owner, kind, "automation", 0.0, None) as work:
        if outcome == "failed":
            raise Stop("wrong_secret", "The client secret is wrong.", "Create a new one.")
        close_run(work.run, outcome, "")


def fails(owner: Tenant, kind: str = "sync") -> None:
    with pytest.raises(Stop):
        runs(owner, "failed", kind)


def test_the_first_failure_opens_an_item_and_the_next_good_run_closes_it(owner: Tenant) -> None:
    fails(owner)
    first = Item.objects.of(owner.pk).get()
    assert (first.code, first.closed_at) == ("run_failing", None)
    assert first.cause == "The last run failed: The client secret is wrong: create a new one."
    fails(owner, "full")
    assert Item.objects.of(owner.pk).get().since == first.since
    runs(owner, "ended")
    assert Item.objects.of(owner.pk).get().closed_at is None, "a run that was interrupted says nothing"
    runs(owner, "done")
    assert Item.objects.of(owner.pk).get().closed_at is not None
    fails(owner)
    assert Item.objects.of(owner.pk).filter(closed_at=None).count() == 1


@pytest.mark.parametrize("kind", ["person", "plan", "apply"])
def test_what_somebody_asked_for_by_hand_fails_before_their_eyes_alone(owner: Tenant, kind: str) -> None:
    fails(owner, kind)
    assert not Item.objects.of(owner.pk).exists()
