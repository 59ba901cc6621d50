"""The control client: one method per verb of a running simulator."""

from types import TracebackType
from typing import Any, Self

import httpx2

from .certificates import context


class ControlError(Exception):
    """The simulator refused a control verb; the text says why."""


class Control:
    """Calls the control verbs (control.py, control_people.py, control_numbers.py say what each takes)."""

    def __init__(self, url: str, ca_file: str) -> None:
        self._client = httpx2.Client(base_url=url, verify=context(ca_file), timeout=60.0, trust_env=False)

    def call(self, verb: str, /, **arguments: Any) -> Any:
        """Call any verb by name."""
        response = self._client.post(f"/_control/{verb}", json=arguments)
        document = response.json()
        if "error" in document:
            raise ControlError(document["error"])
        return document["result"]

    def close(self) -> None:
        """Close the connection."""
        self._client.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def add_person(self, *, licences: list[str] | None = None, **attributes: Any) -> str:
        """A new person; gives the object id."""
        return str(self.call("add_person", licences=licences or [], **attributes))

    def add_people(self, people: list[dict[str, Any]]) -> list[str]:
        """Many new people, each a dictionary as for add_person."""
        return list(self.call("add_people", people=people))

    def license(
        self, person: str, sku: str, *, disabled_plans: list[str] | None = None, group: bool = False
    ) -> None:
        """Assign a product."""
        self.call("license", person=person, sku=sku, disabled_plans=disabled_plans or [], group=group)

    def unlicense(self, person: str, sku: str | None = None, *, group: bool = False) -> None:
        """Take a product away, or all."""
        self.call("unlicense", person=person, sku=sku, group=group)

    def licence_status(self, person: str, status: str, sku: str | None = None) -> None:
        """Set the capabilityStatus of a product's plans, or of all."""
        self.call("licence_status", person=person, status=status, sku=sku)

    def change(self, person: str, **attributes: Any) -> None:
        """Change attributes; None clears one."""
        self.call("change", person=person, **attributes)

    def disable(self, person: str) -> None:
        """Disable the account."""
        self.call("disable", person=person)

    def enable(self, person: str) -> None:
        """Enable the account."""
        self.call("enable", person=person)

    def delete(self, person: str) -> None:
        """Soft-delete."""
        self.call("delete", person=person)

    def purge(self, person: str) -> None:
        """Delete for good."""
        self.call("purge", person=person)

    def restore(self, person: str) -> None:
        """Undo a soft-delete."""
        self.call("restore", person=person)

    def person(self, person: str) -> dict[str, Any]:
        """Everything known of one person."""
        return dict(self.call("person", person=person))

    def join(self, count: int = 1) -> list[dict[str, Any]]:
        """New people as the company hires them."""
        return list(self.call("join", count=count))

    def advance(self, seconds: float) -> float:
        """Let the time of a tenant that is behind go on; gives how many seconds it is still behind."""
        return float(self.call("advance", seconds=seconds))

    def add_sku(self, part_number: str, plans: list[str]) -> str:
        """A product of service plans, known or new; gives its id."""
        return str(self.call("add_sku", part_number=part_number, plans=plans))

    def add_location(self, id: str, country: str) -> None:
        """An emergency location."""
        self.call("add_location", id=id, country=country)

    def add_number(self, number: str, type: str, **settings: Any) -> None:
        """One number into the inventory of Teams."""
        self.call("add_number", number=number, type=type, **settings)

    def add_numbers(self, numbers: list[str], type: str, **settings: Any) -> None:
        """Numbers into the inventory of Teams."""
        self.call("add_numbers", numbers=numbers, type=type, **settings)

    def remove_number(self, number: str) -> None:
        """Out of the inventory of Teams."""
        self.call("remove_number", number=number)

    def set_number(self, number: str, **settings: Any) -> None:
        """Change a number's properties."""
        self.call("set_number", number=number, **settings)

    def assign_out_of_band(self, number: str, person: str, **options: Any) -> None:
        """Another administrator assigns; options: category, type, use."""
        self.call("assign_out_of_band", number=number, person=person, **options)

    def unassign_out_of_band(self, number: str) -> None:
        """Another administrator frees the number."""
        self.call("unassign_out_of_band", number=number)

    def add_policy(self, type: str, name: str) -> str:
        """A Teams policy; gives its id."""
        return str(self.call("add_policy", type=type, name=name))

    def remove_policy(self, type: str, name: str) -> None:
        """Out of the tenant, and from everybody who has it."""
        self.call("remove_policy", type=type, name=name)

    def set_policy_out_of_band(
        self, person: str, type: str, name: str | None, *, group: str | None = None
    ) -> None:
        """Another administrator gives a policy, directly or by a group; without a name takes the direct one away."""
        self.call("set_policy_out_of_band", person=person, type=type, name=name, group=group)

    def policies_of(self, person: str) -> dict[str, str]:
        """The policies of a person by type, as they really are."""
        return dict(self.call("policies_of", person=person))

    def holder(self, number: str) -> str | None:
        """Who really holds the number."""
        held = self.call("holder", number=number)
        return None if held is None else str(held)

    def numbers_of(self, person: str) -> list[str]:
        """What a person really holds."""
        return list(self.call("numbers_of", person=person))

    def number(self, number: str) -> dict[str, Any] | None:
        """Everything known of one number."""
        found = self.call("number", number=number)
        return None if found is None else dict(found)

    def faults(self, **settings: Any) -> dict[str, Any]:
        """Change timings and faults; gives those in force."""
        return dict(self.call("faults", **settings))

    def clear_faults(self) -> None:
        """Behave."""
        self.call("clear_faults")

    def expire_delta_tokens(self) -> None:
        """Let every delta token be expired."""
        self.call("expire_delta_tokens")

    def open_question(self, **answers: Any) -> dict[str, Any]:
        """Choose answers to open questions; gives those in force."""
        return dict(self.call("open_question", **answers))

    def open_questions(self) -> dict[str, Any]:
        """Every open question with its text and its answers."""
        return dict(self.call("open_questions"))

    def permissions(self, names: list[str]) -> None:
        """Consent to exactly these permissions, for tokens given from now on."""
        self.call("permissions", names=names)

    def revoke_tokens(self) -> None:
        """Refuse every access token given so far."""
        self.call("revoke_tokens")

    def deliver(self, *, http: bool = False, ca_file: str | None = None) -> None:
        """Send notifications to addresses on loopback."""
        self.call("deliver", http=http, ca_file=ca_file)

    def subscriptions(self) -> list[dict[str, Any]]:
        """The subscriptions in force."""
        return list(self.call("subscriptions"))

    def drop_subscription(self, id: str | None = None) -> None:
        """Forget one, or all, without a word."""
        self.call("drop_subscription", id=id)

    def require_authorisation(self, id: str | None = None, *, within: float = 3600.0) -> None:
        """Ask for subscriptions to be authorised again."""
        self.call("require_authorisation", id=id, within=within)

    def mix_notifications(self, items: list[dict[str, Any]]) -> None:
        """Put items of other tenants into the next post."""
        self.call("mix_notifications", items=items)

    def notifications(self) -> dict[str, Any]:
        """The posts that were sent, and how many notices wait."""
        return dict(self.call("notifications"))

    def state(self) -> dict[str, Any]:
        """Counts of what there is."""
        return dict(self.call("state"))

    def requests(self, kind: str | None = None, since: int = 0) -> list[dict[str, Any]]:
        """The log of requests."""
        return list(self.call("requests", kind=kind, since=since))

    def clear_requests(self) -> None:
        """Begin the log and the counts anew."""
        self.call("clear_requests")

    def counts(self) -> dict[str, Any]:
        """Requests by kind and status, and the rate."""
        return dict(self.call("counts"))

    def judgement(self, *, races: bool = False) -> list[dict[str, Any]]:
        """Every conflicting write that was ever sent."""
        return list(self.call("judgement", races=races))

    def judge(self, *, settle_seconds: float) -> None:
        """For how long a write whose answer was lost is in doubt."""
        self.call("judge", settle_seconds=settle_seconds)
