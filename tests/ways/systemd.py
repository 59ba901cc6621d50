"""Units of systemd, and what is wrong with them by this project's rules."""

import re

from tests.ways.dockerfile import SECRET, SETTINGS_KNOWN

PROGRAM = "/opt/numberline/.venv/bin/numberline "
HELD = {
    "NoNewPrivileges": "yes",
    "CapabilityBoundingSet": "",
    "ProtectSystem": "strict",
    "ProtectHome": "yes",
    "PrivateTmp": "yes",
    "PrivateDevices": "yes",
    "UMask": "0077",
    "StateDirectoryMode": "0700",
}
LIMITS = ("MemoryMax", "TasksMax")


def read(text: str) -> dict[str, list[str]]:
    """Each key with its values, in order; comments and names of sections left out."""
    found: dict[str, list[str]] = {}
    for line in text.splitlines():
        if line and line[0] not in "#[":
            key, _, value = line.partition("=")
            found.setdefault(key, []).append(value)
    return found


def faults(text: str, commands: set[str]) -> list[str]:
    """One sentence for each thing that is wrong; `commands` are those of the product."""
    unit = read(text)
    found = [f"{key} is not {value!r}" for key, value in HELD.items() if unit.get(key) != [value]]
    found += [f"{limit} is not set" for limit in LIMITS if limit not in unit]
    if unit.get("User", ["root"]) == ["root"]:
        found.append("it runs as root")
    line = unit.get("ExecStart", [""])[0]
    command = " ".join(word for word in line.removeprefix(PROGRAM).split() if not word.startswith("-"))
    if not line.startswith(PROGRAM) or command not in commands:
        found.append(f"{line} is no command")
    return [*found, *_of_life(unit), *_of_variables(unit)]


def _of_life(unit: dict[str, list[str]]) -> list[str]:
    if unit.get("Type") == ["oneshot"]:
        return []
    found = [] if unit.get("Restart") == ["on-failure"] else ["it is not started again"]
    if int(unit.get("TimeoutStopSec", ["10"])[0]) < 90:
        found.append("it has too little time to end")
    if unit.get("Requires") != ["numberline-migrate.service"]:
        found.append("it does not wait for the tables")
    return found


def _of_variables(unit: dict[str, list[str]]) -> list[str]:
    found = []
    loaded = {each.split(":")[0] for each in unit.get("LoadCredential", [])}
    for given in unit.get("Environment", []):
        name, _, value = given.partition("=")
        if name not in SETTINGS_KNOWN:
            found.append(f"{name} is no setting")
        if SECRET.search(name) and not name.endswith("_FILE"):
            found.append(f"{name} is a secret in the open")
        if name.endswith("_FILE") and re.sub(r"^%d/", "", value) not in loaded:
            found.append(f"the secret of {name} is not loaded")
    return found
