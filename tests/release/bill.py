"""Bill: what elbguard is made of, as CycloneDX JSON: the packages of requirements/run.lock and what needs what.

Of the image it names the base beside these, by its digest; what is in that is for whoever makes it to say.
Licences and dependencies are those that the installed packages declare, of the ones that are installed in the version
of the lock; a package that this platform does without has its name, version and hashes only.
"""

import re
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path
from typing import Final, NamedTuple

from cyclonedx.contrib.license.factories import LicenseFactory
from cyclonedx.contrib.this.builders import this_component
from cyclonedx.model import HashAlgorithm, HashType, Property
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.model.license import License, LicenseExpression
from cyclonedx.output.json import JsonV1Dot6
from packageurl import PackageURL
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.release.commit import Commit
from tests.release.dockerfile import stages, values
from tests.release.versions import project_of

_ENTRY: Final = re.compile(r"(?P<name>[a-z0-9-]+)==(?P<version>\S+)(?: ; (?P<marker>[^#\n]*?))? +(?P<hashes>--hash=.*)")
_LICENSES: Final = LicenseFactory()
_CLASSIFIER: Final = "License :: OSI Approved :: "
_HASHES: Final = Property(name="elbguard:hashes", value="of every file of this release of the package")


class Locked(NamedTuple):
    """A package of the lock: its version, the condition on where it is installed, and the SHA-256 of its files."""

    name: str
    version: str
    marker: str
    hashes: tuple[str, ...]


def locked(root: Path) -> tuple[Locked, ...]:
    """The packages that elbguard runs with, as the lock has them."""
    text = (root / "requirements/run.lock").read_text(encoding="utf-8")
    entries = re.sub(r"^#.*\n|\\\n", "", text, flags=re.MULTILINE).splitlines()
    return tuple(_locked(entry) for entry in entries)


def _locked(entry: str) -> Locked:
    match = _ENTRY.fullmatch(entry.strip())
    if not match:
        raise ValueError(f"requirements/run.lock: no package with a version and hashes: {entry}")
    hashes = tuple(re.findall(r"--hash=sha256:([0-9a-f]{64})", match["hashes"]))
    return Locked(match["name"], match["version"], (match["marker"] or "").strip(), hashes)


def bill(commit: Commit, root: Path, version: str) -> str:
    """The bill of materials of a commit whose files are in `root`."""
    packages = locked(root)
    components = {each.name: _component(each) for each in packages}
    made = Bom(serial_number=uuid.uuid5(uuid.NAMESPACE_URL, f"elbguard:{commit.name}"))
    made.metadata.timestamp = datetime.fromtimestamp(commit.made, UTC)
    made.metadata.component = ours = Component(
        type=ComponentType.APPLICATION,
        name="elbguard",
        version=version,
        purl=PackageURL("pypi", name="elbguard", version=version),
        bom_ref=f"elbguard@{version}",
        licenses=[_LICENSES.make_from_string("Apache-2.0")],
        properties=[Property(name="elbguard:commit", value=commit.name)],
    )
    made.metadata.tools.components.add(this_component())
    made.components.update((*components.values(), _base_image(root)))
    made.register_dependency(ours, [components[name] for name in _wanted(root) if name in components])
    for each in packages:
        needed = sorted({name for name in _needed(each) if name in components})
        made.register_dependency(components[each.name], [components[name] for name in needed])
    return JsonV1Dot6(made).output_as_string(indent=1) + "\n"


def _component(package: Locked) -> Component:
    installed = _installed(package)
    licences = [*_licences(installed)] if installed else []
    conditions = [Property(name="elbguard:marker", value=package.marker)] if package.marker else []
    return Component(
        type=ComponentType.LIBRARY,
        name=package.name,
        version=package.version,
        purl=PackageURL("pypi", name=package.name, version=package.version),
        bom_ref=f"{package.name}@{package.version}",
        licenses=licences,
        hashes=[HashType(alg=HashAlgorithm.SHA_256, content=each) for each in package.hashes],
        properties=[_HASHES, *conditions],
    )


def _base_image(root: Path) -> Component:
    """What the image is built on, as the Dockerfile names it: `python:3.11-slim@sha256:...`."""
    [base] = values(stages(root)[-1], "FROM")
    name, tag, digest = re.split("[:@]", base, maxsplit=2)
    return Component(
        type=ComponentType.CONTAINER,
        name=name,
        version=tag,
        purl=PackageURL("docker", name=name, version=digest, qualifiers={"tag": tag}),
        bom_ref=base,
        hashes=[HashType(alg=HashAlgorithm.SHA_256, content=digest.removeprefix("sha256:"))],
    )


def _installed(package: Locked) -> Distribution | None:
    try:
        found = distribution(package.name)
    except PackageNotFoundError:
        return None
    return found if found.version == package.version else None


def _licences(installed: Distribution) -> Iterator[License | LicenseExpression]:
    """What a package declares: an expression, or else its classifiers, or else a short text."""
    metadata = installed.metadata
    short = [
        text for name in ("License-Expression", "License") for text in metadata.get_all(name, []) if "\n" not in text
    ]
    classified = [text for text in metadata.get_all("Classifier", []) if text.startswith(_CLASSIFIER)]
    if short and short[0].strip():
        yield _LICENSES.make_from_string(short[0].strip())
    else:
        yield from (_LICENSES.make_with_name(text.removeprefix(_CLASSIFIER)) for text in classified)


def _wanted(root: Path) -> list[str]:
    """What pyproject.toml asks for."""
    project = project_of(root)
    return [canonicalize_name(Requirement(each).name) for each in project["dependencies"]]


def _needed(package: Locked) -> Iterator[str]:
    """The packages that a package needs where elbguard is installed, without extras."""
    installed = _installed(package)
    for each in map(Requirement, (installed.requires or []) if installed else []):
        if not each.marker or each.marker.evaluate({"extra": ""}):
            yield canonicalize_name(each.name)
