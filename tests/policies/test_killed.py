"""A process that ends anywhere on the way loses no policy: the next sync goes on from the rows."""

from datetime import timedelta

import pytest

from numberline.assignments.models import Assignment
from numberline.policies import apply, conclude, due, sending
from tests.policies.profile import LONDON, ProfiledOffice


class Killed(BaseException):
    """The process ends here."""


def killed(*_arguments: object, **_named: object) -> None:
    """In place of a step."""
    raise Killed


@pytest.mark.parametrize(
    ("place", "name"),
    [
        (apply, "take_down"),
        (due, "write_rows"),
        (apply, "look_up"),
        (apply, "read_effective"),
        (conclude, "sent"),
        (sending.Sending, "_call"),
        (conclude, "shown"),
        (conclude, "record_many"),
        (conclude, "tell_failures"),
    ],
    ids=lambda part: getattr(part, "__name__", part),
)
def test_killed_at_any_step_the_next_passes_give_each_policy_and_record_it_once(
    office: ProfiledOffice, monkeypatch: pytest.MonkeyPatch, place: object, name: str
) -> None:
    ann = office.holder()
    with monkeypatch.context() as step:
        step.setattr(place, name, killed)
        with pytest.raises(Killed):
            office.apply()
    office.apply()
    office.passes(timedelta(minutes=6))
    office.apply()
    assert (office.has(ann), office.open_policies(), office.items()) == (LONDON, [], [])
    assert len(office.told()) == 2
    assert not Assignment.objects.of(office.tenant.pk).filter(policies_due=True).exists()


def test_killed_after_microsoft_took_it_the_next_pass_only_looks(
    office: ProfiledOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    ann = office.holder()
    call = sending.Sending._call

    def sent_and_killed(self: sending.Sending, group: list[object]) -> None:
        call(self, group)  # type: ignore[arg-type]
        raise Killed

    with monkeypatch.context() as step:
        step.setattr(sending.Sending, "_call", sent_and_killed)
        with pytest.raises(Killed):
            office.apply()
    office.control.clear_requests()
    office.apply()
    assert (office.has(ann), office.open_policies(), office.policy_writes()) == (LONDON, [], [])
    assert len(office.told()) == 2


def test_killed_before_its_policies_a_number_keeps_its_mark(
    office: ProfiledOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    ann = office.joiner()
    with monkeypatch.context() as step:
        step.setattr(apply, "take_down", killed)
        with pytest.raises(Killed):
            office.sync()
    assert (list(office.held()), office.has(ann)) == ([ann], {})
    office.sync()
    assert office.has(ann) == LONDON
