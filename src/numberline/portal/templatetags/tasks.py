"""How pages show long work."""

from typing import Any

from django import template
from django.template import Context

from numberline import clock
from numberline.jobs.heartbeat import alive, last_seen
from numberline.jobs.models import State, Task
from numberline.jobs.words import title
from numberline.overrides.ways import Way
from numberline.portal.led import links
from numberline.portal.whence import whence

register = template.Library()

WORDS = {
    State.WAITING: ("waiting", ""),
    State.RUNNING: ("at work", ""),
    State.DONE: ("done", "good"),
    State.REFUSED: ("refused", "warn"),
    State.FAILED: ("failed", "attention"),
    State.INTERRUPTED: ("interrupted", "warn"),
    State.WITHDRAWN: ("taken back", ""),
}
"""What a state is called on pages, and the look of its badge."""


@register.inclusion_tag("portal/parts/task.html", takes_context=True)
def task_line(
    context: Context,
    task: Task,
    heading: str | bool | None = True,
    polls: bool = True,
    may_withdraw: bool = False,
    alone: bool = False,
) -> dict[str, Any]:
    """How far a task has come, which looks again by itself until it has ended; then what became of it.

    Without `polls` it does not look by itself: something around it does. Without `heading` it leaves out what it is, where the page says so already. What is offered and said only while it goes on stands inside it (`may_withdraw`, and `alone` on the
    page that has nothing else), so that it goes with it.
    """
    word, look = WORDS[State(task.state)]
    loop = None if task.ended or alive(clock.now()) else {"seen": last_seen()}
    return {
        "request": context["request"],
        "may_withdraw": may_withdraw,
        "alone": alone,
        "task": task,
        "tenant": task.tenant,
        "far": task.run or task,
        "title": title(task) if heading else "",
        "polls": polls and not task.ended,
        "word": word,
        "look": look,
        "missing": loop,
        "back": whence(task) if task.ended and task.back else None,
        "problems": task.outcome.get("problems", []),
        "ways": links(context["request"].visit, _ways(task)) if task.ended else [],
    }


def _ways(task: Task) -> list[Way]:
    """What would mend the refusal that a task ended with."""
    return [Way(verb, about) for verb, about in task.outcome.get("ways", [])]
