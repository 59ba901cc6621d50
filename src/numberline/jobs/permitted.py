"""Whether who asked for a task may still ask for it by the time it is carried out: roles are taken away meanwhile."""

from numberline.access.permissions import Permission
from numberline.access.visit import role_in
from numberline.accounts.actor import user_of
from numberline.jobs.models import Kind, Task

NEEDS: dict[Kind, Permission] = {
    Kind.SYNC: Permission.SYNC,
    Kind.SYNC_PERSON: Permission.SYNC,
    Kind.PLAN: Permission.SYNC,
    Kind.APPLY: Permission.PLANS,
    Kind.ASSIGN: Permission.ACT,
    Kind.CHANGE: Permission.ACT,
    Kind.SWAP: Permission.ACT,
    Kind.RELEASE: Permission.ACT,
    Kind.ADOPT: Permission.ACT,
    Kind.IMPORT: Permission.BULK,
    Kind.CHECK: Permission.TENANT,
    Kind.VERIFY: Permission.TENANT,
    Kind.TEST_ALERTS: Permission.TENANT,
    Kind.RULES_CHECK: Permission.VIEW,
    Kind.RULE_ANSWER: Permission.VIEW,
}
"""What each kind asks of whoever asked for it in the portal; of many at once more is asked."""
MANY = ("numbers", "people")


def why_not_permitted(task: Task) -> str:
    """Why who asked for it may not any longer; empty when they may, and for what was not asked for in the portal."""
    if not task.actor.startswith("portal:"):
        return ""
    user = user_of(task.actor)
    role = role_in(user, task.tenant) if user is not None else None
    need = Permission.BULK if any(name in task.arguments for name in MANY) else NEEDS[Kind(task.kind)]
    if role is not None and need in role.permissions:
        return ""
    held = f"is {role.title} here" if role is not None else "has no role here"
    return (
        f"{task.actor.partition(':')[2]} {held} by now and may not {need.sentence}: nothing was done. Somebody who may "
        "can ask for it again."
    )
