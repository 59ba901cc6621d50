"""`numberline audit` and `person history`, as an auditor uses them."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from numberline.audit.models import Entry, Head
from numberline.runs.models import Run
from numberline.tenants.models import Tenant
from tests import factories as make
from tests.audit import attacks
from tests.support.command import Command
from tests.support.tenant import Office, connected


@pytest.fixture
def office(cli: Command, tmp_path: Path) -> Iterator[Office]:
    """A tenant in which one person was given a number."""
    with connected(cli, tmp_path) as office:
        office.joiners(1, userPrincipalName="ada@contoso.example", displayName="Ada Abbott")
        office.sync()
        yield office


def tenant_id() -> int:
    return Tenant.objects.get(name="contoso").pk


def test_an_auditor_proves_the_trail_exports_it_and_finds_what_somebody_did_to_it(office: Office) -> None:
    cli, key = office.cli, tenant_id()
    head = Head.objects.of(key).get()
    done = cli("audit", "verify", "contoso")
    assert (done.code, done.out) == (0, f"contoso: whole, {head.seq} entries, head {head}\n")
    assert Run.objects.of(key).latest("pk").audit_head == str(head), "a run notes where the trail ended"

    lines = [json.loads(line) for line in cli("audit", "export", "contoso").out.splitlines()]
    assert [line["seq"] for line in lines] == list(range(1, head.seq + 1))
    assert {line["tenant"] for line in lines} == {"contoso"}
    assert (lines[0]["verb"], lines[-1]["verb"], lines[-1]["mac"]) == ("connect", "assign", head.mac)
    assert cli("audit", "export", "--since", "2100-01-01").out == ""
    assert cli("audit", "export", "--since", lines[0]["at"]).out.count("\n") == head.seq

    person = office.json("person", "history", "contoso", "ADA@contoso.example")["items"]
    assert [item["verb"] for item in person] == ["intend", "assign"]
    assert person[-1]["holds"] == [person[-1]["number"]]
    assert "+44 20 7946 0000" in cli("person", "history", "contoso", "ada@contoso.example").out

    attacks.alter(1, "actor", "somebody else", key)
    attacks.delete(head.seq, head.seq, key)
    done = cli("audit", "verify")
    assert done.code == 1
    assert "contoso: NOT whole" in done.out
    assert "entry 1 was altered" in done.out
    assert f"entry {head.seq} is cut off" in done.out
    assert done.err.startswith("numberline: the audit trail of contoso is not whole")


def test_a_trail_put_back_to_an_older_state_is_found_by_the_runs_since(office: Office) -> None:
    key = tenant_id()
    earlier = Head.objects.of(key).get()
    office.joiners(1)
    office.sync()
    attacks.put_head_back(earlier.seq, earlier)
    (item,) = office.json("audit", "verify", "contoso", codes=(1,))["items"]
    run = Run.objects.of(key).latest("pk").pk
    assert (item["whole"], [f["fault"] for f in item["findings"]]) == (False, ["cut_off"])
    assert f"says run {run}" in item["findings"][0]["text"]


def test_a_run_logs_the_head(office: Office) -> None:
    done = office.cli("sync", "contoso", env={"NUMBERLINE_LOG": "info"})
    assert f"audit_head='{Head.objects.of(tenant_id()).get()}'" in done.err


def test_after_the_secret_key_was_lost_an_administrator_goes_on_and_everybody_sees_it(office: Office) -> None:
    entries = Head.objects.of(tenant_id()).get().seq
    assert office.cli("audit", "begin-anew", "contoso", "--reason", "trying").err == (
        "numberline: the key of the audit trail of contoso is not lost, it goes on as it is: nothing was changed.\n"
    )
    office.env = {"NUMBERLINE_SECRET_KEY": "another secret key because the first one is lost"}
    secret = ("tenant", "credential", "contoso", "--client-secret-file", office.folder / "secret.txt")
    refused = office.cli(*secret, env=office.env)
    assert refused.code == 1
    assert "numberline audit begin-anew --help" in refused.err
    assert "numberline tenant credential" in office.cli("tenant", "check", "contoso", env=office.env).err

    assert office.cli("audit", "begin-anew", "contoso", "--reason", " ", env=office.env).code == 1
    done = office.cli("audit", "begin-anew", "contoso", "--reason", "the disk died", env=office.env)
    assert (done.code, f"{entries} entries before" in done.out) == (0, True)
    assert office.cli(*secret, env=office.env).code == 0
    office.joiners(1)
    assert office.sync()["applied"]["assign"] == 1
    (item,) = office.json("audit", "verify", "contoso", codes=(3,))["items"]
    assert (item["whole"], item["whole_since"]) == (False, entries + 1)
    assert [(f["fault"], f["first"], f["last"]) for f in item["findings"]] == [("not_provable", 1, entries)]
    told = office.cli("audit", "verify", env=office.env)
    assert (told.code, f"contoso: whole since entry {entries + 1}" in told.out) == (3, True)
    assert "the disk died" in told.out


def test_a_head_kept_elsewhere_is_compared(cli: Command) -> None:
    key = make.tenant().pk
    attacks.wrote(*attacks.moves(3), tenant_id=key)
    kept = Head.objects.of(key).get()
    assert cli("audit", "verify", "contoso", "--head", kept).code == 0
    done = cli("audit", "verify", "contoso", "--head", f"9:{kept.mac}")
    assert (done.code, "the last one is 9, says the head that you gave" in done.out) == (1, True)
    assert cli("audit", "verify", "--head", kept).err == (
        "numberline: --head belongs to one tenant: name it before the option.\n"
    )
    for wrong in ("three", f"{kept.seq}:abc", f"0:{kept.mac}", f"{kept}0", kept.mac):
        done = cli("audit", "verify", "contoso", "--head", wrong)
        assert (done.code, done.out) == (1, "")
        assert done.err == (
            f"numberline: '{wrong}' is no head: write SEQ:MAC, the number of the entry, a colon and its 64 "
            "hexadecimal digits.\n"
        )
    strange = cli("audit", "verify", "contoso", "--head", f"{kept.seq}:{'ab' * 32}")
    assert (strange.code, "NOT whole" in strange.out) == (1, True)


def test_what_a_tenant_left_behind_is_verified_and_exported_too(cli: Command) -> None:
    attacks.wrote(*attacks.moves(2), tenant_id=77)
    done = cli("audit", "verify")
    assert (done.code, done.out.startswith("tenant 77, no longer connected: whole, 2 entries")) == (0, True)
    assert cli("audit", "export").out.count("\n") == Entry.objects.of(77).count()


def test_a_tenant_without_a_trail_lost_it(cli: Command) -> None:
    make.tenant()
    done = cli("audit", "verify", "contoso")
    assert (done.code, "the trail was removed" in done.out) == (1, True)


def test_a_broken_trail_refuses_changes_in_one_sentence(cli: Command) -> None:
    key = make.tenant().pk
    attacks.wrote(*attacks.moves(1), tenant_id=key)
    attacks.raw("UPDATE audit_head SET seal = ''")
    done = cli("tenant", "mode", "contoso", "observe")
    assert done.code == 1
    assert "was altered" in done.err
    assert done.err.count("\n") == 1
    assert Tenant.objects.get(pk=key).mode == "full"


def test_before_anything_is_recorded_there_is_nothing_to_prove(cli: Command) -> None:
    assert cli("audit", "verify").out == "No tenant is connected and nothing is recorded yet.\n"
    assert cli("audit", "export", "--since", "yesterday").code == 1


def test_somebody_who_left_the_directory_has_a_history_still(cli: Command) -> None:
    key = make.tenant().pk
    facts = attacks.Fact(
        "assign", make.oid("ann"), make.N1, after={"state": "assigned", "holder": make.oid("ann")}
    )
    attacks.wrote(facts, tenant_id=key)
    assert "+44 20 7946 0001" in cli("person", "history", "contoso", make.oid("ann").upper()).out
    assert cli("person", "history", "contoso", "nobody@contoso.example").code == 1
