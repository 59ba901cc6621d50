"""The addresses of actions: each below the page of the person or number that it is about."""

from collections.abc import Callable

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse

from numberline.directory.models import Person
from numberline.inventory.models import Number
from numberline.portal.actions import Action, act
from numberline.portal.actions_offered import NUMBER_ACTIONS, PERSON_ACTIONS
from numberline.portal.person import person_sync
from numberline.portal.request import InTenant


def _person(action: Action[Person]) -> Callable[..., HttpResponse]:
    def view(request: InTenant, object_id: str) -> HttpResponse:
        who = get_object_or_404(request.visit.people, object_id=object_id)
        return act(request, action, who, reverse("person", args=[request.visit.tenant.name, object_id]))

    return view


def _number(action: Action[Number]) -> Callable[..., HttpResponse]:
    def view(request: InTenant, text: str) -> HttpResponse:
        row = get_object_or_404(request.visit.numbers.select_related("range"), text=text)
        return act(request, action, row, reverse("number", args=[request.visit.tenant.name, text]))

    return view


def _word(route: str) -> str:
    return route.partition("_")[2]


ACTIONS: list[URLPattern] = [
    path("people/<str:object_id>/sync/", person_sync, name="person_sync"),
    *(
        path(f"people/<str:object_id>/{_word(action.route)}/", _person(action), name=action.route)
        for action in PERSON_ACTIONS
    ),
    *(
        path(f"numbers/<str:text>/{_word(action.route)}/", _number(action), name=action.route)
        for action in NUMBER_ACTIONS
    ),
]
