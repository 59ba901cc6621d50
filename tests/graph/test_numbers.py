"""Listing and looking up numbers."""

from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from numberline.graph import GraphClient, GraphError, GraphNumber, Stop, Wait
from tests.graph.microsoft import HTML, Asked, Microsoft, Reply, error, listed

NUMBERS = "/admin/teams/telephoneNumberManagement/numberAssignments"


def number(last: int, **more: Any) -> dict[str, Any]:
    text = f"+44207946{last:04d}"
    return {"id": f"id{last}", "telephoneNumber": text, "numberType": "directRouting", **more}


def by_skip(total: int, page: int = 1000, broken_at: int | None = None) -> Callable[[Asked], Reply]:
    """A tenant that pages by `$skip` and never gives more than `page` at once."""

    def answer(asked: Asked) -> Reply:
        query = parse_qs(urlsplit(asked.target).query)
        skip = int(query.get("$skip", ["0"])[0])
        if broken_at is not None and skip >= broken_at:
            return error(400, "BadRequest", "No more of this")
        assert query["$top"] == ["1000"]
        return listed(*[number(i) for i in range(skip, min(skip + page, total))])

    return answer


def texts(client: GraphClient) -> list[str]:
    return [n.telephone_number for page in client.number_pages() for n in page]


@pytest.mark.parametrize(
    ("total", "page"), [(0, 1000), (3, 1000), (1000, 1000), (2300, 1000), (1200, 500), (70, 20)]
)
def test_a_listing_without_links_goes_on_by_skip_to_the_end(
    microsoft: Microsoft, client: GraphClient, total: int, page: int
) -> None:
    microsoft.on("GET", NUMBERS, by_skip(total, page))
    assert texts(client) == [f"+44207946{i:04d}" for i in range(total)]


def test_a_listing_with_links_follows_them(microsoft: Microsoft, client: GraphClient) -> None:
    link = f"{microsoft.url}/v1.0{NUMBERS}?$skiptoken=%2B2"
    microsoft.on("GET", NUMBERS, listed(number(1), nextLink=link), listed(number(2)))
    assert texts(client) == ["+442079460001", "+442079460002"]
    assert [asked.target for asked in microsoft.asked] == [
        f"/v1.0{NUMBERS}?$top=1000",
        f"/v1.0{NUMBERS}?$skiptoken=%2B2",
    ]


def test_a_link_that_comes_again_is_no_end(microsoft: Microsoft, client: GraphClient) -> None:
    link = f"{microsoft.url}/v1.0{NUMBERS}?$skiptoken=2"
    microsoft.on("GET", NUMBERS, listed(number(1), nextLink=link), listed(number(2), nextLink=link))
    with pytest.raises(Wait) as raised:
        texts(client)
    assert raised.value.code == "listing_incomplete"


def test_empty_pages_are_passed_over_but_not_for_ever(microsoft: Microsoft, client: GraphClient) -> None:
    link = f"{microsoft.url}/v1.0{NUMBERS}?$skiptoken=2"
    empty = listed(nextLink=link)
    microsoft.on("GET", NUMBERS, empty, empty, listed(number(1), nextLink=link), empty, listed(number(2)))
    assert texts(client) == ["+442079460001", "+442079460002"]
    microsoft.on("GET", NUMBERS, empty)
    with pytest.raises(Wait) as raised:
        texts(client)
    assert raised.value.code == "listing_incomplete"


def test_full_pages_that_repeat_themselves_are_no_end(microsoft: Microsoft, client: GraphClient) -> None:
    microsoft.on("GET", NUMBERS, listed(*[number(i) for i in range(1000)]))
    with pytest.raises(Wait) as raised:
        texts(client)
    assert raised.value.code == "listing_incomplete"


def test_a_short_list_from_a_tenant_that_ignores_skip_is_whole(
    microsoft: Microsoft, client: GraphClient
) -> None:
    microsoft.on("GET", NUMBERS, listed(number(1), number(2)))
    assert texts(client) == ["+442079460001", "+442079460002"]


def test_a_listing_that_breaks_midway_is_never_whole(microsoft: Microsoft, client: GraphClient) -> None:
    microsoft.on("GET", NUMBERS, by_skip(3000, broken_at=2000))
    pages = client.number_pages()
    assert [len(next(pages)), len(next(pages))] == [1000, 1000]
    with pytest.raises(GraphError):
        next(pages)


def test_numbers_that_pages_repeat_come_once_unless_they_changed(
    microsoft: Microsoft, client: GraphClient
) -> None:
    link = f"{microsoft.url}/v1.0{NUMBERS}?$skiptoken=2"
    microsoft.on(
        "GET",
        NUMBERS,
        listed(number(1), number(2), nextLink=link),
        listed(number(2), number(1, assignmentTargetId="p"), number(3)),
    )
    found = [n for page in client.number_pages() for n in page]
    assert [(n.telephone_number[-1], n.holder) for n in found] == [
        ("1", None),
        ("2", None),
        ("1", "p"),
        ("3", None),
    ]


def test_plus_signs_are_encoded_in_filters(microsoft: Microsoft, client: GraphClient) -> None:
    microsoft.on("GET", NUMBERS, listed({"telephoneNumber": "+442079460001;ext=12", "id": "x"}))
    found = client.number("+442079460001;ext=12")
    assert found is not None
    filter_text = "$filter=telephoneNumber%20eq%20%27%2B442079460001%3Bext%3D12%27"
    assert microsoft.asked[0].target == f"/v1.0{NUMBERS}?{filter_text}"


def test_a_filter_that_was_ignored_finds_nothing_else(microsoft: Microsoft, client: GraphClient) -> None:
    microsoft.on("GET", NUMBERS, listed(number(1), number(2, assignmentTargetId="B")))
    assert client.number("+442079460009") is None
    assert [n.telephone_number for n in client.numbers_of("b")] == ["+442079460002"]
    assert client.numbers_of("c") == []


def test_of_two_entries_for_a_number_the_held_one_counts(microsoft: Microsoft, client: GraphClient) -> None:
    microsoft.on(
        "GET", NUMBERS, listed(number(1), number(1, assignmentTargetId="p", numberType="callingPlan"))
    )
    found = client.number("+442079460001")
    assert found is not None
    assert (found.holder, found.type) == ("p", "calling_plan")


def test_the_documented_malformed_page_is_understood(microsoft: Microsoft, client: GraphClient) -> None:
    body = b'{"@odata.context":"x","value":{"telephoneNumber":"12065550100","capabilities":["userAssignment"]},"value":{"telephoneNumber":"+12065550101"}}'
    microsoft.on("GET", NUMBERS, Reply(200, body), listed())
    found = [n for page in client.number_pages() for n in page]
    assert [n.telephone_number for n in found] == ["+12065550100", "+12065550101"]
    assert found[0].can("userAssignment")


def test_enum_members_and_properties_of_tomorrow_are_taken_as_they_come(
    microsoft: Microsoft, client: GraphClient
) -> None:
    tomorrow = number(
        1, numberType="satellite", activationState="glowing", capabilities=["x"], newThing={"a": 1}
    )
    microsoft.on("GET", NUMBERS, listed(tomorrow))
    found = client.number("+442079460001")
    assert found is not None
    assert (found.type, found.number_type, found.activation_state) == (None, "satellite", "glowing")


@pytest.mark.parametrize("item", [{"telephoneNumber": 5}, {"id": "x"}, "text"])
def test_a_shape_that_is_not_understood_stops_with_the_place_that_is_wrong(
    microsoft: Microsoft, client: GraphClient, item: Any
) -> None:
    microsoft.on("GET", NUMBERS, listed(item))
    with pytest.raises(Stop) as raised:
        texts(client)
    assert raised.value.code == "malformed_answer"
    assert "$.value[0]" in str(raised.value)


@pytest.mark.parametrize(
    "reply",
    [
        Reply(200, b"<html>Sign in to the guest network</html>", HTML),
        Reply(200, b"not json at all"),
        Reply(302, None, {"Location": "https://portal.example/login"}),
        Reply(404, b"<h1>Not found</h1>", HTML),
        Reply(403, b"<h1>Blocked by your proxy</h1>", HTML),
        error(404, "BadRequest", "Resource not found for the segment 'teams'."),
    ],
)
def test_a_page_that_is_not_microsofts_stops_with_one_sentence(
    microsoft: Microsoft, client: GraphClient, reply: Reply
) -> None:
    microsoft.on("GET", NUMBERS, reply)
    microsoft.on("GET", "/users/a", reply)
    for ask in (lambda: texts(client), lambda: client.user("a")):
        with pytest.raises(Stop) as raised:
            ask()
        assert raised.value.code == "not_graph"
        assert microsoft.url.removeprefix("https://") in str(raised.value)


def test_a_number_says_what_it_is() -> None:
    held = GraphNumber(
        telephone_number="tel:+442079460001",
        number_type="operatorConnect",
        assignment_target_id="p",
        assignment_category="private",
        number_source="onPremises",
    )
    assert (held.telephone_number, held.type, held.holder) == ("+442079460001", "operator_connect", "p")
    assert not held.is_primary
    assert held.is_on_premises
    assert GraphNumber(telephone_number="+1", assignment_target_id="").holder is None
