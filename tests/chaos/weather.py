"""What Microsoft's side may do wrong for a while. Every delay together stays below the settle time (15 minutes), as
the product assumes of Microsoft (spec section 2, in doubt)."""

from typing import Any

from hypothesis import strategies as st

from numberline.simulator.questions import QUESTIONS

WRITES = st.sampled_from(("assign", "unassign"))
READS = st.sampled_from(
    ("delta", "user", "deleted", "numbers", "operation", "configuration", "organization", "skus")
)
ANY = WRITES | READS
FEW = st.integers(1, 4)

NOT_FREE = "Telephone Number has already been assigned to another user"
TEXTS = st.sampled_from(
    (
        "Service is unavailable. Please try again",
        "User lacks appropriate licenses to assign a 'DirectRouting' number. Tenant.",
        "Telephone Number is not found from tenant",
        NOT_FREE,
        "The telephone number is managed in the on-premises Active Directory (msRTCSIP-Line).",
        "Something that nobody has ever seen",
    )
)


def _rule(on: st.SearchStrategy[str], **fields: Any) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({"on": on, "count": FEW, **fields})


FAULTS: dict[str, st.SearchStrategy[Any]] = {
    "throttle": _rule(ANY, retry_after=st.integers(1, 40) | st.none()),
    "unavailable": _rule(ANY, html=st.booleans()),
    "reset": _rule(ANY),
    "lose_answer": _rule(ANY, seconds=st.sampled_from((0.0, 3.0, 90.0, 300.0))),
    "late": _rule(WRITES, seconds=st.sampled_from((2.0, 40.0, 200.0))),
    "hide": _rule(WRITES, seconds=st.sampled_from((2.0, 40.0, 200.0))),
    "fail_operation": _rule(WRITES, text=TEXTS),
    "skip_operation": _rule(WRITES),
    "missing_operation": _rule(WRITES, seconds=st.sampled_from((1.0, 100.0))),
    "malformed": _rule(READS),
    "short_listing": _rule(st.just("numbers"), share=st.sampled_from((0.0, 0.5))),
    "duplicate_pages": _rule(st.just("numbers")),
    "empty_pages": _rule(st.just("numbers")),
    "expire_tokens": _rule(st.just("delta")),
    "operation_seconds": st.sampled_from((0.0, 5.0, 60.0)),
    "visible_after": st.sampled_from((0.0, 20.0)),
    "licence_lag": st.sampled_from((0.0, 600.0, 7200.0)),
    "removal_lag": st.sampled_from((0.0, 600.0, 7200.0)),
}
"""One fault each; those without a count hold until the weather clears."""

CARRIED_OUT = _rule(WRITES, carried_out=st.just(True), seconds=st.sampled_from((0.0, 90.0)))
ONE = st.one_of(
    *(st.fixed_dictionaries({name: strategy}) for name, strategy in FAULTS.items()),
    st.fixed_dictionaries({"unavailable": CARRIED_OUT}),
)

NUMERIC = {"operation_retention": (86_400.0, 30.0), "configuration_page": (100, 1), "policy_items": (20, 1)}
ANSWERS = st.fixed_dictionaries(
    {name: st.sampled_from(NUMERIC.get(name, question.answers)) for name, question in QUESTIONS.items()}
)
"""An answer to each open question."""
