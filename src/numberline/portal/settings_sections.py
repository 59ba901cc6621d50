"""Settings that are a few values each: what belongs together on one form, and how it is shown."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from numberline.inventory.range_settings import Given


@dataclass(frozen=True, slots=True)
class Setting:
    """One value: its key as the configuration file nests it, its label, a sentence, and how it is entered (`line`,
    `number`, `rule`, `switch`)."""

    key: str
    label: str
    help: str = ""
    kind: str = "line"

    @property
    def field(self) -> str:
        """What identifies its field on the page."""
        return self.key.replace(".", "-")

    def posted(self, post: Mapping[str, Any]) -> Given:
        """What a form sent."""
        if self.kind == "switch":
            return self.key in post
        return str(post.get(self.key, "")).replace("\r\n", "\n").strip()


@dataclass(frozen=True, slots=True)
class Section:
    """Settings that are changed together."""

    title: str
    sentence: str
    settings: tuple[Setting, ...]

    def shown(self, given: Mapping[str, Given]) -> list[tuple[str, str]]:
        """Label and value of each."""
        return [(one.label, str(given[one.key] or "")) for one in self.settings]


SECTIONS: Mapping[str, Section] = {
    "schedule": Section(
        "Schedule",
        "How often automation looks into the directory. Once a day it compares everything besides.",
        (Setting("poll", "A pass every", "From 15s to 24h: 60s, 5m, 1h."),),
    ),
    "limits": Section(
        "Limits",
        "How much automation does by itself within 24 hours. What is more is held until somebody approves it.",
        (
            Setting("limits.assign", "Assignments", "The first so many go ahead, the rest is held.", "number"),
            Setting("limits.change", "Changes", "At least so many may go ahead.", "number"),
            Setting("limits.release", "Releases", "At least so many may go ahead.", "number"),
            Setting("limits.percent", "Percent of the held numbers", "Where that is more: so much of them.", "number"),
            Setting("limits.most", "At most", "Changes and releases never go beyond it by themselves.", "number"),
        ),
    ),
    "defaults": Section(
        "Grace and quarantine",
        "For ranges that don't say otherwise, and numbers without a range.",
        (
            Setting("defaults.grace", "Grace", "How long a number stays with who left or lost the licence: 24h, 7d."),
            Setting("defaults.quarantine", "Quarantine", "How long it rests before somebody else gets it: 0s, 30d."),
        ),
    ),
    "exclude": Section(
        "People whom automation leaves alone",
        "A rule: who matches it gets no number by automation, and keeps what they have. Empty: nobody.",
        (Setting("exclude", "Rule", 'Such as Department = "Meeting Rooms" OR UPN STARTS WITH "test-".', "rule"),),
    ),
    "policies": Section(
        "Policies of ranges",
        "Policies are set when a number is given, and compared with what Teams shows once a day.",
        (
            Setting(
                "enforce_policies",
                "Put back what was changed in Teams",
                "Else a difference is only reported on the worklist.",
                "switch",
            ),
        ),
    ),
}  # fmt: skip
"""By the name in the address."""
