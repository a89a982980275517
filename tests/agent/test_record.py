from __future__ import annotations

import json
from decimal import Decimal

from k2lab.agent.limits import Limits
from k2lab.agent.record import run_from_dict, run_to_dict
from k2lab.conversation.messages import Completion, Usage
from k2lab.schema.model import ColumnSchema, FrameSchema
from tests.fakes import FakeRunner, fails, finishes, no, play, runs, shows, wary

COLUMN = ColumnSchema(name="pay", dtype="int64", kind="number", quartiles=("1", "2", "3"), top=(("a", 4),))
FRAME = FrameSchema(name="df", library="pandas", rows=3, columns=(COLUMN,), sample=(("1",),), privacy="sample")


def test_a_run_goes_to_json_and_back():
    finding = {"text": "One.", "steps": [1], "columns": ["pay"]}
    played = play(
        Completion(message=runs("1", "2", "a.unlink()", text="Plan."), usage=Usage(prompt_tokens=5, cached_tokens=2)),
        finishes("So.", findings=[finding], limitations=["Few."]),
        runner=FakeRunner(shows("工"), fails()),
        judge=wary,
        approve=no,
        frames=(FRAME,),
        price=lambda usage: (Decimal("0.10"), "CNY"),
    )

    text = json.dumps(run_to_dict(played.run), allow_nan=False)
    assert run_from_dict(json.loads(text)) == played.run


def test_a_run_without_an_answer_goes_to_json_and_back():
    played = play(limits=Limits(seconds=0))

    assert run_from_dict(json.loads(json.dumps(run_to_dict(played.run)))) == played.run
