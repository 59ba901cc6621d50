"""Going on after the secret key was lost: everybody sees for ever that it happened, and nothing can hide behind it."""

import pytest
from django.conf import settings

from numberline.audit.anew import KeyNotLost, begin_anew
from numberline.audit.chain import TrailBroken
from numberline.audit.earlier import Record
from numberline.audit.models import Head
from numberline.audit.record import Cause, Fact
from numberline.audit.verify import Fault, Verdict, Witness, verify
from tests import factories as make
from tests.audit import attacks

FIRST, SECOND = "the first secret key, long enough for it", "the second secret key, long enough too"
THIRD = "the third secret key, as long as the others"
BECAUSE = Cause("cli:anna", "the server burnt", "T-9")


def anew(tenant_id: int = attacks.TENANT) -> Record:
    return begin_anew(tenant_id, "contoso", make.NOW, BECAUSE)


def findings(*witnesses: Witness) -> list[tuple[Fault, int, int]]:
    return [(f.fault, f.first, f.last) for f in verify(attacks.TENANT, witnesses).findings]


@pytest.fixture
def lost(database: str, monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """Three entries, whose key is lost."""
    monkeypatch.setattr(settings, "SECRET_KEY", FIRST)
    attacks.wrote(*attacks.moves(3))
    monkeypatch.setattr(settings, "SECRET_KEY", SECOND)
    return monkeypatch


@pytest.mark.usefixtures("lost")
def test_after_beginning_anew_the_trail_goes_on_and_what_follows_is_proved() -> None:
    with pytest.raises(TrailBroken, match="audit begin-anew"):
        attacks.wrote(Fact("fourth"))
    anew()
    attacks.wrote(*attacks.moves(2))
    verdict = verify(attacks.TENANT)
    assert (verdict.whole, verdict.whole_since, verdict.entries) == (False, 4, 6)
    assert findings() == [(Fault.NOT_PROVABLE, 1, 3)]
    (finding,) = verdict.findings
    for part in ("entries 1 to 3", "cli:anna", "2026-11-23 09:00:00", "the server burnt"):
        assert part in finding.text
    entry = attacks.row(4)
    assert (entry.verb, entry.actor, entry.reason, entry.ticket) == (
        "begin_anew",
        "cli:anna",
        "the server burnt",
        "T-9",
    )
    assert (entry.before["head"], entry.before["keys"]) == (f"3:{attacks.row(3).mac}", [attacks.row(1).key])
    attacks.alter(5, "actor", "somebody else")
    assert (Fault.ALTERED, 5, 5) in findings()


def whole_again(verdict: Verdict) -> bool:
    return verdict.whole or verdict.whole_since is not None


@pytest.mark.usefixtures("lost")
@pytest.mark.parametrize(
    ("column", "value"), [("actor", "somebody else"), ("mac", "0" * 64), ("key", "ffffffff"), ("reason", "x")]
)
@pytest.mark.parametrize("seq", [1, 3])
def test_what_can_not_be_proved_can_still_not_be_changed_unnoticed(seq: int, column: str, value: str) -> None:
    anew()
    attacks.alter(seq, column, value)
    assert (Fault.ALTERED, 1, 3) in findings()
    assert not whole_again(verify(attacks.TENANT))


@pytest.mark.usefixtures("lost")
def test_what_was_removed_or_added_before_it_is_found_as_well() -> None:
    anew()
    attacks.delete(2, 2)
    assert {fault for fault, *_ in findings()} == {Fault.NOT_PROVABLE, Fault.MISSING, Fault.ALTERED}


@pytest.mark.usefixtures("lost")
@pytest.mark.parametrize(
    ("column", "value"), [("before", "{}"), ("reason", "another"), ("actor", "x"), ("verb", "block")]
)
def test_the_entry_itself_can_be_neither_altered_nor_forged(column: str, value: str) -> None:
    anew()
    attacks.alter(4, column, value)
    found = findings()
    assert (Fault.ALTERED, 4, 4) in found
    assert (Fault.KEY_UNKNOWN, 1, 1) in found


@pytest.mark.usefixtures("lost")
def test_an_entry_that_only_claims_to_begin_anew_proves_nothing() -> None:
    record = anew()
    attacks.wrote(Fact("begin_anew", before={"head": record.head, "mac": record.mac}))
    attacks.wrote(*attacks.moves(1))
    attacks.alter(5, "key", "00000000")
    found = findings()
    assert (Fault.KEY_UNKNOWN, 5, 5) in found


@pytest.mark.usefixtures("database")
def test_a_trail_whose_key_is_there_is_not_begun_anew() -> None:
    with pytest.raises(KeyNotLost, match="no audit trail"):
        anew()
    attacks.wrote(*attacks.moves(3))
    with pytest.raises(KeyNotLost, match="goes on as it is"):
        anew()
    attacks.raw("UPDATE audit_head SET seal = ''")
    with pytest.raises(KeyNotLost, match="somebody altered where the trail ends"):
        anew()
    assert [entry.verb for entry in (attacks.row(1), attacks.row(3))] == ["block", "block"]
    assert not attacks.Entry.objects.of(attacks.TENANT).filter(seq=4).exists()


@pytest.mark.usefixtures("database")
def test_a_head_that_only_names_another_key_is_no_way_to_hide_that_the_tail_was_cut_off() -> None:
    """Every entry that is left verifies: what shows is that somebody began the trail anew, and what a run noted."""
    attacks.wrote(*attacks.moves(5))
    noted = Head.objects.of(attacks.TENANT).get()
    attacks.delete(4, 5)
    attacks.raw("UPDATE audit_head SET key = 'ffffffff', seq = 3, mac = %s", attacks.row(3).mac)
    anew()
    assert findings() == [(Fault.NOT_PROVABLE, 3, 3)]
    attacks.wrote(*attacks.moves(1))
    witness = Witness(noted.seq, noted.mac, "run 1")
    assert (Fault.HEAD_DIFFERS, 5, 5) in findings(witness)


@pytest.mark.usefixtures("lost")
def test_what_was_cut_off_or_added_before_stays_visible_afterwards() -> None:
    attacks.delete(3, 3)
    anew()
    found = findings()
    assert (Fault.MISSING, 3, 3) in found
    assert not whole_again(verify(attacks.TENANT))


def test_a_key_lost_again_leaves_two_parts_behind(lost: pytest.MonkeyPatch) -> None:
    anew()
    attacks.wrote(*attacks.moves(2))
    lost.setattr(settings, "SECRET_KEY", THIRD)
    with pytest.raises(TrailBroken):
        attacks.wrote(Fact("seventh"))
    anew()
    assert (findings(), verify(attacks.TENANT).whole_since) == ([(Fault.NOT_PROVABLE, 1, 6)], 7)


def test_who_finds_the_key_again_proves_everything_again(lost: pytest.MonkeyPatch) -> None:
    anew()
    attacks.wrote(*attacks.moves(2))
    lost.setattr(settings, "SECRET_KEY", f"{SECOND},{FIRST}")
    assert verify(attacks.TENANT).whole


def test_a_head_that_was_altered_before_shows_when_the_key_is_found_again(lost: pytest.MonkeyPatch) -> None:
    attacks.raw("UPDATE audit_head SET seal = %s", "0" * 64)
    anew()
    lost.setattr(settings, "SECRET_KEY", f"{SECOND},{FIRST}")
    assert findings() == [(Fault.HEAD_DIFFERS, 3, 3)]
