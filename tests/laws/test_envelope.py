"""A review read the quick way says what it says read leniently, or the quick way declines."""

import json
from collections.abc import Iterator
from typing import Any

from hypothesis import example, given
from hypothesis import strategies as st

from elbguard.webhook import envelope
from elbguard.webhook.envelope import AdmissionRequest, NotAReview
from tests.bench.reviews import review

WRITTEN = review(1)
Path = tuple[str | int, ...]
values: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=4),
    lambda v: st.lists(v, max_size=2) | st.dictionaries(st.text("kindgroup", max_size=5), v, max_size=2),
    max_leaves=5,
)


def paths(value: Any, path: Path = ()) -> Iterator[Path]:
    """The places in JSON, that of the whole left out."""
    if path:
        yield path
    members = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, member in members:
        yield from paths(member, (*path, name))


PATHS = [path for path in paths(json.loads(WRITTEN)) if "managedFields" not in path]


def leniently(body: bytes) -> AdmissionRequest | None:
    try:
        return envelope._request(envelope.decode(body))
    except NotAReview:
        return None


def alike(body: bytes) -> None:
    quick = envelope._expected(body)
    assert quick is None or repr(quick) == repr(leniently(body)), "by repr: NaN is not itself"


def test_what_an_api_server_writes_is_read_the_quick_way() -> None:
    quick = envelope._expected(WRITTEN)
    assert quick is not None
    assert quick == leniently(WRITTEN)


@given(st.sampled_from(PATHS), values, st.booleans())
def test_another_value_or_none_anywhere(path: Path, value: Any, left_out: bool) -> None:
    changed = json.loads(WRITTEN)
    inside = changed
    for step in path[:-1]:
        inside = inside[step]
    if left_out:
        del inside[path[-1]]
    else:
        inside[path[-1]] = value
    alike(json.dumps(changed).encode())
    alike(json.dumps(changed, ensure_ascii=False).encode("utf-8", "surrogatepass"))


@given(st.sampled_from(PATHS), values)
def test_a_name_that_is_given_twice(path: Path, value: Any) -> None:
    """The last one counts, in Go as well."""
    name = path[-1]
    if isinstance(name, str):
        quoted = json.dumps(name).encode()
        alike(WRITTEN.replace(quoted + b": ", quoted + b": " + json.dumps(value).encode() + b", " + quoted + b": ", 1))


@given(st.integers(0, len(WRITTEN) - 1), st.binary(max_size=3))
@example(len(WRITTEN) - 1, b"")
@example(0, b"\xef\xbb\xbf{")
def test_other_bytes_anywhere(place: int, put: bytes) -> None:
    body = WRITTEN[:place] + put + WRITTEN[place + 1 :]
    quick, slow = envelope._expected(body), leniently(body)
    assert quick is None or slow is None or repr(quick) == repr(slow)


@given(st.sampled_from([50, 150, 250, 900, 5000, 20_000]), st.booleans())
def test_objects_that_nest_deeply(depth: int, in_object: bool) -> None:
    nest = b'{"a":' * depth + b"1" + b"}" * depth
    name = b'"spec": ' if in_object else b'"userInfo": '
    alike(WRITTEN.replace(name, name[:-2] + b": " + nest + b", " + name, 1))
    envelope.read(WRITTEN.replace(name, b'"deep": ' + nest + b", " + name, 1))
