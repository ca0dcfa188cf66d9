"""What docs/editors.md tells people to write, taken from there: Neovim itself is driven with it, headless."""

import json
import re
import shutil
import subprocess
import tomllib
from pathlib import Path
from typing import Any, Final

import pytest

from elbguard.explain.explain_command import explain
from tests.support.places import ROOT, environment

PAGE: Final = (ROOT / "docs/editors.md").read_text(encoding="utf-8")
DRIVEN: Final = Path(__file__).with_name("neovim.lua")
NVIM: Final = shutil.which("nvim") or ""
MANIFEST: Final = """apiVersion: v1
kind: Service
metadata:
  name: web
  annotations:
    note: "🚀"
    kubernetes.io/elb.id: 0b9a6c4d-bd8b-45cc-bfc8-ff0f9da54e95
    kubernetes.io/elb.class: Union # 🚀
spec:
  type: LoadBalancer
  ports: [{port: 80}]
  selector: {app: web}
"""

needs_neovim = pytest.mark.skipif(not NVIM, reason="Neovim is not installed: apt-get install neovim")


def written(language: str) -> list[str]:
    """The blocks of the page in a language."""
    return re.findall(rf"^```{language}\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)


def neovim(config: Path, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run Neovim with a configuration and nothing else of its user's."""
    home = str(config.parent)
    env = environment(HOME=home, XDG_CONFIG_HOME=home, XDG_DATA_HOME=home, XDG_STATE_HOME=home, XDG_CACHE_HOME=home)
    command = [NVIM, "--headless", "-n", "-u", str(config), *arguments]
    return subprocess.run(
        command, cwd=config.parent, env={**env, **variables}, capture_output=True, text=True, check=False, timeout=300
    )


def version() -> tuple[int, ...]:
    found = re.search(
        r"NVIM v(\d+)\.(\d+)", subprocess.run([NVIM, "--version"], capture_output=True, text=True, check=True).stdout
    )
    assert found
    return int(found[1]), int(found[2])


@needs_neovim
def test_neovim_shows_explains_cures_and_completes(tmp_path: Path) -> None:
    newer, older = written("lua")
    config = tmp_path / "init.lua"
    config.write_text(newer if version() >= (0, 11) else older, encoding="utf-8")
    manifest, seen = tmp_path / "a b.yaml", tmp_path / "seen.json"
    manifest.write_text(MANIFEST, encoding="utf-8")

    done = neovim(config, "-c", f"luafile {DRIVEN}", MANIFEST=str(manifest).replace(" ", "\\ "), SEEN=str(seen))

    assert seen.is_file(), done.stderr
    told: dict[str, Any] = json.loads(seen.read_text(encoding="utf-8"))
    assert told["problem"] == ""
    assert told["found"].pop("message").startswith("metadata.annotations[kubernetes.io/elb.class]: Unsupported value")
    assert told["found"] == {"code": "ELB101", "line": 7, "column": 29, "last": 34, "source": "elbguard"}
    assert explain("ELB101", "markdown").splitlines()[2] in told["hover"]
    assert told["actions"] == [
        'Fix: metadata.annotations[kubernetes.io/elb.class]: "Union" becomes "union"',
        "Ignore ELB101 here, by a comment: say why",
        "Fix all that is certain (1 place)",
    ]
    assert told["cured"] == MANIFEST.replace("Union", "union").splitlines()
    assert told["completed"].startswith("    kubernetes.io/elb.autocreate: ")


@needs_neovim
@pytest.mark.parametrize("block", range(2))
def test_what_the_page_says_about_neovim_is_lua(tmp_path: Path, block: int) -> None:
    config, snippet = tmp_path / "init.lua", tmp_path / "snippet.lua"
    config.write_text("", encoding="utf-8")
    snippet.write_text(written("lua")[block], encoding="utf-8")

    done = neovim(config, "-c", f"lua print(loadfile('{snippet}') and 'is Lua')", "-c", "qall!")

    assert "is Lua" in done.stderr + done.stdout


def test_what_the_page_says_about_helix_starts_the_server() -> None:
    (block,) = written("toml")
    said = tomllib.loads(block)

    server = said["language-server"]["elbguard"]
    assert [server["command"], *server["args"]] == ["elbguard", "lsp"]
    assert all("elbguard" in language["language-servers"] for language in said["language"])


def test_what_the_page_says_about_vs_code_starts_the_server() -> None:
    (block,) = written("json")
    said = json.loads(block)

    assert [said["glspc.server.command"], *said["glspc.server.commandArguments"]] == ["elbguard", "lsp"]
    assert said["editor.codeActionsOnSave"] == {"source.fixAll.elbguard": "explicit"}
