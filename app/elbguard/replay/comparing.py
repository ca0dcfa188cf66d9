"""Judging again what was judged before, and where the verdicts differ."""

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Any, Final

from elbguard.replay.past import Past, Untold, Verdict, mapping, of_response
from elbguard.settings import Settings, load
from elbguard.settings_mistakes import SettingsError
from elbguard.webhook.admission import Admission
from elbguard_rules.core.facts import Cluster

_KINDS_OF_SETTINGS: Final = 32  # that are kept at a time


class Turn(StrEnum):
    """How a verdict differs from the recorded one."""

    REFUSED = "newly-refused"
    ADMITTED = "no-longer-refused"
    OTHERWISE = "refused-for-other-rules"
    PATCH = "filled-in-otherwise"

    @property
    def words(self) -> str:
        """As a sentence has it."""
        return self.value.replace("-", " ")


@dataclass(frozen=True, slots=True)
class Divergence:
    """A request that is answered otherwise than before; `line` is where it was recorded."""

    line: int
    past: Past
    now: Verdict
    change: Turn

    @property
    def filled(self) -> dict[str, tuple[Any, Any]]:
        """What was filled in and what is now, by annotation, where these differ; None where nothing is."""
        before, after = self.past.verdict.patch, self.now.patch
        keys = [key for key in {**before, **after} if before.get(key) != after.get(key)]
        return {key: (before.get(key), after.get(key)) for key in keys}


class Judges:
    """The decisions of this version: by the settings that were recorded, with those above them that were `given`.

    `settings` are all that were given, by flags, environment or a file; where they are `whole`, since a file was, no
    recorded ones count. What was recorded of the cluster's facts counts where nothing else is given.
    """

    def __init__(self, settings: Settings, given: Mapping[str, Any], *, whole: bool) -> None:
        self._settings, self._whole = settings, whole
        self._given = {name: value for name, value in given.items() if value not in (None, (), [], {})}
        self._now = Cluster()
        self._of = lru_cache(maxsize=_KINDS_OF_SETTINGS)(self._make)

    def judge(self, past: Past) -> tuple[Verdict, bool]:
        """The verdict now, and whether the webhook looked at the Service at all. Raises Untold."""
        admission, given = self._of("" if self._whole else json.dumps(past.settings, sort_keys=True))
        self._now = given.above(past.cluster)
        ask = admission.mutate if past.path == "/mutate" else admission.validate
        answer = ask(json.dumps(past.review).encode())
        if answer.verdict == "unread":
            raise Untold(answer.body.decode().strip().rstrip(".").removeprefix("The "))
        if answer.verdict == "failed":
            raise Untold("elbguard has an internal error about it: please report it")
        response = json.loads(answer.body)["response"]
        if "patch" in response:
            response["patch"] = json.loads(base64.b64decode(response["patch"]))
        return of_response(mapping(response)), answer.verdict != "ignored"

    def _make(self, recorded: str) -> tuple[Admission, Cluster]:
        settings = self._settings
        known = json.loads(recorded) if recorded else {}
        if known:
            names = {name.replace("-", "_"): value for name, value in known.items()}
            try:
                settings = load({**names, **self._given}, None)
            except SettingsError as error:
                why = error.mistakes[0]
                raise Untold(
                    f"the recorded settings are none of this version: {why}; give others by --config"
                ) from None
        return Admission(settings, lambda: self._now), settings.cluster


def difference(line: int, past: Past, now: Verdict) -> Divergence | None:
    """How the verdict now differs from the recorded one; None where it does not."""
    before = past.verdict
    change = None
    if before.allowed != now.allowed:
        change = Turn.ADMITTED if now.allowed else Turn.REFUSED
    elif before.rules != now.rules:
        change = Turn.OTHERWISE
    elif past.path == "/mutate" and before.patch != now.patch:
        change = Turn.PATCH
    return Divergence(line, past, now, change) if change else None
