"""The JSON Schemas that editors know a Service, the JSON in its annotations, and settings by: made with the rules.

What makes them is tests/generators: serviceschema.py, jsonschemas.py, settingsschema.py; here they are only handed out.
"""

from pathlib import Path
from typing import Any, Final

import elbguard_rules
from elbguard_rules.core.annotation import Annotation
from elbguard_rules.guard import ANNOTATIONS

SERVICE: Final = "service.schema.json"
_SHIPPED: Final = Path(elbguard_rules.__file__).parent / "schemas"


def of_settings() -> str:
    """The JSON Schema of .elbguard.yaml and of the file of --config."""
    return Path(__file__).with_name("settings.schema.json").read_text(encoding="utf-8")


def described() -> tuple[Annotation[Any], ...]:
    """The annotations whose text is JSON."""
    return tuple(owner for owner in ANNOTATIONS if owner.is_json)


def file_name(owner: Annotation[Any]) -> str:
    """`elb.autocreate.schema.json`."""
    return f"{owner.key.removeprefix('kubernetes.io/')}.schema.json"


def write(folder: Path) -> list[Path]:
    """Write the schemas that came with this elbguard to a folder, and say where. Raises OSError."""
    folder.mkdir(parents=True, exist_ok=True)
    written = [folder / SERVICE, *(folder / file_name(owner) for owner in described())]
    for path in written:
        path.write_text((_SHIPPED / path.name).read_text(encoding="utf-8"), encoding="utf-8")
    return written
