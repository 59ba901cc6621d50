"""What can go wrong between Numberline and Microsoft Graph, by what to do next.

Three kinds and no more: wait and ask again (`Wait`), give up on this item (`GiveUp`), stop the run (`Stop`).
Every error carries a code of ours, a plain cause, a remedy and Microsoft's own text; `str(error)` is one
sentence that says what to do. The table of known causes is in `reasons.py`.
"""

from __future__ import annotations

import re
from typing import Literal, TypedDict, Unpack

Concerns = Literal["number", "person", "both", "policy"]
"""What a refusal is about.

`number`: the number itself cannot be used; block it and try the next one.
`person`: no other number would do either; the number goes back and the person waits.
`both`: only this pair is refused, or the text is unknown; the number goes back and a human looks at it.
`policy`: a policy cannot be given; the number stays, and the policy is tried again later.
"""


class Details(TypedDict, total=False):
    """What every error may carry besides its code, cause and remedy."""

    raw: str | None
    status: int | None
    request_id: str | None
    in_doubt: bool
    never_sent: bool


class GraphError(Exception):
    """A call to Microsoft Graph or to its sign-in service did not give what was asked for.

    `code` is ours (snake_case, see docs/reference/microsoft-errors.md), `cause` and `remedy` are plain
    sentences, `raw` is Microsoft's own text or None, `status` the HTTP status or None, `request_id` what
    Microsoft's support asks for. `in_doubt` is True when a writing call may have been accepted although no
    answer says so: the caller must look before it sends anything different.
    """

    def __init__(
        self,
        code: str,
        cause: str,
        remedy: str,
        **details: Unpack[Details],
    ) -> None:
        super().__init__(_sentence(cause, remedy))
        self.code = code
        self.cause = cause
        self.remedy = remedy
        self.raw = _scrubbed(details.get("raw"))
        self.status = details.get("status")
        self.request_id = details.get("request_id")
        self.in_doubt = details.get("in_doubt", False)
        self.never_sent = details.get("never_sent", False)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.code!r}, status={self.status}, in_doubt={self.in_doubt})"


class Wait(GraphError):
    """Nothing is wrong with the request: ask again, not before `after` seconds have passed."""

    def __init__(
        self, code: str, cause: str, remedy: str, *, after: float = 0.0, **details: Unpack[Details]
    ) -> None:
        super().__init__(code, cause, remedy, **details)
        self.after = after


class GiveUp(GraphError):
    """Microsoft refuses this item; the run goes on with the others. `concerns` says what the refusal is about."""

    def __init__(
        self, code: str, cause: str, remedy: str, *, concerns: Concerns = "both", **details: Unpack[Details]
    ) -> None:
        super().__init__(code, cause, remedy, **details)
        self.concerns: Concerns = concerns


class Stop(GraphError):
    """No call of this tenant can succeed until somebody acts: end the run and say so."""


class FullRoundNeeded:
    """The directory must be read again from the start: Microsoft no longer honours the link (an outcome, no error).

    Returned in place of a page when a delta link has expired or was reset (Microsoft: delta-query-overview).
    Drop the stored link and begin with `users_delta()`. `raw` is Microsoft's text.
    """

    def __init__(self, raw: str | None = None) -> None:
        self.raw = raw

    def __repr__(self) -> str:
        return f"FullRoundNeeded({self.raw!r})"


_TOKENS = re.compile(r"\bBearer\s+\S+|\beyJ[\w-]+\.[\w-]+\.[\w-]*", re.IGNORECASE)


def _scrubbed(raw: str | None) -> str | None:
    """Microsoft's text without tokens: a proxy's error page may echo the request."""
    return None if raw is None else _TOKENS.sub("***", raw)


def _sentence(cause: str, remedy: str) -> str:
    """Cause and remedy as one sentence."""
    return f"{cause.rstrip('.')}: {remedy[:1].lower()}{remedy[1:].rstrip('.')}."
