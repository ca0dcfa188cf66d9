"""What `elbguard init` does: gather what is known, ask for the rest, write the file, and say what to do next."""

import os
import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from elbguard.init import guesses
from elbguard.init.questions import NoAnswer, ask
from elbguard.init.skeleton import skeleton
from elbguard.project import NAMES, is_top, near, project_file
from elbguard.report.saving import save
from elbguard.settings import Settings
from elbguard.settings_mistakes import SettingsError

_FACTS: Final = {
    "cluster_version": "cluster-version",
    "cluster_type": "cluster-type",
    "proxy_mode": "proxy-mode",
}


class CannotBegin(Exception):
    """What was asked cannot be done; one sentence says why, and what to do."""


@dataclass(frozen=True)
class Beginning:
    """Where to write, over what is there if `force`; whether somebody is there to be asked.

    `learnt` is what a cluster said, by field, and `source` which cluster.
    """

    folder: Path
    ask: bool
    force: bool = False
    learnt: Settings | None = None
    source: str = ""


def run(wanted: Beginning, settings: Settings, given: Sequence[str]) -> Iterator[str]:
    """Write a project file with the settings that are `given` by flags; yields what to say. Raises CannotBegin."""
    file = wanted.folder / NAMES[0]
    _require_room(file, force=wanted.force)
    known = {**_stated(wanted.learnt), **{name: getattr(settings, name) for name in given}}
    origins = dict.fromkeys(_stated(wanted.learnt), f"Learnt from {wanted.source}; after an upgrade it is another.")
    guessed = {field: each for field, each in guesses.said(wanted.folder).items() if field not in known}
    if wanted.ask:
        try:
            known |= ask(known, guessed)
        except NoAnswer:
            raise CannotBegin(f"{near(file)}: nothing is written, as not all was answered") from None
    else:
        known |= {field: value for field, (value, _) in guessed.items()}
    whole = Settings.model_validate(known)
    origins |= {field: f"As {by} says." for field, (value, by) in guessed.items() if str(known.get(field)) == value}
    told = {field: origin for field, origin in origins.items() if field not in given}
    _write(file, skeleton(whole, list(known), told, guesses.clusters(wanted.folder)), force=wanted.force)
    yield f"wrote {near(file)}"
    yield from _next(file, whole)


def _stated(settings: Settings | None) -> dict[str, Any]:
    """What settings say that were made of something, by field."""
    return {name: getattr(settings, name) for name in settings.model_fields_set} if settings else {}


def _require_room(file: Path, *, force: bool) -> None:
    if not file.parent.is_dir():
        raise CannotBegin(f"{file.parent}: no such folder: make it first")
    there = [file.with_name(name) for name in NAMES if os.path.lexists(file.with_name(name))]
    for each in there:
        if not force:
            raise CannotBegin(f"{near(each)}: is there already: change it, or have it written over by --force")
        if each.name != file.name:
            raise CannotBegin(f"{near(each)}: lies where {file.name} is to be written: remove it, or rename it to that")
        if not each.is_file() or each.is_symlink():
            raise CannotBegin(f"{near(each)}: is no file of its own: remove it first")


def _write(file: Path, text: str, *, force: bool) -> None:
    """Write the file, whole or not at all; one that came meanwhile stays unless `force`."""
    try:
        if force:
            save(text.encode(), file)
            return
        scratch = file.with_name(f".elbguard-{secrets.token_hex(8)}")
        try:
            save(text.encode(), scratch)
            _name(scratch, file)
        finally:
            scratch.unlink(missing_ok=True)
    except FileExistsError:
        raise CannotBegin(f"{near(file)}: came to be meanwhile: nothing is written") from None
    except OSError as error:
        raise CannotBegin(f"{near(file)}: cannot be written: {error.strerror or error}") from None


def _name(scratch: Path, file: Path) -> None:
    """Give a new file its name, and never that of one that is there. Raises OSError."""
    try:
        os.link(scratch, file)
    except FileExistsError:
        raise
    except OSError:  # a file system without hard links
        if os.path.lexists(file):
            raise FileExistsError from None
        scratch.replace(file)


def _next(file: Path, settings: Settings) -> Iterator[str]:
    unknown = [name for field, name in _FACTS.items() if getattr(settings, field) is None]
    if unknown:
        them = "it" if len(unknown) == 1 else "them"
        yield f"not known yet: {', '.join(unknown)}; rules that need {them} are skipped until you fill {them} in"
    try:
        found = project_file(file.parent)
        above = project_file(Path(os.path.abspath(file.parent)).parent)
    except SettingsError:
        return
    if not found:
        yield "note: everybody may leave files in this folder, so that it is not looked for here: name it by --config"
    if above and not is_top(os.path.abspath(file.parent)):
        yield f"note: {above} counts here no more: of several the nearest one does"
    where = "" if os.path.abspath(file.parent) == os.path.abspath(os.curdir) else f" {file.parent}"
    yield f"next: elbguard check{where}, and commit the file, so that everybody is judged alike"
