"""What Microsoft does not document: each open question is a switch, and both answers can be played.

The names and sources are those of the section "open questions" in docs/explain/simulator.md.
"""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Question:
    """One open question; the first answer is what the simulator does unless told otherwise.

    Where `answers` is a single number, any other number is an answer too.
    """

    text: str
    answers: tuple[Any, ...]


QUESTIONS: dict[str, Question] = {
    "second_primary": Question(
        "A primary number for somebody who has one: refused, or it replaces the first?",
        ("refused", "replaces"),
    ),
    "taken_number": Question(
        "A number that somebody else holds: refused, or taken away from its holder?", ("refused", "stolen")
    ),
    "repeated_assign": Question(
        "The same number for the same person again: succeeds, is skipped, or is refused?",
        ("succeeds", "skipped", "refused"),
    ),
    "unassign_unassigned": Question(
        "Unassigning a number that nobody holds: succeeds, is skipped, or fails?",
        ("succeeds", "skipped", "fails"),
    ),
    "business_errors": Question(
        "Where a refusal is said: in the operation, or at once in a 400 answer?", ("operation", "answer")
    ),
    "next_link": Question("Does the list of numbers carry @odata.nextLink?", (True, False)),
    "deleted_remnants": Question(
        "Do plans that were taken away stay in assignedPlans as Deleted?", (False, True)
    ),
    "group_licences_in_delta": Question("Does a licence from a group appear in users/delta?", (True, False)),
    "extensions": Question("Does Graph take Direct Routing numbers with ;ext=?", (True, False)),
    "unlisted_direct_routing": Question(
        "Assigning a Direct Routing number that Teams does not list: uploads it, or is refused?",
        ("uploads", "refused"),
    ),
    "empty_usage_location": Question(
        "A number bound to a country, for somebody without a usage location: as for the organisation's country, where"
        " licences of a group put them too (Microsoft: licensing-group-advanced), or refused?",
        ("organisation", "refused"),
    ),
    "direct_routing_after_licence": Question(
        "A Direct Routing number when the licence goes: removed from the database, or stuck on the person?",
        ("removed", "stuck"),
    ),
    "deleted_person_number": Question(
        "The number of a soft-deleted person: unassigned as on de-licensing, or kept until the purge?",
        ("unassigned", "kept"),
    ),
    "operation_retry_after": Question("Does a running operation carry Retry-After?", (False, True)),
    "operation_retention": Question("For how many seconds can an operation be read?", (86_400.0,)),
    "configuration_page": Question("How many userConfigurations make a page?", (100,)),
    "resource_account_configuration": Question(
        "Are resource accounts among the userConfigurations?", ("absent", "listed")
    ),
    "unlicensed_configuration": Question(
        "Somebody without a Teams licence in userConfigurations: absent, or ineligibleUser?",
        ("absent", "ineligible"),
    ),
    "missing_permission": Question(
        "The 403 for a missing Teams permission: today's shape, or the older one with JSON inside?",
        ("new", "old"),
    ),
    "expired_token": Question(
        "An expired delta token: 400, 404 or 410 without Location, or 410 with it?",
        ("400", "404", "410", "gone"),
    ),
    "removed_in_full_round": Question(
        "Does a full round also list people who were deleted before it began?", (False, True)
    ),
    "pending_state": Question(
        "While an assignment runs, does the number show assignmentPending?", ("shown", "hidden")
    ),
    "failed_state": Question(
        "After a failed assignment, is the number activated again, or assignmentFailed?",
        ("activated", "assignmentFailed"),
    ),
    "unknown_policy": Question(
        "getPolicyId of a name that does not exist: an empty list, or 404?", ("empty", "404")
    ),
    "policy_items": Question("How many items may one policy assign carry?", (20,)),
    "policy_failures": Question(
        "One bad item among policy assignments: all are refused, or the others are done?", ("all", "partial")
    ),
    "unassign_no_policy": Question(
        "Taking a policy from somebody who has none of that type: succeeds, or is refused?",
        ("succeeds", "refused"),
    ),
    "notification_spelling": Question(
        "How the resource of a notification about a person begins?", ("Users", "users")
    ),
    "notification_items": Question("How many notifications may one post carry?", (100,)),
    "slow_delay": Question(
        "By how many seconds a slow address is told later: Microsoft's pages say ten minutes, and ten seconds?",
        (600, 10),
    ),
    "endpoint_least": Question("By how many answers an address is judged at least?", (10,)),
    "duplicate_other_url": Question(
        "The same changeType and resource for another address: refused, or accepted?",
        ("refused", "accepted"),
    ),
    "renewal_validates": Question(
        "Is an address validated again when its subscription is renewed?", (False, True)
    ),
    "client_state_shown": Question(
        "Is the clientState shown after the subscription was created?", (False, True)
    ),
    "subscription_quota": Question("How many subscriptions an application may have in a tenant?", (100,)),
    "error_action_case": Question(
        "numberType in Pascal case: refused with 400, or understood?", ("refused", "understood")
    ),
}


class Answers:
    """The answers in force."""

    def __init__(self) -> None:
        self._chosen: dict[str, Any] = {}

    def __getitem__(self, name: str) -> Any:
        return self._chosen.get(name, QUESTIONS[name].answers[0])

    def choose(self, name: str, answer: Any) -> None:
        """Let `answer` hold from now on; ValueError with a sentence when it is none."""
        if name not in QUESTIONS:
            raise ValueError(f"There is no open question {name!r}; there are {', '.join(sorted(QUESTIONS))}.")
        answers = QUESTIONS[name].answers
        number = len(answers) == 1 and isinstance(answer, int | float)
        if not number and answer not in answers:
            raise ValueError(f"{name} has the answers {', '.join(map(str, answers))}, not {answer!r}.")
        self._chosen[name] = answer

    def as_dict(self) -> dict[str, Any]:
        """Every question with its answer."""
        return {name: self[name] for name in QUESTIONS}
