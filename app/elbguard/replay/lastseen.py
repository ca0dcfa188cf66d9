"""The Services of an audit log as they were last seen in it: the old objects of updates, which events do not hold."""

import json
from collections import OrderedDict
from typing import Any, Final

from elbguard.replay.past import Json, mapping, text

MOST: Final = 64 * 1024 * 1024  # bytes
_UNREAD: Final = "managedFields"


class LastSeen:
    """Remembers Services, of which those that were seen least lately are forgotten beyond `most` bytes."""

    def __init__(self, most: int = MOST) -> None:
        self._most, self._size = most, 0
        self._texts: OrderedDict[tuple[str, str], bytes] = OrderedDict()

    def see(self, service: Json) -> None:
        """Remember a Service as it is now."""
        metadata = mapping(service.get("metadata"))
        key = (text(metadata.get("namespace")), text(metadata.get("name")))
        self.forget(*key)
        kept = {**service, "metadata": {name: value for name, value in metadata.items() if name != _UNREAD}}
        self._texts[key] = json.dumps(kept).encode()
        self._size += len(self._texts[key])
        while self._size > self._most:
            self._size -= len(self._texts.popitem(last=False)[1])

    def forget(self, namespace: str, name: str) -> None:
        """Forget one, which is there no more."""
        self._size -= len(self._texts.pop((namespace, name), b""))

    def get(self, namespace: str, name: str, version: str = "") -> dict[str, Any] | None:
        """A Service as it was last seen, unless it was of another resourceVersion than the one that is asked for."""
        written = self._texts.get((namespace, name))
        if written is None:
            return None
        service: dict[str, Any] = json.loads(written)
        seen = text(service["metadata"].get("resourceVersion"))
        return service if not version or not seen or version == seen else None
