"""The operator's settings, as far as the API server shows them: the file in the ConfigMap, and flags above it."""

from pathlib import Path
from typing import Any

from elbguard.doctor.installation import NAME, Installation
from elbguard.doctor.pods import flag
from elbguard.doctor.sight import word
from elbguard.doctor.workload import Workload
from elbguard.settings import Settings, understand
from elbguard.settings_mistakes import SettingsError


class Operator:
    """What the operator decided; `where` is the place of the settings for people, empty where none is seen."""

    def __init__(self, installation: Installation, workload: Workload) -> None:
        self._installation, self._workload = installation, workload
        self.where = ""

    def settings(self) -> Settings | None:
        """The settings; None where nothing of them can be seen, or where they are wrong. Raises Blind."""
        try:
            return self.understood()
        except SettingsError:
            return None

    def understood(self) -> Settings | None:
        """As `settings`. Raises SettingsError where they are wrong, Blind."""
        template = self._workload.template()
        if template is None:
            return None
        address = self._installation.service()
        namespace = word(template, "metadata", "namespace") or (address.namespace if address else NAME)
        self.where, text = self._workload.configuration(namespace)
        given = {
            field: _value(template, field) for field in Settings.model_fields if field not in ("severity", "modes")
        }
        return understand(given, Path(self.where) if self.where else None, text.encode())


def _value(template: Any, field: str) -> Any:
    """What a flag says; one without a value is switched on."""
    found = flag(template, f"--{field.replace('_', '-')}")
    return True if found == "" else found
