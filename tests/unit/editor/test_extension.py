"""What the extension of Visual Studio Code says of itself is what it holds and does."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

EXTENSION = Path(__file__).parents[3] / "editors" / "vscode"
MANIFEST: dict[str, Any] = json.loads((EXTENSION / "package.json").read_text("utf-8"))
CODE = (EXTENSION / "src" / "extension.ts").read_text("utf-8")


def test_the_files_that_the_manifest_names_are_there_or_are_built() -> None:
    contributed = MANIFEST["contributes"]
    named = [each["configuration"] for each in contributed["languages"]]
    named += [each["path"] for each in contributed["grammars"]]
    assert [name for name in named if not (EXTENSION / name).is_file()] == []
    assert f"--outfile={MANIFEST['main'].removeprefix('./')}" in MANIFEST["scripts"]["build"]


def test_the_grammar_is_of_the_language_that_the_client_serves() -> None:
    (language,), (grammar,) = (MANIFEST["contributes"][key] for key in ("languages", "grammars"))
    colors = json.loads((EXTENSION / grammar["path"]).read_text("utf-8"))
    assert (grammar["language"], grammar["scopeName"]) == (language["id"], colors["scopeName"])
    assert language["extensions"] == [".policy"]
    assert f'language: "{language["id"]}"' in CODE


def test_each_command_and_setting_of_the_manifest_is_one_of_the_code() -> None:
    contributed = MANIFEST["contributes"]
    for command in contributed["commands"]:
        assert f'registerCommand("{command["command"]}"' in CODE
    for setting in contributed["configuration"]["properties"]:
        section, _, key = setting.partition(".")
        assert f'getConfiguration("{section}"' in CODE
        assert f'("{key}"' in CODE
