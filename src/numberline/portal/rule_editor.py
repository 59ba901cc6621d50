"""The rule editor: text and groups kept in step, errors at their place, and what the real directory answers."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render

from numberline.accounts.actor import in_portal
from numberline.core.attributes import ATTRIBUTES, Kind, find
from numberline.core.person import NumberType
from numberline.core.rule_form import FormError, from_form, operators_for, to_form
from numberline.core.rules import NotExpressible, Rule, RuleError, parse, write
from numberline.inventory.models import Range
from numberline.jobs.models import Kind as TaskKind
from numberline.jobs.models import State, Task
from numberline.jobs.tasks import ask as ask_for
from numberline.planning.rule_answer import SECONDS, Asked, ask, rule_of
from numberline.planning.rule_values import values_of
from numberline.portal.request import InTenant
from numberline.tenants.licences import licence_names
from numberline.tenants.models import Tenant


def rule_convert(request: InTenant) -> HttpResponse:
    """Text to groups and rows, or the other way round: `{"text": ...}` or `{"form": ...}` in, both out.

    GET tells what a builder offers: the attributes and the operators of each.
    """
    if request.method != "POST":
        return JsonResponse({"attributes": [_offered(one) for one in ATTRIBUTES]})
    try:
        given = json.loads(request.body)
    except (ValueError, RecursionError):
        given = None
    if not isinstance(given, dict):
        return JsonResponse({"error": {"message": "This is no JSON object with text or form."}}, status=400)
    if "form" in given:
        return JsonResponse(_of_form(request.visit.tenant, given["form"]))
    return JsonResponse(_of_text(request.visit.tenant, str(given.get("text", "")).replace("\r\n", "\n")))


def rule_values(request: InTenant) -> HttpResponse:
    """Values that people have for an attribute and that begin with `q` or have it in them, the most frequent first."""
    name = request.GET.get("attribute", "")
    if not name:
        return JsonResponse({"values": []})
    attribute = find(name)
    if attribute is None:
        return JsonResponse({"error": "There is no such attribute."}, status=400)
    found = values_of(request.visit.tenant, attribute, request.GET.get("q", ""))
    return JsonResponse({"values": [{"value": value, "count": count} for value, count in found]})


def rule_answer(request: InTenant) -> HttpResponse:
    """Who matches a rule: the one that is given, or that of the range that is named."""
    given = request.POST if request.method == "POST" else request.GET
    name = given.get("range", "").replace("\0", " ")  # the guard looks at addresses alone
    row = get_object_or_404(request.visit.ranges, name=name) if name else None
    text = given.get("rule", row.rule if row is not None else "").replace("\r\n", "\n")
    context = checked(request, text, row)
    if request.method == "POST" and "everybody" in given and "answer" in context:
        return _ask_everybody(request, text, row, context["asked"])
    if request.htmx and "rule_error" in context:
        return HttpResponse(status=204)  # the editor has shown the error, and keeps its last answer
    status = 422 if "rule_error" in context else 200
    return render(request, "portal/rule_answer.html", {"range": row, "rule": text, **context}, status=status)


def rule_everybody(request: InTenant, key: int) -> HttpResponse:
    """What everybody was asked about a rule: how far that has come, then the answer."""
    rows = Task.objects.of(request.visit.tenant.pk).filter(kind=TaskKind.RULE_ANSWER)
    task = get_object_or_404(rows.select_related("run", "tenant"), pk=key)
    given = task.arguments
    context = {
        "task": task,
        "answer": task.outcome if task.state == State.DONE else None,
        "rule": given["rule"],
        "range": request.visit.ranges.filter(name=given["range"]).first(),
        "asked": {"type": given["type"], "search": given["who"]},
        "compared": bool(given["before"]),
    }
    return render(request, "portal/rule_everybody.html", context)


def _ask_everybody(request: InTenant, text: str, row: Range | None, asked: Asked) -> HttpResponse:
    given = {
        "rule": text,
        "range": asked.range,
        "type": asked.type,
        "priority": asked.priority,
        "before": row.rule if row is not None and asked.before is not None else "",
        "who": asked.search,
    }
    tenant = request.visit.tenant
    task = ask_for(tenant, TaskKind.RULE_ANSWER, given, actor=in_portal(request.user))
    return redirect("rule_everybody", tenant=tenant.name, key=task.pk)


def checked(request: InTenant, text: str, row: Range | None) -> dict[str, Any]:
    """What a page shows of a rule: its error with its place, or both spellings and what the directory answers."""
    given = request.POST if request.method == "POST" else request.GET
    try:
        rule = rule_of(text)
    except RuleError as error:
        return {"rule_error": placed(error, text)}
    if rule is None:
        return {"no_rule": True}
    type_ = given.get("type", row.type if row is not None else "")
    stored = rule_of(row.rule) if row is not None else None
    asked = Asked(
        rule,
        range=row.name if row is not None else "",
        type=type_ if type_ in [one.value for one in NumberType] else "",
        priority=_priority(given.get("priority", ""), row),
        before=stored if stored != rule else None,
        search=given.get("who", "")[:200],
        seconds=SECONDS,
    )
    answer = ask(request.visit.tenant, asked)
    return {
        "answer": answer,
        "asked": asked,
        "compared": asked.before is not None,
        "spellings": spelled(request.visit.tenant, rule),
    }


def spelled(tenant: Tenant, rule: Rule) -> dict[str, str]:
    """A rule in both spellings; `entra_cannot` says why Entra has none."""
    try:
        return {"plain": write(rule), "entra": write(rule, "entra", licence_names(tenant))}
    except NotExpressible as error:
        return {"plain": write(rule), "entra_cannot": str(error)}


def placed(error: RuleError, text: str) -> dict[str, Any]:
    """An error for a page: the sentence, its place, and the line up to there and from there on."""
    lines = text.split("\n")
    line = lines[error.line - 1] if error.line <= len(lines) else ""
    start = sum(len(one) + 1 for one in lines[: error.line - 1]) + error.column - 1
    return {
        "message": error.message,
        "line": error.line,
        "column": error.column,
        "expected": [words for words in error.expected if words not in error.message],
        "before": line[max(0, error.column - 61) : error.column - 1],
        "after": line[error.column - 1 : error.column + 60],
        "offset": min(start, len(text)),
    }


def _of_text(tenant: Tenant, text: str) -> dict[str, Any]:
    try:
        rule = rule_of(text)
    except RuleError as error:
        return {"text": text, "error": placed(error, text)}
    return _both(tenant, text, rule)


def _of_form(tenant: Tenant, form: object) -> dict[str, Any]:
    if form is None:
        return _both(tenant, "", None)
    try:
        rule = from_form(form)
        text = write(rule)
        parse(text)
    except FormError as error:
        return {"form_error": {"path": list(error.path), "message": error.message}}
    except RuleError as error:
        return {"form_error": {"path": [], "message": error.message}}
    return _both(tenant, text, rule)


def _both(tenant: Tenant, text: str, rule: Rule | None) -> dict[str, Any]:
    told: Mapping[str, Any] = {} if rule is None else spelled(tenant, rule)
    return {"text": text, "form": None if rule is None else to_form(rule), **told}


def _offered(attribute: Any) -> dict[str, Any]:
    return {
        "name": attribute.plain,
        "entra": attribute.entra,
        "operators": list(operators_for(attribute.kind)),
        "truth": attribute.kind is Kind.BOOLEAN,
    }


def _priority(text: str, row: Range | None) -> int:
    digits = text.strip().removeprefix("-")
    if digits.isascii() and digits.isdecimal() and len(digits) < 9:
        return int(text)
    return row.priority if row is not None else 100
