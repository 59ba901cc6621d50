"""What the commands say of policies: found before the first joiner, and shown afterwards."""

from pathlib import Path

from tests.support.command import Command
from tests.support.tenant import connected

FILE = """
tenant: contoso
mode: full
ranges:
  - name: London Park Lane
    type: direct_routing
    numbers: ["+442079460000-+442079460099"]
    rule: 'Office = "Park Lane"'
    policies: {TenantDialPlan: UK-London, OnlineVoiceRoutingPolicy: UK-Intl}
"""


def test_a_wrong_name_is_found_by_both_checks_and_the_right_ones_are_shown_on_the_person(
    cli: Command, tmp_path: Path
) -> None:
    with connected(cli, tmp_path, configuration=FILE, people=0) as office:
        control, file = office.simulator.control, tmp_path / "numberline.yaml"
        control.faults(operation_seconds=0.05)
        control.add_policy("TenantDialPlan", "UK-London")
        checked = cli("config", "check", file, "--online")
        wrong = (
            'Wrong: line 9: the tenant has no OnlineVoiceRoutingPolicy "UK-Intl" (range "London Park Lane").'
        )
        assert (checked.code, checked.out.splitlines()[0]) == (1, wrong)
        told = office.json("config", "check", str(file), "--online", codes=(1,))
        assert told["errors"] == [wrong.removeprefix("Wrong: ")]
        (check,) = (
            one for one in checks(office.json("tenant", "check", "contoso", codes=(1,))) if not one["ok"]
        )
        assert (check["check"], check["code"]) == ("policies", "policy_unknown")
        assert check["detail"].startswith(
            "OnlineVoiceRoutingPolicy UK-Intl of London Park Lane: the tenant has no"
        )

        file.write_text(FILE.replace("UK-Intl", "UK-International"))
        control.add_policy("OnlineVoiceRoutingPolicy", "UK-International")
        assert cli("config", "apply", file).code == 0
        assert cli("config", "check", file, "--online").code == 0
        assert all(one["ok"] for one in checks(office.json("tenant", "check", "contoso")))
        (ann,) = office.joiners(1)
        office.sync()
        shown = cli("person", "show", "contoso", ann).out
        assert "TenantDialPlan            UK-London" in shown
        history = cli("person", "history", "contoso", ann).out
        assert "TenantDialPlan UK-London: the policies of the number's range" in history

        control.permissions(
            ["User.Read.All", "TeamsTelephoneNumber.ReadWrite.All", "TeamsUserConfiguration.Read.All"]
        )
        told = office.json("tenant", "check", "contoso", codes=(1,))
        (check,) = (one for one in checks(told) if one["needed"] and not one["ok"])
        assert "TeamsPolicyUserAssign.ReadWrite.All, for the policies of: London Park Lane" in check["detail"]


def checks(told: dict[str, object]) -> list[dict[str, object]]:
    """The lines of `tenant check --json`."""
    found = told["checks"]
    assert isinstance(found, list)
    return found
