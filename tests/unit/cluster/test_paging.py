"""A list read page by page: every object once, whatever happens to its tokens and to the server."""

from collections.abc import Mapping
from typing import Any

import pytest

from elbguard.cluster.asking import ApiError, Expired, LargeAnswer
from elbguard.cluster.paging import Page, pages, services_path

PATH = "/api/v1/services"


class Store:
    """A list of objects as an API server pages it; `trouble` is raised before the page of that number, once."""

    def __init__(self, number: int, trouble: Mapping[int, list[Exception]] | None = None) -> None:
        self.names = [f"web-{n:03}" for n in range(number)]
        self.trouble = {page: list(errors) for page, errors in (trouble or {}).items()}
        self.asked: list[dict[str, str]] = []
        self.given = 0

    def get(self, path: str, query: Mapping[str, str]) -> Any:
        """Give a page, by names in their order; a token is the name to begin with."""
        assert path == PATH
        self.asked.append(dict(query))
        if errors := self.trouble.get(self.given):
            raise errors.pop(0)
        self.given += 1
        there = [name for name in self.names if name >= query.get("continue", "")]
        size = int(query["limit"])
        more = {"continue": there[size], "remainingItemCount": len(there) - size} if len(there) > size else {}
        items = [{"metadata": {"namespace": "shop", "name": name}} for name in there[:size]]
        return {"kind": "ServiceList", "metadata": {"resourceVersion": "1", **more}, "items": items or None}


def read(store: Store, size: int = 10) -> tuple[list[str], list[Page], list[float]]:
    """All names, the pages, and the pauses that were made."""
    pauses: list[float] = []
    found = list(pages(store.get, PATH, size=size, pause=pauses.append))
    return [item["metadata"]["name"] for page in found for item in page.items], found, pauses


def test_every_page_says_how_many_are_to_come() -> None:
    store = Store(25)
    names, found, _ = read(store)

    assert names == store.names
    assert [(len(page.items), page.remaining) for page in found] == [(10, 15), (10, 5), (5, 0)]


def test_a_list_of_nothing_is_one_empty_page() -> None:
    assert read(Store(0))[1] == [Page((), 0)]


def test_the_token_of_the_refusal_goes_on() -> None:
    store = Store(25, {1: [Expired("too old", "web-012")]})

    assert read(store)[0] == [name for name in store.names if name not in ("web-010", "web-011")]
    assert store.asked[2]["continue"] == "web-012"


def test_without_such_a_token_it_begins_anew_and_gives_nothing_twice() -> None:
    store = Store(25, {1: [Expired("too old", "")], 2: [Expired("too old", "")]})

    assert read(store)[0] == store.names
    assert sum("continue" not in query for query in store.asked) == 3


def test_a_list_that_expires_for_ever_ends() -> None:
    with pytest.raises(Expired):
        read(Store(25, {1: [Expired("too old", "web-010")] * 99}))


@pytest.mark.parametrize("status", [0, 429, 500, 503])
def test_what_passes_is_waited_for_in_the_middle_of_a_list(status: int) -> None:
    store = Store(25, {1: [ApiError(status, "busy")] * 3})
    names, _, pauses = read(store)

    assert (names, len(pauses)) == (store.names, 3)


@pytest.mark.parametrize(("page", "status"), [(0, 0), (0, 503), (0, 403), (1, 403), (1, 401)])
def test_the_first_answer_and_a_right_are_not_waited_for(page: int, status: int) -> None:
    with pytest.raises(ApiError) as error:
        read(Store(25, {page: [ApiError(status, "no")]}))

    assert error.value.status == status


def test_a_server_that_stays_away_is_given_up() -> None:
    with pytest.raises(ApiError, match="away"):
        read(Store(25, {1: [ApiError(0, "away")] * 99}))


def test_less_is_asked_for_where_an_answer_is_too_large() -> None:
    store = Store(25, {0: [LargeAnswer("64 MiB")] * 2})

    assert read(store, size=20)[0] == store.names
    assert [query["limit"] for query in store.asked[:3]] == ["20", "5", "1"]


def test_one_object_that_is_too_large_ends_it() -> None:
    with pytest.raises(LargeAnswer):
        read(Store(25, {0: [LargeAnswer("64 MiB")] * 99}))


@pytest.mark.parametrize("answer", [{}, [], "text", {"items": {}}, {"kind": "Status"}])
def test_what_is_no_list_is_said(answer: Any) -> None:
    with pytest.raises(ApiError, match="is no list"):
        list(pages(lambda path, query: answer, PATH))


def test_a_namespace_cannot_lead_elsewhere() -> None:
    assert services_path("../secrets?") == "/api/v1/namespaces/..%2Fsecrets%3F/services"
    assert services_path() == PATH


def test_a_token_that_leads_to_itself_ends_it() -> None:
    with pytest.raises(ApiError, match="no end"):
        list(pages(lambda path, query: {"metadata": {"continue": "x"}, "items": []}, PATH))
