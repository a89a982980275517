"""Lines for faults that only the real hosts can have; the rest is tested over HTTP in test_openai.py."""

from __future__ import annotations

import openai
import pytest

from k2lab.errors import KeyRejected, ModelUnknown, ServerUnreachable
from k2lab.provider.errors import from_package, scrub
from k2lab.provider.line import transport

KEY = "sk-abcdefghijklmnopqrst"
http = transport(openai)


def status_error(kind: type[openai.APIStatusError], status: int, body: object) -> openai.APIStatusError:
    request = http.Request("POST", "https://api.moonshot.ai/v1/chat/completions")
    return kind("said", response=http.Response(status, request=request), body=body)


@pytest.mark.parametrize(
    ("host", "other"), [("api.moonshot.ai", "api.moonshot.cn"), ("api.moonshot.cn", "api.moonshot.ai")]
)
def test_a_key_of_the_other_region(host, other):
    error = status_error(openai.AuthenticationError, 401, {"type": "invalid_authentication_error", "message": KEY})
    made = from_package(error, openai, base_url=f"https://{host}/v1", model="kimi-k2.6", key=KEY)

    assert isinstance(made, KeyRejected)
    assert f"K2LAB_BASE_URL=https://{other}/v1" in str(made)
    assert KEY not in str(made)


def test_a_retired_model_names_its_successor():
    error = status_error(
        openai.NotFoundError, 404, {"type": "resource_not_found_error", "message": "Not found the model"}
    )
    made = from_package(error, openai, base_url="https://api.moonshot.ai/v1", model="kimi-k2-0711-preview", key=KEY)

    assert isinstance(made, ModelUnknown)
    assert "retired on 2026-05-25; its successor is kimi-k2.6" in str(made)


def test_an_error_inside_a_stream():
    request = http.Request("POST", "https://x/v1")
    error = openai.APIError(f"boom {KEY}", request, body={"message": f"boom {KEY}"})
    made = from_package(error, openai, base_url="https://x/v1", model="m", key=KEY)

    assert isinstance(made, ServerUnreachable)
    assert "boom (key)" in str(made)


def test_a_transport_error_of_older_versions():
    made = from_package(http.ReadTimeout("slow"), openai, base_url="https://x/v1", model="m", key=KEY)

    assert isinstance(made, ServerUnreachable)
    assert "did not answer in time" in str(made)


def test_ordinary_words_are_not_keys():
    assert scrub("sk-learn, task-force and key-value pairs") == "sk-learn, task-force and key-value pairs"
