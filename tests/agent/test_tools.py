from __future__ import annotations

import re

import pytest

from k2lab.agent.tools import fit, offered
from tests.fakes import call, ending

TOOLS = offered(ask=True)
KEYS = {"type", "properties", "required", "items", "description"}


def walk(schema):
    yield schema
    for part in schema.get("properties", {}).values():
        yield from walk(part)
    if "items" in schema:
        yield from walk(schema["items"])


@pytest.mark.parametrize("tool", TOOLS, ids=lambda tool: tool.name)
def test_tools_are_within_moonshots_dialect(tool):
    assert re.fullmatch(r"[a-zA-Z_][a-zA-Z0-9_]{2,63}", tool.name)
    assert tool.parameters["type"] == "object"
    for schema in walk(tool.parameters):
        assert schema["type"] in {"object", "array", "string", "integer", "boolean"}
        assert set(schema) <= KEYS
        if schema["type"] == "object":
            assert schema["required"] == list(schema["properties"])


@pytest.mark.parametrize("tool", TOOLS, ids=lambda tool: tool.name)
def test_tools_are_json_schemas(tool):
    import jsonschema

    jsonschema.Draft202012Validator.check_schema(dict(tool.parameters))


@pytest.mark.parametrize(
    ("given", "made"),
    [
        ({"steps": "[1, 2]"}, [1, 2]),
        ({"steps": 3}, [3]),
        ({"steps": ["1", "step 2", 3.0]}, [1, 2, 3]),
        ({"steps": None}, []),
        ({}, []),
    ],
)
def test_steps_are_mended(given, made):
    arguments, fault = fit(ending(findings=[{"text": "One.", "columns": ["a"], **given}]), TOOLS)

    assert fault == ""
    assert arguments["findings"][0]["steps"] == made


def test_findings_in_other_shapes():
    assert fit(ending(findings=["One."]), TOOLS)[0]["findings"] == [{"text": "One.", "steps": [], "columns": []}]
    text = '[{"text": "One.", "steps": [1], "columns": []}]'
    assert fit(call("finish", answered="true", title="t", summary="s", findings=text), TOOLS)[0]["findings"][0][
        "steps"
    ] == [1]


def test_what_was_mended_fits_the_schema():
    import jsonschema

    arguments, fault = fit(call("finish", answered="True", summary=4, findings="One.", methods="OLS", extra=1), TOOLS)

    assert fault == ""
    jsonschema.validate(arguments, dict(TOOLS[2].parameters))
    assert arguments["answered"] is True
    assert arguments["methods"] == ["OLS"]
    assert "extra" not in arguments


@pytest.mark.parametrize(
    ("one", "words"),
    [
        (call("run_cell", title="t"), "code is missing"),
        (call("run_cell", code=["a"]), "code must be a string, not list"),
        (call("look", frame="df", columns=[{"a": 1}]), r"columns[0] must be a string, not dict"),
        (call("finish", answered="maybe", summary="s"), "answered must be a boolean, not str"),
        (ending(findings=[{"text": "a", "steps": ["one"]}]), "findings[0].steps[0] must be an integer, not str"),
        (ending(findings=[{"steps": [True]}]), "findings[0].text is missing"),
        (ending(findings=[[1]]), "findings[0] must be an object, not list"),
        (call("rm"), "There is no tool 'rm'"),
        (call("look", raw="{", fault="It is cut."), "It is cut."),
    ],
)
def test_what_does_not_fit_is_told(one, words):
    arguments, fault = fit(one, TOOLS)

    assert arguments == {}
    assert words in fault
