"""An editor asks the real server process, over pipes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from .client import Editor, Json, about, cut, place_of
from .conftest import Folder
from .law import EXAMPLES, POLICY, WORDS

HARBOR = "harbor.policy"


def at(text: str, found: Json) -> str:
    """What stands at a range, of one line, as the editor counts."""
    start, end = found["start"], found["end"]
    return cut(text, start["line"], start["character"], end["character"])


def codes(faults: list[Json]) -> list[str]:
    return [fault["code"] for fault in faults]


# Faults -----------------------------------------------------------------------------------------


def test_the_faults_of_a_folder_are_told_before_anything_is_opened(
    editor: Editor, folder: Folder
) -> None:
    (folder.path / "late.policy").write_text("kind x\n", "utf-8")
    change = {"uri": folder.uri("late.policy"), "type": 1}
    editor.tell("workspace/didChangeWatchedFiles", changes=[change])
    assert codes(editor.faults(folder.uri("late.policy"))) == ["PL108"]
    (folder.path / "late.policy").unlink()
    editor.tell("workspace/didChangeWatchedFiles", changes=[{**change, "type": 3}])
    assert editor.faults(folder.uri("late.policy")) == []


def test_a_fault_is_told_while_it_is_typed_and_goes_with_its_mend(
    editor: Editor, folder: Folder
) -> None:
    uri, text = folder.uri(HARBOR), folder.open(HARBOR)
    assert editor.faults(uri) == []
    wrong = text.replace("kind of boat_search", "kind of boat_serch")
    editor.change(uri, wrong)
    [fault] = editor.faults(uri)
    assert (fault["code"], fault["severity"]) == ("PL201", 1)
    assert at(wrong, fault["range"]) == "boat_serch"
    assert fault["message"].endswith("help: did you mean `boat_search`?")
    page = Path(fault["codeDescription"]["href"].removeprefix("file://"))
    assert page.read_text("utf-8").startswith("# PL201")
    editor.change(uri, text)
    assert editor.faults(uri) == []


def test_a_fault_that_one_file_makes_in_another_is_told_there(
    editor: Editor, folder: Folder
) -> None:
    folder.open("words.policy")
    editor.change(
        folder.uri("words.policy"), WORDS.replace("kind night_boat under boat_search\n", "")
    )
    assert codes(editor.faults(folder.uri(HARBOR))) == ["PL201"]


def test_a_fault_of_the_words_is_told_at_once_and_goes_when_they_are_closed(
    editor: Editor, folder: Folder
) -> None:
    uri = folder.uri("words.policy")
    folder.open("words.policy")
    assert editor.faults(uri) == []
    editor.change(uri, WORDS + "kind gull under bird\n")
    assert codes(editor.faults(uri)) == ["PL201"]
    editor.close(uri)
    assert editor.faults(uri) == []


def test_columns_after_a_character_of_two_units_are_right(editor: Editor, folder: Folder) -> None:
    text = POLICY.replace("rule boats", "rule 😀boats")
    folder.open(HARBOR, text)
    faults = editor.faults(folder.uri(HARBOR))
    assert [at(text, fault["range"]) for fault in faults if fault["code"] == "PL104"] == ["😀"]
    title = text.index('"Boats')
    line = text.count("\n", 0, title)
    wrong = text.replace("😀boats", "boats").replace('looked for"', 'looked for" 7')
    editor.change(folder.uri(HARBOR), wrong)
    [fault] = editor.faults(folder.uri(HARBOR))
    assert (fault["range"]["start"]["line"], at(wrong, fault["range"])) == (line, "7")


def test_an_unsaved_text_goes_before_the_file(editor: Editor, folder: Folder) -> None:
    uri = folder.uri(HARBOR)
    (folder.path / HARBOR).write_text(POLICY + "rule half\n", "utf-8")
    editor.tell("workspace/didChangeWatchedFiles", changes=[{"uri": uri, "type": 2}])
    assert codes(editor.faults(uri)) == ["PL101"]
    folder.open(HARBOR, POLICY)
    assert editor.faults(uri) == []
    editor.close(uri)
    assert codes(editor.faults(uri)) == ["PL101"]


def test_a_draft_that_was_never_saved_speaks_the_words_of_the_folder(
    editor: Editor, folder: Folder
) -> None:
    draft = POLICY.replace("agency/harbor 1", "agency/draft 1").replace(
        "longest_look", "other_look"
    )
    editor.open("untitled:Untitled-1", draft)
    assert editor.faults("untitled:Untitled-1") == []
    editor.change("untitled:Untitled-1", draft.replace("boat.moored", "boat.mored"))
    assert codes(editor.faults("untitled:Untitled-1")) == ["PL201"]


def test_a_file_that_is_no_text_is_told_of(editor: Editor, folder: Folder) -> None:
    (folder.path / "old.policy").write_bytes(b"kind caf\xe9\n")
    change = {"uri": folder.uri("old.policy"), "type": 1}
    editor.tell("workspace/didChangeWatchedFiles", changes=[change])
    assert codes(editor.faults(folder.uri("old.policy"))) == ["PL109"]


def test_a_file_that_is_too_large_is_told_of_and_not_read(editor: Editor, folder: Folder) -> None:
    folder.open("large.policy", "# comment\n" * 250_000)
    [fault] = editor.faults(folder.uri("large.policy"))
    assert "more than 2,000,000 characters" in fault["message"]
    assert editor.at("hover", folder.uri("large.policy"), (1, 1)) is None


# Words ------------------------------------------------------------------------------------------


def hover(editor: Editor, uri: str, place: tuple[int, int]) -> str:
    told = editor.at("hover", uri, place)
    return "" if told is None else str(told["contents"]["value"])


def test_a_hover_shows_a_rule_with_its_source_and_how_sure_that_is(
    editor: Editor, folder: Folder
) -> None:
    uri, text = folder.uri(HARBOR), folder.open(HARBOR)
    told = hover(editor, uri, place_of(text, 'boats "'))
    assert told.startswith("**agency/harbor/boats**: Boats 😀 are looked for")
    assert (
        "Status: **secondary** (known from reports; the words of the source were not seen)" in told
    )
    assert "Taken to be in force from 2026-01-01" in told
    assert "Remark in the file: Why boats: 😀 they float." in told


def test_a_hover_never_shows_unsure_wording_as_enacted(editor: Editor, folder: Folder) -> None:
    uri, text = folder.uri(HARBOR), folder.open(HARBOR)
    told = hover(editor, uri, place_of(text, "longest_look"))
    assert "Status: **unverified**" in told
    assert "do not rely on it" in told
    assert "Taken to be in force" in told
    bill = text.replace("  define", '  proposed by "Bill 7"\n  define').replace(
        "unverified", "verified"
    )
    editor.change(uri, bill)
    told = hover(editor, uri, place_of(bill, "longest_look"))
    assert "**A bill, not law**: proposed by Bill 7" in told
    assert "Taken to be in force" in told


def test_a_hover_tells_of_facts_kinds_agencies_and_keywords(editor: Editor, folder: Folder) -> None:
    uri, text = folder.uri(HARBOR), folder.open(HARBOR)
    fact = hover(editor, uri, place_of(text, "boat.moored"))
    assert fact.startswith("**boat.moored**: yes/no")
    assert "Proven by attestation (a person in a role says so), from `harbor_master`" in fact
    kind = hover(editor, uri, place_of(text, "boat_search"))
    assert kind.startswith("**boat_search**: a kind of `purpose`")
    assert "Remark in the file: Boats that are looked for in the harbor." in kind
    assert "Darien Police Department" in hover(editor, uri, place_of(text, "agency:CT"))
    assert "`permit ACTS of DATA" in hover(editor, uri, place_of(text, "permit search"))
    assert hover(editor, uri, place_of(text, "Harbor policy")) == ""


def test_a_definition_is_found_in_another_file_and_in_the_shipped_library(
    editor: Editor, folder: Folder
) -> None:
    uri, text = folder.uri(HARBOR), folder.open(HARBOR)
    [own] = editor.at("definition", uri, place_of(text, "night_boat"))
    assert (own["uri"], at(WORDS, own["range"])) == (folder.uri("words.policy"), "night_boat")
    [shipped] = editor.at("definition", uri, place_of(text, "request.purpose"))
    assert shipped["uri"].endswith("/core.policy")
    assert editor.at("definition", uri, (3, 0)) == []


def test_references_are_found_across_files(editor: Editor, folder: Folder) -> None:
    uri, text = folder.uri(HARBOR), folder.open(HARBOR)
    place = place_of(text, 'boats "')
    found = editor.at("references", uri, place, context={"includeDeclaration": False})
    assert [use["uri"] for use in found] == [folder.uri("examples.policy")]
    everywhere = editor.at("references", uri, place, context={"includeDeclaration": True})
    assert len(everywhere) == 2
    marks = editor.at("documentHighlight", uri, place_of(text, "at_night"))
    assert [at(text, mark["range"]) for mark in marks] == ["at_night", "at_night"]


def applied(files: dict[str, str], change: Json) -> dict[str, str]:
    """Files after a workspace edit."""
    for uri, edits in change["changes"].items():
        name = uri.rpartition("/")[2]
        for edit in sorted(edits, key=lambda edit: str(edit["range"]["start"]), reverse=True):
            start, end = edit["range"]["start"], edit["range"]["end"]
            assert start["line"] == end["line"]
            lines = files[name].split("\n")
            before = cut(files[name], start["line"], 0, start["character"])
            after = cut(files[name], end["line"], end["character"])
            lines[start["line"]] = before + edit["newText"] + after
            files[name] = "\n".join(lines)
    return files


def test_a_rename_changes_every_file_and_leaves_no_fault(editor: Editor, folder: Folder) -> None:
    uri, text = folder.uri(HARBOR), folder.open(HARBOR)
    place = place_of(text, "boat_search")
    ready = editor.ask("textDocument/prepareRename", **about(uri, place))
    assert ready["placeholder"] == "boat_search"
    change = editor.at("rename", uri, place, newName="vessel_search")
    files = applied({"words.policy": WORDS, HARBOR: POLICY}, change)
    assert files["words.policy"] == WORDS.replace("boat_search", "vessel_search")
    assert files[HARBOR] == POLICY.replace("boat_search", "vessel_search")


def test_a_rename_of_a_shipped_word_is_refused_with_the_reason(
    editor: Editor, folder: Folder
) -> None:
    uri, text = folder.uri(HARBOR), folder.open(HARBOR)
    place = place_of(text, "request.purpose")
    answer = editor.answer("textDocument/rename", **about(uri, place), newName="request.why")
    assert answer["error"]["message"].startswith(
        "`request.purpose` belongs to the library that comes with platelaw"
    )


# Changes ----------------------------------------------------------------------------------------


def test_formatting_is_that_of_the_command(editor: Editor, folder: Folder) -> None:
    uri = folder.uri(HARBOR)
    folder.open(HARBOR, POLICY.replace("  permit search", "     permit   search"))
    options = {"tabSize": 8, "insertSpaces": False}
    document = {"uri": uri}
    [edit] = editor.ask("textDocument/formatting", textDocument=document, options=options)
    assert edit["newText"] == "  permit search of alpr_data\n"
    editor.change(uri, POLICY)
    assert editor.ask("textDocument/formatting", textDocument=document, options=options) == []
    editor.change(uri, POLICY + "rule half\n")
    assert editor.ask("textDocument/formatting", textDocument=document, options=options) is None


def test_a_code_action_mends_what_the_help_text_says(editor: Editor, folder: Folder) -> None:
    uri = folder.uri(HARBOR)
    text = folder.open(HARBOR, POLICY.replace("boat.moored", "boat.mored"))
    line, column = place_of(text, "boat.mored")
    place = {"line": line, "character": column}
    [action] = editor.ask(
        "textDocument/codeAction",
        textDocument={"uri": uri},
        range={"start": place, "end": place},
        context={"diagnostics": []},
    )
    assert action["title"] == "Write `boat.moored`"
    assert action["isPreferred"] is True
    assert applied({HARBOR: text}, action["edit"])[HARBOR] == POLICY


def labels(editor: Editor, uri: str, place: tuple[int, int]) -> list[str]:
    found: Json | None = editor.at("completion", uri, place)
    return [item["label"] for item in found["items"]] if found else []


def test_completion_offers_what_fits_where_the_caret_stands(editor: Editor, folder: Folder) -> None:
    uri, text = folder.uri(HARBOR), folder.open(HARBOR)
    kinds = labels(editor, uri, place_of(text, "a kind of ", after=True))
    assert {"boat_search", "stolen_vehicle"} <= {*kinds}
    assert not {"police_department", "search"} & {*kinds}
    assert "search" in labels(editor, uri, place_of(text, "permit ", after=True, nth=1))
    assert labels(editor, uri, place_of(text, "layer ", after=True))[:2] == ["federal", "state"]
    assert labels(editor, uri, place_of(text, "Harbor po", after=True)) == []
    facts = labels(editor, uri, place_of(text, "  if ", after=True))
    assert {"at_night", "boat.moored", "requester.kind", "not"} <= {*facts}


# Examples ---------------------------------------------------------------------------------------


def lenses(editor: Editor, uri: str) -> list[Json]:
    found: list[Json] = editor.ask("textDocument/codeLens", textDocument={"uri": uri})
    return found


def run(editor: Editor, lens: Json) -> Any:
    command = lens["command"]
    return editor.ask(
        "workspace/executeCommand", command=command["command"], arguments=command["arguments"]
    )


def test_a_lens_runs_an_example_and_shows_how_it_came_out(editor: Editor, folder: Folder) -> None:
    uri = folder.uri("examples.policy")
    text = folder.open("examples.policy")
    [lens] = lenses(editor, uri)
    assert lens["command"]["title"] == "Run example"
    assert "passes: DENY (forbidden)" in run(editor, lens)
    assert "passes: DENY (forbidden)" in lenses(editor, uri)[0]["command"]["title"]
    editor.change(uri, text.replace("expect DENY", "expect PERMIT"))
    [lens] = lenses(editor, uri)
    assert "expects PERMIT, gets DENY" in run(editor, lens)
    editor.until(lambda said: "PL213" in str(said))


def test_an_example_of_a_library_with_faults_is_not_run(editor: Editor, folder: Folder) -> None:
    uri = folder.uri("examples.policy")
    folder.open("examples.policy", EXAMPLES + "rule half\n")
    answer = editor.answer(
        "workspace/executeCommand",
        command="platelaw.runExample",
        arguments=[uri, "A boat that is barred"],
    )
    assert "mend its" in answer["error"]["message"]


# The document -----------------------------------------------------------------------------------


def test_a_document_is_shown_by_its_parts(editor: Editor, folder: Folder) -> None:
    uri, text = folder.uri(HARBOR), folder.open(HARBOR)
    document = {"uri": uri}
    [policy] = editor.ask("textDocument/documentSymbol", textDocument=document)
    assert [part["name"] for part in policy["children"]] == ["at_night", "boats", "longest_look"]
    assert policy["children"][1]["detail"] == "Boats 😀 are looked for"
    folds = editor.ask("textDocument/foldingRange", textDocument=document)
    assert [fold["startLine"] for fold in folds] == [
        text[: text.index(word)].count("\n")
        for word in ("policy agency", "rule boats", "parameter")
    ]
    found = editor.ask("workspace/symbol", query="night_b")
    assert [symbol["name"] for symbol in found] == ["night_boat"]


def test_tokens_tell_what_each_word_stands_for(editor: Editor, folder: Folder) -> None:
    uri, text = folder.uri(HARBOR), folder.open(HARBOR)
    legend = editor.server["capabilities"]["semanticTokensProvider"]["legend"]["tokenTypes"]
    data = editor.ask("textDocument/semanticTokens/full", textDocument={"uri": uri})["data"]
    found: dict[str, str] = {}
    line = column = 0
    for at_ in range(0, len(data), 5):
        down, right, length, sort, _ = data[at_ : at_ + 5]
        column = right if down else column + right
        line += down
        found[cut(text, line, column, column + length)] = legend[sort]
    assert found["boat_search"] == "class"
    assert found["boat.moored"] == "property"
    assert found["at_night"] == found["boats"] == "function"
    assert found["search"] == "method"
    assert found["mine 1"] == "namespace"
