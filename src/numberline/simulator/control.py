"""The control endpoint: `POST /_control/<verb>` with a JSON object; answers `{"result": …}` or `{"error": sentence}`."""

from typing import Any

import msgspec

from . import control_numbers, control_people, control_policies, control_subscriptions
from .lateness import LateClock
from .questions import QUESTIONS
from .service import Service
from .web import Answer, Problem, Request, answer


class Control:
    """Tells a running tenant what to be and how to misbehave."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._tenant = service.tenant
        self._verbs: dict[str, Any] = {
            **control_people.verbs(self._tenant),
            **control_numbers.verbs(self._tenant),
            **control_policies.verbs(self._tenant),
            **control_subscriptions.verbs(self._tenant, service.delivery),
            "faults": self.faults,
            "clear_faults": self.clear_faults,
            "expire_delta_tokens": self.expire_delta_tokens,
            "open_question": self.open_question,
            "open_questions": self.open_questions,
            "permissions": self.permissions,
            "revoke_tokens": self.revoke_tokens,
            "state": self.state,
            "requests": self.requests,
            "clear_requests": self.clear_requests,
            "counts": self.counts,
            "judgement": self.judgement,
            "judge": self.judge,
            "join": self.join,
            "advance": self.advance,
        }
        self.joiner: Any = None

    def answer(self, request: Request) -> Answer:
        """Carry out the verb that the path names."""
        name = request.path.removeprefix("/_control/")
        verb = self._verbs.get(name)
        if verb is None:
            return answer(
                {"error": f"There is no control verb {name!r}; there are {', '.join(sorted(self._verbs))}."},
                404,
            )
        if request.method != "POST":
            return answer({"error": "Control verbs are called with POST."}, 405)
        self._tenant.now()
        try:
            arguments = msgspec.json.decode(request.body or b"{}", type=dict[str, Any])
            result = verb(**arguments)
        except (ValueError, KeyError, TypeError, Problem, msgspec.MsgspecError) as error:
            sentence = error.args[0] if error.args else str(error)
            return answer({"error": str(sentence)}, 400)
        return answer({"result": result})

    def faults(self, **settings: Any) -> dict[str, Any]:
        """Change timings and faults (docs/explain/simulator.md lists them); gives those in force."""
        self._tenant.faults.set(settings)
        return self._tenant.faults.as_dict()

    def clear_faults(self) -> None:
        """Behave."""
        self._tenant.faults.clear()

    def expire_delta_tokens(self) -> None:
        """Let every delta token given so far be unknown."""
        self._tenant.token_generation += 1

    def open_question(self, **answers: Any) -> dict[str, Any]:
        """Choose answers to open questions; gives those in force."""
        for name, value in answers.items():
            self._tenant.answers.choose(name, value)
        return self._tenant.answers.as_dict()

    def open_questions(self) -> dict[str, Any]:
        """Every open question with its text and its possible answers."""
        return {name: {"text": q.text, "answers": q.answers} for name, q in QUESTIONS.items()}

    def permissions(self, names: list[str]) -> None:
        """Consent to exactly these application permissions; shows in tokens given from now on."""
        self._tenant.permissions[:] = names

    def revoke_tokens(self) -> None:
        """Let every access token given so far be refused."""
        self._service.login.revoke()

    def state(self) -> dict[str, Any]:
        """Counts of what there is."""
        tenant = self._tenant
        return {
            "people": sum(1 for _ in tenant.directory.live()),
            "deleted": len(tenant.directory.deleted()),
            "numbers": len(tenant.numbers),
            "listed_numbers": len(tenant.numbers.listed()),
            "assigned_numbers": sum(number.holder is not None for number in tenant.numbers.everything()),
            "open_operations": tenant.operations.open(),
            "due": len(tenant.agenda),
            "tenant_id": tenant.id,
            "permissions": tenant.permissions,
        }

    def requests(self, kind: str | None = None, since: int = 0) -> list[dict[str, Any]]:
        """The log of requests, of one kind or of all, after the one numbered `since`."""
        found = (e for e in self._service.journal.latest if e.number > since and kind in (None, e.kind))
        return [msgspec.to_builtins(entry) for entry in found]

    def clear_requests(self) -> None:
        """Begin the log and the counts anew; the judgement stays."""
        self._service.journal.forget()

    def counts(self) -> dict[str, Any]:
        """Requests by kind and status, and the rate at which they were served."""
        return self._service.journal.counts()

    def judgement(self, races: bool = False) -> list[dict[str, Any]]:
        """Every conflicting write that was ever sent (judge.py says what conflicts)."""
        return [msgspec.to_builtins(conflict) for conflict in self._service.judge.verdict(races=races)]

    def judge(self, settle_seconds: float) -> None:
        """For how long a write whose answer was lost is in doubt."""
        self._service.judge.settle_seconds = settle_seconds

    def advance(self, seconds: float) -> float:
        """Let the time of a tenant that is behind go on; gives how many seconds it is still behind."""
        if not isinstance(self._tenant.clock, LateClock):
            raise ValueError("This tenant's time is not behind.")
        left = self._tenant.clock.advance(seconds)
        self._tenant.now()
        if self._service.delivery.waiting:
            self._service.delivery.poke()
        return left

    def join(self, count: int = 1) -> list[dict[str, Any]]:
        """New people as the company hires them, licensed for a number; gives id, name, city and office."""
        if self.joiner is None:
            raise ValueError("This tenant has no company to join.")
        return [self.joiner(self._tenant.now()) for _ in range(count)]
