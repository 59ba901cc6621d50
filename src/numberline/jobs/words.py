"""What tasks are called, and their outcomes in words."""

from collections.abc import Callable
from typing import Any

from numberline.core import phone
from numberline.directory.find import PersonUnknown, person_named
from numberline.jobs.models import Kind, Task
from numberline.runs.result import RunResult


def title(task: Task) -> str:
    """What is asked for, as a heading: `Assign +44 20 7946 0012 to Adele Vance`."""
    given = task.arguments
    check = "Check: " if given.get("preview") else ""
    return check + _TITLES[Kind(task.kind)](task.tenant_id, given)


def synced(done: RunResult) -> str:
    """What a pass did, in a sentence or two."""
    read = f"Read {_count(done.people, 'person', 'people')} and {_count(done.numbers, 'number')}."
    verbs = (("assigned", done.assigned), ("changed", done.changed), ("released", done.released))
    changed = [f"{count:,} {verb}" for verb, count in verbs if count]
    told = [f"{', '.join(changed)}." if changed else "No number was changed."]
    left = [(done.waiting, "waiting"), (done.held, "held"), (len(done.failures), "failed")]
    rest = [f"{count:,} {word}" for count, word in left if count]
    return " ".join((read, *told, *([f"{', '.join(rest)}."] if rest else [])))


def planned(told: dict[str, Any]) -> str:
    """What a plan would do."""
    counts = told["counts"]
    return (
        f"{counts['assign']:,} to assign, {counts['change']:,} to change, {counts['release']:,} to release; "
        f"{counts['held']:,} held, {counts['waiting']:,} waiting."
    )


def _count(count: int, one: str, many: str = "") -> str:
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def _who(tenant_id: int, text: str) -> str:
    """A person as people know them; what was typed when nobody is called so."""
    try:
        found = person_named(tenant_id, text)
    except PersonUnknown:
        return text
    return found.name or str(found)


def _assign(tenant_id: int, given: dict[str, Any]) -> str:
    what = _number(given["number"]) if given.get("number") else f"the next number of {given.get('range')}"
    return f"Assign {what} to {_who(tenant_id, given['person'])}"


def _change(tenant_id: int, given: dict[str, Any]) -> str:
    if "people" in given:
        return f"Change the numbers of {_count(len(given['people']), 'person', 'people')}"
    what = _number(given["number"]) if given.get("number") else "the one that matches"
    return f"Change the number of {_who(tenant_id, given['person'])} to {what}"


def _swap(tenant_id: int, given: dict[str, Any]) -> str:
    return f"Swap the numbers of {_who(tenant_id, given['person'])} and {_who(tenant_id, given['other'])}"


def _release(_tenant_id: int, given: dict[str, Any]) -> str:
    what = (
        _number(given["number"]) if given.get("number") else _count(len(given.get("numbers", ())), "number")
    )
    return f"Release {what}"


def _number(text: str) -> str:
    return phone.grouped(text)


_TITLES: dict[Kind, Callable[[int, dict[str, Any]], str]] = {
    Kind.SYNC: lambda tenant_id, given: "Sync everything anew" if given.get("full") else "Sync",
    Kind.SYNC_PERSON: lambda tenant_id, given: f"Sync {_who(tenant_id, given['person'])}",
    Kind.PLAN: lambda tenant_id, given: "Make a plan",
    Kind.APPLY: lambda tenant_id, given: f"Apply plan {given['plan']}",
    Kind.ASSIGN: _assign,
    Kind.CHANGE: _change,
    Kind.SWAP: _swap,
    Kind.IMPORT: lambda tenant_id, given: f"Import {given['name']}",
    Kind.CHECK: lambda tenant_id, given: "Check what works",
    Kind.VERIFY: lambda tenant_id, given: "Verify the audit trail",
    Kind.TEST_ALERTS: lambda tenant_id, given: "Send a test of alerts",
    Kind.RULES_CHECK: lambda tenant_id, given: "Check all rules against everybody",
    Kind.RULE_ANSWER: lambda tenant_id, given: "Ask everybody about a rule",
    Kind.RELEASE: _release,
    Kind.ADOPT: lambda tenant_id, given: f"Adopt {_number(given['number'])}",
}
