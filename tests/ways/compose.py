"""compose.yaml, and what is wrong with it by this project's rules."""

from typing import Any

import yaml

from tests.ways.dockerfile import SECRET, SETTINGS_KNOWN, image_fault

OWN = "numberline"
OTHERS = {"POSTGRES_USER", "POSTGRES_DB", "POSTGRES_PASSWORD_FILE"}
WAITS = {"migrate": "service_completed_successfully", "database": "service_healthy"}
ALONE = {"privileged", "network_mode", "pid", "ipc", "userns_mode", "devices", "cap_add", "env_file"}
LIMITS = ("mem_limit", "cpus", "pids_limit")
Service = dict[str, Any]


def services(text: str) -> dict[str, Service]:
    """Each service with what it takes over from others."""
    found: dict[str, Service] = yaml.safe_load(text)["services"]
    return found


def faults(text: str, commands: set[str]) -> list[str]:
    """One sentence for each thing that is wrong; `commands` are those of the product."""
    whole, found = yaml.safe_load(text), []
    all_ = services(text)
    for name, service in all_.items():
        mine = [*_open_doors(service), *_life(service), *_of_variables(service, whole.get("secrets", {}))]
        mine += _of_product(service, commands) if service.get("image") == OWN else _of_others(service)
        found += [f"{name}: {fault}" for fault in mine]
    started = [(service.get("command") or [""])[0] for service in all_.values()]
    if started.count("worker") < 2 or started.count("serve") != 1 or "database" not in all_:
        found.append("it takes a portal, two workers and a database")
    if not whole.get("networks", {}).get("inside", {}).get("internal"):
        found.append("the network of the database leads outside")
    return found


def _open_doors(service: Service) -> list[str]:
    found = [f"{key} is not for it" for key in sorted(ALONE & set(service))]
    if service.get("read_only") is not True:
        found.append("its file system can be written")
    if service.get("cap_drop") != ["ALL"]:
        found.append("it keeps capabilities")
    if "no-new-privileges:true" not in service.get("security_opt", []):
        found.append("it may gain privileges")
    if not any(str(each).startswith("/tmp:") for each in service.get("tmpfs", [])):
        found.append("it has no /tmp")
    found += [
        f"the port {port} is open to others"
        for port in service.get("ports", [])
        if not str(port).startswith("127.0.0.1:")
    ]
    found += [
        f"it sees {volume} of the machine"
        for volume in service.get("volumes", [])
        if str(volume).startswith((".", "/", "~", "$"))
    ]
    return found


def _life(service: Service) -> list[str]:
    found = [f"{limit} is not set" for limit in LIMITS if limit not in service]
    once = service.get("restart") == "no"
    if not once and service.get("restart") != "unless-stopped":
        found.append("it is not started again")
    if not once and not service.get("healthcheck", {}).get("test"):
        found.append("nobody looks whether it lives")
    if not once and "stop_grace_period" not in service:
        found.append("it has ten seconds to end")
    return found


def _of_variables(service: Service, secrets: dict[str, Any]) -> list[str]:
    found = []
    given = service.get("environment", {})
    for name, value in given.items():
        if name not in SETTINGS_KNOWN | OTHERS:
            found.append(f"{name} is no setting")
        if SECRET.search(name) and not name.endswith("_FILE"):
            found.append(f"{name} is a secret in the open: give its file")
        file = str(value).removeprefix("/run/secrets/")
        if name.endswith("_FILE") and (file not in service.get("secrets", []) or file not in secrets):
            found.append(f"the secret of {name} is not there")
    unused = set(service.get("secrets", [])) - {str(v).removeprefix("/run/secrets/") for v in given.values()}
    return [*found, *(f"it sees {name} without need" for name in sorted(unused))]


def _of_product(service: Service, commands: set[str]) -> list[str]:
    found = []
    waits = {name: each.get("condition") for name, each in service.get("depends_on", {}).items()}
    needed = WAITS if service.get("restart") != "no" else {"database": WAITS["database"]}
    if waits != needed:
        found.append("it does not wait for what it needs")
    command = list(service.get("command", []))
    if " ".join(each for each in command if not each.startswith("-")) not in commands:
        found.append(f"numberline {' '.join(command)} is no command")
    return found


def _of_others(service: Service) -> list[str]:
    found = [image_fault(str(service.get("image", "")))]
    if not str(service.get("user", "0")).strip("0:") or ":" not in str(service.get("user")):
        found.append("it runs as root")
    if service.get("networks") != ["inside"] or "ports" in service:
        found.append("others than the product reach it")
    return list(filter(None, found))
