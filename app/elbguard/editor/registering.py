"""What an editor is asked to tell the server of, as far as it can be asked."""

from typing import Final

from lsprotocol import types
from pygls.lsp.server import LanguageServer

# What is read beside the documents themselves: settings, and which manifests are bases and patches.
_WATCHED: Final = ("**/.elbguard.{yaml,yml}", "**/kustomization.{yaml,yml}", "**/Kustomization")


def answers_for_settings(server: LanguageServer) -> bool:
    """Whether the editor can be asked for settings."""
    workspace = server.client_capabilities.workspace
    return bool(workspace and workspace.configuration)


async def register(server: LanguageServer) -> None:
    """Ask to be told of changes of files and of settings."""
    workspace = server.client_capabilities.workspace
    wanted: list[types.Registration] = []
    files = workspace and workspace.did_change_watched_files
    if files and files.dynamic_registration:
        watchers = [types.FileSystemWatcher(pattern) for pattern in _WATCHED]
        options = types.DidChangeWatchedFilesRegistrationOptions(watchers)
        wanted.append(types.Registration("files", types.WORKSPACE_DID_CHANGE_WATCHED_FILES, options))
    settings = workspace and workspace.did_change_configuration
    if settings and settings.dynamic_registration:
        section = types.DidChangeConfigurationRegistrationOptions(server.name)
        wanted.append(types.Registration("settings", types.WORKSPACE_DID_CHANGE_CONFIGURATION, section))
    if wanted:
        await server.client_register_capability_async(types.RegistrationParams(wanted))
