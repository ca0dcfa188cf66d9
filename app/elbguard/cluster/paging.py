"""Lists read page by page, so that nobody holds more than a page of them.

Source: Kubernetes, API Concepts, "Retrieving large results sets in chunks".
"""

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote

from elbguard.cluster.asking import ApiError, Backoff, Expired, LargeAnswer, Pace, at

PAGE: Final = 250  # objects: some 1 MB of Services
_MOST_BEGINNINGS: Final = 5  # of one list whose tokens expire
_MOST_FAILURES: Final = 4  # one after another, once a first page has come
_NOTHING: Final[Mapping[str, str]] = {}
Get = Callable[[str, Mapping[str, str]], Any]


@dataclass(frozen=True, slots=True)
class Page:
    """Some objects of a list, and how many are still to come as far as the server says."""

    items: tuple[Mapping[str, Any], ...]
    remaining: int


def services_path(namespace: str = "") -> str:
    """Where the Services of a namespace are listed, or those of all."""
    return f"/api/v1{within(namespace)}/services"


def within(namespace: str) -> str:
    """The part of a path that says in which namespace; nothing for all of them."""
    return f"/namespaces/{quote(namespace, safe='')}" if namespace else ""


def pages(
    get: Get,
    path: str,
    query: Mapping[str, str] = _NOTHING,
    size: int = PAGE,
    pause: Callable[[float], None] = time.sleep,
) -> Iterator[Page]:
    """The list at `path`, page by page; every object once, by namespace and name. `get` is that of an `asking.Api`.

    Where the token to go on has expired the server's newer one is used, and else the list begins anew and what was
    given is passed over. Failures that pass are waited for, but not before the first page. Raises ApiError.
    """
    token, given, begun, failures, backoff = "", set[str](), 0, 0, Backoff(Pace())
    while True:
        try:
            found = get(path, {**query, "limit": str(size), **({"continue": token} if token else {})})
        except Expired as error:
            begun += 1
            if not token or begun > _MOST_BEGINNINGS:
                raise
            token = error.onwards
            continue
        except LargeAnswer:
            if size == 1:
                raise
            size = max(1, size // 4)
            continue
        except ApiError as error:
            failures += 1
            if not (given or token) or not error.passing or failures > _MOST_FAILURES:
                raise
            pause(backoff.failed(error))
            continue
        failures = 0
        backoff.reset()
        items = _items(found, path)
        fresh = tuple(item for item in items if _key(item) not in given)
        given.update(map(_key, fresh))
        more = at(found, "metadata", "continue")
        remaining = at(found, "metadata", "remainingItemCount")
        yield Page(fresh, remaining if isinstance(remaining, int) else 0)
        if not isinstance(more, str) or not more:
            return
        if more == token:
            raise ApiError(0, f"the list of {path} has no end")
        token = more


def _items(found: Any, path: str) -> list[Mapping[str, Any]]:
    items = at(found, "items")
    if items is None and at(found, "metadata") is not None:  # an empty list of Go is null
        return []
    if not isinstance(items, list):
        raise ApiError(0, f"the answer to {path} is no list")
    return [item for item in items if isinstance(item, Mapping)]


def _key(item: Mapping[str, Any]) -> str:
    return f"{at(item, 'metadata', 'namespace') or ''}/{at(item, 'metadata', 'name') or ''}"
