from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from k2lab.provider.arguments import clean, decode


@pytest.mark.parametrize(
    ("raw", "made"),
    [
        ('{"a": 1}', {"a": 1}),
        ("", {}),
        ('{"a": "x\ty\r\n"}', {"a": "x\ty\r\n"}),
        (json.dumps('{"a": 1}'), {"a": 1}),
        ('```json\n{"a": 1}\n```', {"a": 1}),
        ('{"a": 1}{"a": 1}', {"a": 1}),
        ('{"a": 1}<|tool_call_end|>', {"a": 1}),
        ('{"a": NaN}', {"a": None}),
    ],
)
def test_mended(raw, made):
    assert decode(raw) == (made, None)


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        ('{"code": "x', "not complete JSON"),
        ('{"code": "x"', "not complete JSON"),
        ('{"code": "a\\', "not complete JSON"),
        ("{'code': 1}", "not JSON"),
        ("[1]", "must be a JSON object, not list"),
        ("12", "must be a JSON object, not int"),
        ("[" * 100_000, "not"),
        ('{"a": ' + "9" * 5000 + "}", "not JSON"),
    ],
)
def test_faults(raw, words):
    made, fault = decode(raw)

    assert made == {}
    assert words in fault
    assert len(fault) < 400


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters()),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@settings(deadline=None)
@given(st.dictionaries(st.text(), json_values, max_size=4), st.data())
def test_any_cut_of_any_arguments_gives_arguments_or_a_fault(made, data):
    raw = json.dumps(made)
    assert decode(raw) == (clean(json.loads(raw)), None)
    cut = data.draw(st.integers(1, max(1, len(raw) - 1)))
    arguments, fault = decode(raw[:cut])
    assert (fault is None) or arguments == {}
    json.dumps(arguments, allow_nan=False).encode()
