"""What each kind of task does: the verbs that the commands call, with their outcomes as a sentence and as JSON."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from numberline import clock
from numberline.assignments.stopsign import StopSign
from numberline.audit.chain import TrailBroken
from numberline.audit.record import Cause
from numberline.core.phone import meant
from numberline.graph.credentials import CredentialsError
from numberline.graph.errors import GraphError
from numberline.inventory.config_problems import ConfigBusy
from numberline.inventory.csv_table import TableRefused
from numberline.inventory.importing import import_numbers
from numberline.inventory.uploads import UploadUnknown, upload_of
from numberline.jobs import asking, probing
from numberline.jobs.models import Kind, State
from numberline.jobs.one_person import synced_person
from numberline.jobs.words import planned, synced
from numberline.overrides.ways import ways_of
from numberline.planning.store import PlanRefused, PlanUnknown, shown
from numberline.runs import hand
from numberline.runs.hand import Hand
from numberline.runs.hand_change import change, change_many
from numberline.runs.hand_give import assign, assign_next
from numberline.runs.hand_people import Wanted
from numberline.runs.hand_result import HandResult
from numberline.runs.hand_swap import swap
from numberline.runs.hand_take import adopt, release
from numberline.runs.hand_take_many import release_many
from numberline.runs.models import Run
from numberline.runs.progress import Progress
from numberline.runs.result import RunResult
from numberline.runs.sync import apply_plan, make_plan, sync
from numberline.tenants.credentials import CredentialUnreadable
from numberline.tenants.models import Tenant

REFUSALS = (*hand.REFUSALS, PlanRefused, PlanUnknown, TableRefused, ConfigBusy, UploadUnknown)
"""What a verb refuses to do, with nothing changed."""
FAILURES = (GraphError, CredentialUnreadable, CredentialsError, TrailBroken)
"""What may keep a verb from its end; the text says what to do."""
STOPPED = (
    "The background loop was told to end in the midst of it: what was sent to Microsoft was finished, and the rest was "
    "not begun. Look how things are before you ask again."
)


@dataclass(frozen=True, slots=True)
class Order:
    """What is asked of a verb, and by whom."""

    tenant: Tenant
    actor: str
    reason: str
    ticket: str
    arguments: dict[str, Any]
    progress: Progress
    stop: StopSign

    @property
    def number(self) -> str:
        """The number that is named, as people write it, in E.164; what is no number is left for the verb to refuse.
        Empty for none."""
        text = str(self.arguments.get("number") or "").strip()
        return str(meant(text) or text)

    @property
    def hand(self) -> Hand:
        """The order as the verbs of hands take it."""
        preview = bool(self.arguments.get("preview"))
        shown = self.arguments.get("shown") or {}
        return Hand(self.actor, self.reason, self.ticket, 0.0, preview, self.progress, self.stop, shown)


@dataclass(frozen=True, slots=True)
class Ended:
    """What became of an order: a state, a sentence, and what the command prints with `--json`."""

    state: State
    sentence: str
    outcome: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Verb:
    """A verb, the arguments that it needs and those that it may be given."""

    do: Callable[[Order], Ended]
    needs: frozenset[str] = frozenset()
    may: frozenset[str] = frozenset()

    def check(self, arguments: dict[str, Any]) -> None:
        """Raise ValueError unless these arguments are for this verb."""
        given = frozenset(arguments)
        if not self.needs <= given <= self.needs | self.may:
            raise ValueError(
                f"needs {sorted(self.needs)}, may have {sorted(self.may)}; given {sorted(given)}"
            )


def refusal(error: Exception) -> Ended:
    """The outcome of a verb that refused: its sentence, and each row that is wrong, or each fact that moved."""
    lines = str(error).splitlines() or [type(error).__name__]
    listed = [str(problem) for problem in getattr(error, "problems", ())]
    moved = [str(difference) for difference in getattr(error, "differences", ())]
    sentence = lines[0] if listed else " ".join(lines)
    ways = [[way.verb, way.about] for way in ways_of(error)]
    return Ended(State.REFUSED, _sentence(sentence), {"problems": listed or moved, "ways": ways})


def _sync(order: Order) -> Ended:
    full, person = bool(order.arguments.get("full")), order.arguments.get("person")
    done = sync(
        order.tenant,
        actor=order.actor,
        full=full,
        confirms=bool(order.arguments.get("confirms")),
        person=person,
        progress=order.progress,
        stop=order.stop,
    )
    return _of_run(order.tenant, done, person)


def _plan(order: Order) -> Ended:
    told = shown(make_plan(order.tenant, actor=order.actor, progress=order.progress))
    return Ended(State.DONE, planned(told), {"plan": told["plan"], "counts": told["counts"]})


def _apply(order: Order) -> Ended:
    done = apply_plan(
        order.tenant,
        order.arguments["plan"],
        actor=order.actor,
        reason=order.reason,
        ticket=order.ticket,
        progress=order.progress,
        stop=order.stop,
    )
    return _of_run(order.tenant, done)


def _assign(order: Order) -> Ended:
    given = order.arguments
    if order.number:
        return _of_hand(order.tenant, assign(order.tenant, given["person"], order.number, order.hand))
    return _of_hand(order.tenant, assign_next(order.tenant, given["person"], given["range"], order.hand))


def _change(order: Order) -> Ended:
    given = order.arguments
    if "people" in given:
        people = [Wanted(row["person"], row.get("number"), row.get("row", 0)) for row in given["people"]]
        return _of_hand(order.tenant, change_many(order.tenant, people, order.hand))
    wanted = Wanted(given["person"], order.number or None, range=str(given.get("range") or ""))
    return _of_hand(order.tenant, change(order.tenant, wanted, order.hand))


def _swap(order: Order) -> Ended:
    given = order.arguments
    return _of_hand(order.tenant, swap(order.tenant, given["person"], given["other"], order.hand))


def _release(order: Order) -> Ended:
    if "numbers" in order.arguments:
        numbers = [str(text) for text in order.arguments["numbers"]]
        return _of_hand(order.tenant, release_many(order.tenant, numbers, order.hand))
    return _of_hand(order.tenant, release(order.tenant, order.number, order.hand))


def _adopt(order: Order) -> Ended:
    return _of_hand(order.tenant, adopt(order.tenant, order.number, order.hand))


def _import(order: Order) -> Ended:
    upload = upload_of(order.tenant, order.arguments["upload"])
    cause = Cause(order.actor, order.reason, order.ticket)
    done = import_numbers(order.tenant, bytes(upload.data), cause=cause, at=clock.now())
    upload.delete()
    lines = done.lines() or ["Nothing to import: every number is there already."]
    return Ended(State.DONE, " ".join(_sentence(line) for line in lines), done.to_json())


def _of_run(tenant: Tenant, done: RunResult, person: str | None = None) -> Ended:
    outcome = {**done.to_json(), "failures": done.failures_told()}
    if _was_stopped(tenant, done.run):
        return Ended(State.INTERRUPTED, STOPPED, outcome)
    told = synced(done) if person is None else synced_person(tenant, person, done, clock.now())
    return Ended(State.DONE, told, outcome)


def _of_hand(tenant: Tenant, done: HandResult) -> Ended:
    sentence = " ".join(_sentence(row.sentence) for row in done.rows if row.sentence)
    if len(done.rows) > 2:
        sentence = (
            f"{len(done.rows) - len(done.failed):,} of {len(done.rows):,} people have what was asked for."
        )
    if len(done.rows) > 2 and done.rows[0].action == "release":
        sentence = f"{len(done.rows) - len(done.failed):,} of {len(done.rows):,} numbers were taken back."
    if done.preview and len(done.rows) > 2:
        sentence = f"{len(done.rows):,} people would get another number."
    state = State.FAILED if done.failed else State.DONE
    if _was_stopped(tenant, done.run) and done.failed:
        state, sentence = State.INTERRUPTED, f"{sentence} {STOPPED}"
    return Ended(state, sentence, done.to_json())


def _was_stopped(tenant: Tenant, run: int) -> bool:
    return Run.objects.of(tenant.pk).filter(pk=run, outcome="ended").exists()


def _sentence(text: str) -> str:
    """It begins with a capital, unless with an address, and ends with a full stop."""
    if text.partition(" ")[0].isalpha():
        text = text[:1].upper() + text[1:]
    return text if text.endswith((".", "!", "?")) else f"{text}."


_LOOKED = frozenset({"preview", "shown"})
VERBS: dict[Kind, Verb] = {
    Kind.SYNC: Verb(_sync, may=frozenset({"full", "confirms"})),
    Kind.SYNC_PERSON: Verb(_sync, frozenset({"person"})),
    Kind.PLAN: Verb(_plan),
    Kind.APPLY: Verb(_apply, frozenset({"plan"})),
    Kind.ASSIGN: Verb(_assign, frozenset({"person"}), frozenset({"number", "range"}) | _LOOKED),
    Kind.CHANGE: Verb(_change, may=frozenset({"person", "number", "range", "people"}) | _LOOKED),
    Kind.SWAP: Verb(_swap, frozenset({"person", "other"}), _LOOKED),
    Kind.RELEASE: Verb(_release, may=frozenset({"number", "numbers"}) | _LOOKED),
    Kind.IMPORT: Verb(_import, frozenset({"upload", "name"})),
    Kind.ADOPT: Verb(_adopt, frozenset({"number"}), _LOOKED),
    Kind.CHECK: Verb(lambda order: Ended(*probing.check_microsoft(order.tenant))),
    Kind.VERIFY: Verb(lambda order: Ended(*probing.verify_trail(order.tenant))),
    Kind.TEST_ALERTS: Verb(lambda order: Ended(*probing.test_alerts(order.tenant))),
    Kind.RULES_CHECK: Verb(lambda order: Ended(*asking.rules_check(order.tenant, order.progress))),
    Kind.RULE_ANSWER: Verb(
        lambda order: Ended(*asking.rule_answer(order.tenant, order.arguments, order.progress)),
        frozenset({"rule"}),
        frozenset({"range", "type", "priority", "before", "who"}),
    ),
}
"""What each kind of task takes: a person by object id or UPN, a number as people write it, a range by its name, a plan by
its id. `assign` gives `number` or the next of `range`; `change` does so too, and without either gives the one that matches;
`release` takes `number` or several `numbers`; `shown` says what the page showed when it was asked for (Hand); `people` are rows of `person`, `number` and `row`; `upload` is the key of an uploaded file, and `name` its name; a `full` sync `confirms` that what the worklist tells as missing is gone."""
