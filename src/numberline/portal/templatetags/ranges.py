"""What the form of a range needs of its template."""

from collections.abc import Sequence
from typing import Any

from django import template

from numberline.inventory.config_problems import Problem
from numberline.portal.range_form import RangeForm

register = template.Library()


@register.inclusion_tag("portal/parts/field_problems.html")
def problems(form: RangeForm, key: str) -> dict[str, Any]:
    """What is wrong with one field, beside it."""
    found: Sequence[Problem] = form.problems.get(key, ())
    return {"problems": found, "key": key}
