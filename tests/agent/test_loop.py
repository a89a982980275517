"""The loop over scripts: each test reads like the conversation that it is about."""

from __future__ import annotations

import itertools
import json
from decimal import Decimal

import pytest

from k2lab.agent.events import ApprovalAsked, RunFinished, StepFinished, StepStarted, TextArrived, UsageUpdated
from k2lab.agent.limits import Limits
from k2lab.agent.loop import answer
from k2lab.conversation.messages import Completion, Message, Usage
from k2lab.conversation.prompt import last_opening, system_prompt
from k2lab.errors import KernelDied, RateLimited, SettingsError, ToolFailed
from k2lab.provider.errors import ReplyBroken
from k2lab.provider.scripted import ScriptedProvider
from k2lab.schema.model import ColumnSchema, FrameSchema
from tests.fakes import (
    FakeRunner,
    allow,
    call,
    calls,
    check,
    ending,
    ends,
    fails,
    finishes,
    looks,
    no,
    play,
    runs,
    says,
    shows,
    tell,
    wary,
    yes,
)

FRAME = FrameSchema(
    name="df",
    library="pandas",
    rows=3,
    columns=(
        ColumnSchema(name="pay", dtype="int64", kind="number"),
        ColumnSchema(name="level", dtype="object", kind="text"),
    ),
)


def test_a_question_a_cell_and_an_answer():
    played = play(
        runs("df.pay.mean()", text="I take the mean."),
        finishes("The mean is 4.", findings=[{"text": "Mean pay is 4.", "steps": [1], "columns": ["pay"]}]),
        runner=FakeRunner(shows("4")),
        frames=(FRAME,),
        question='What is the "mean" {pay}?\n工资',
    )

    assert played.ran == ["df.pay.mean()"]
    assert played.run.status == "answered"
    assert played.run.exit_code == 0
    assert played.run.plan == "I take the mean."
    assert played.run.answer.summary == "The mean is 4."
    assert played.run.answer.findings[0].steps == (1,)
    assert [step.status for step in played.run.steps] == ["ok", "ok"]
    assert played.heard[0][0].text == system_prompt()
    assert last_opening(played.heard[0]).question == 'What is the "mean" {pay}?\n工资'
    assert "pay" in last_opening(played.heard[0]).schema_text
    assert played.heard[1][-1].text == "status: ok, step 1.\nstdout: 4"
    kinds = [type(event) for event in played.events]
    assert kinds == [
        TextArrived,
        UsageUpdated,
        StepStarted,
        StepFinished,
        UsageUpdated,
        StepStarted,
        StepFinished,
        RunFinished,
    ]


def test_a_failing_cell_is_told_and_mended():
    played = play(runs("df.x"), runs("df.pay"), finishes(), runner=FakeRunner(fails("KeyError", "'x'")))

    assert "error: KeyError: 'x'" in played.heard[1][-1].text
    assert [step.status for step in played.run.steps] == ["error", "ok", "ok"]
    assert played.run.status == "answered"


def test_a_cell_that_takes_too_long_is_told():
    played = play(runs("while True: pass"), runs("1"), finishes(), runner=FakeRunner(ends("timeout")))

    assert "status: timeout" in played.heard[1][-1].text
    assert played.run.steps[0].status == "timeout"


def test_a_refused_cell_never_reaches_the_kernel():
    played = play(runs("path.unlink()"), says("I may not."), says("No."), says("No."), judge=wary, approve=no)

    assert played.ran == []
    assert played.run.steps[0].status == "refused"
    assert played.run.steps[0].verdict.decision == "ask"
    assert "not run" in played.heard[1][-1].text
    assert "path.unlink()" in played.heard[1][-1].text
    assert [event.number for event in played.events if isinstance(event, ApprovalAsked)] == [1]


def test_nobody_is_asked_where_nobody_is():
    played = play(runs("path.unlink()"), runs("1"), finishes(), judge=wary, approve=None)

    assert played.ran == ["1"]
    assert "nobody is asked" in played.told[0]


def test_what_is_denied_is_not_asked():
    def never_asked(code, verdict):
        raise AssertionError("asked about a denied cell")

    played = play(runs("os.fork()"), runs("1"), finishes(), judge=wary, approve=never_asked)

    assert played.ran == ["1"]


def test_an_allowed_cell_runs_and_the_next_is_asked_again():
    asked = []

    def once(code, verdict):
        asked.append(code)
        return "once"

    played = play(runs("a.unlink()"), runs("b.unlink()"), finishes(), judge=wary, approve=once)

    assert played.ran == asked == ["a.unlink()", "b.unlink()"]


def test_consent_for_the_run_holds_for_the_same_rule_only():
    asked = []

    def whole_run(code, verdict):
        asked.append(code)
        return "run"

    played = play(runs("a.unlink()", "b.unlink()", "c.rmdir()"), finishes(), judge=wary, approve=whole_run)

    assert asked == ["a.unlink()", "c.rmdir()"]
    assert len(played.ran) == 3


def test_a_person_is_not_asked_twice_about_the_same_cell():
    asked = []

    def reject(code, verdict):
        asked.append(code)
        return "reject"

    played = play(runs("a.unlink()"), runs("a.unlink()"), finishes("n", answered=False), judge=wary, approve=reject)

    assert asked == ["a.unlink()"]
    assert "already said no" in played.told[1]


def test_an_unknown_tool_and_bad_arguments_are_told():
    played = play(
        calls(call("plot", x="pay")),
        calls(call("run_cell", title="No code")),
        calls(call("run_cell", raw='{"code": "df.he', fault="The arguments are not complete JSON.")),
        calls(call("run_cell", code="  ", title="t", why="w")),
        finishes("n", answered=False),
    )

    assert played.ran == []
    assert [step.status for step in played.run.steps] == ["invalid"] * 4 + ["ok"]
    assert "The tools are: run_cell, look, finish." in played.told[0]
    assert "code is missing" in played.told[1]
    assert "not complete JSON" in played.told[2]
    assert "the code is empty" in played.told[3]


def test_parallel_calls_run_in_order():
    played = play(runs("a = 1", "b = 2", "c = 3"), finishes(), runner=FakeRunner(shows("1"), fails(), shows("3")))

    assert played.ran == ["a = 1", "b = 2", "c = 3"]
    assert [message.role for message in played.heard[1][-4:]] == ["assistant", "tool", "tool", "tool"]
    assert [step.status for step in played.run.steps] == ["ok", "error", "ok", "ok"]


def test_tokens_of_a_reply_are_counted_once():
    reply = Completion(message=runs("1", "2"), usage=Usage(prompt_tokens=100, completion_tokens=10, cached_tokens=60))
    played = play(reply, finishes())

    assert [step.usage.prompt_tokens for step in played.run.steps] == [100, 0, 0]
    assert played.run.usage == reply.usage


def test_finish_beside_other_calls_is_sent_back_once():
    both = calls(call("run_cell", code="1", title="t", why="w"), ending("Too early."))
    played = play(both, finishes("Now."))

    assert "then call finish alone" in played.told[1]
    assert played.run.answer.summary == "Now."


def test_calls_after_the_answer_are_not_run():
    both = calls(ending("Early."), call("run_cell", code="late()", title="t", why="w"))
    played = play(
        runs("1"), both, both_again := calls(ending("Again."), call("run_cell", code="later()", title="t", why="w"))
    )

    assert played.ran == ["1", "late()"]
    assert played.run.status == "answered"
    assert played.run.steps[-1].call == both_again.calls[1]
    assert played.run.steps[-1].status == "interrupted"
    assert "not run: the run had ended" in played.told[-1]


def test_a_finding_must_cite_steps_that_gave_a_result():
    bad = [{"text": "Mean pay is 4.", "steps": [1, 7], "columns": ["pay"]}]
    replies = runs("1"), finishes("So.", findings=bad), finishes("So.", findings=bad)
    played = play(*replies, runner=FakeRunner(shows("4")))

    assert "finding 1 rests on step 7" in played.told[1]
    assert played.run.answer.findings[0].steps == (1,)


def test_an_answer_without_any_cell_is_questioned_once():
    played = play(finishes("The mean is 7."), runs("1"), finishes("The mean is 4."), runner=FakeRunner(shows("4")))

    assert "no cell has given a result" in played.told[0]
    assert played.run.answer.summary == "The mean is 4."


def test_numbers_of_no_result_go_back_once_and_then_stay():
    wrong = finishes("Mean pay is 5.", findings=[{"text": "Mean pay is 5.", "steps": [1], "columns": ["pay"]}])
    played = play(runs("df.pay.mean()"), wrong, wrong, runner=FakeRunner(shows("mean pay 4")))

    assert "not taken: the number 5 in the summary is in no result (nearest: 4" in played.told[1]
    assert "the number 5 in finding 1" in played.told[1]
    assert played.run.answer.summary == "Mean pay is 5."


def test_numbers_that_a_cell_showed_are_taken_at_once():
    played = play(runs("df.pay.mean()"), finishes("Mean pay is 4.2."), runner=FakeRunner(shows("mean pay 4.1834")))

    assert played.run.status == "answered"
    assert len(played.told) == 2


def test_a_finding_on_a_column_that_its_steps_did_not_use_goes_back():
    text = "Pay does not depend on remote work."
    told = finishes("So.", findings=[{"text": text, "steps": [1], "columns": ["pay", "remote"]}])
    columns = tuple(ColumnSchema(name=name, dtype="int64", kind="number") for name in ("pay", "remote"))
    frame = FrameSchema(name="df", library="pandas", rows=3, columns=columns)
    runner = FakeRunner(shows("4"))
    played = play(runs("df.pay.mean()"), told, told, runner=runner, frames=(frame,), question="Does remote change pay?")

    assert "finding 1: its steps did not use remote" in played.told[1]


def test_an_empty_summary_is_never_taken():
    played = play(runs("1"), finishes(" "), finishes(""), finishes("  "), limits=Limits(repeats=5, steps=1))

    assert played.run.status == "steps"
    assert played.run.answer is None


def test_answers_that_are_sent_back_use_up_steps():
    replies = [finishes(" ", title=f"Try {number}") for number in range(9)]
    played = play(*replies, limits=Limits(steps=4))

    assert played.run.status == "steps"
    assert len(played.run.steps) == 5


def test_the_analyst_may_say_that_it_cannot_answer():
    played = play(finishes("There is no such column.", answered=False))

    assert played.run.status == "unanswered"
    assert played.run.problem == "There is no such column."
    assert played.run.exit_code == 4
    assert played.run.answer.answered is False


def test_text_without_a_call_is_nudged_and_then_given_up():
    played = play(says("I think 4."), says("Yes, 4."), says("It is 4."))

    assert played.run.status == "unanswered"
    assert "It is 4." in played.run.problem
    assert [message.role for message in played.heard[2][-4:]] == ["assistant", "user", "assistant", "user"]
    assert "called no tool" in played.heard[1][-1].text


def test_a_nudge_that_helps():
    played = play(says("Let me see."), runs("1"), says("Hm."), says("Hm."), finishes("So."))

    assert played.run.status == "answered"
    assert played.run.plan == "Let me see."


def test_an_empty_reply_is_nudged_and_not_sent_back():
    played = play(Completion(message=Message(role="assistant", reasoning="Hm.")), finishes("n", answered=False))

    assert all(message.role != "assistant" for message in played.heard[1])


def test_a_cut_reply_is_told_to_be_shorter():
    played = play(Completion(message=says("Well, " * 9), finish_reason="length"), finishes("n", answered=False))

    assert "length limit" in played.heard[1][-1].text


def test_the_same_failing_call_is_noticed_and_then_ends_the_run():
    played = play(runs("df.x"), runs("df.x"), runs("df.x"), runner=FakeRunner(fails(), fails(), fails()))

    assert played.run.status == "repeats"
    assert played.run.exit_code == 4
    assert "same call" not in played.told[0]
    assert "same call as step 1" in played.told[1]


def test_a_call_that_works_at_last_is_no_repeat():
    runner = FakeRunner(fails(), fails(), shows("1"), fails())
    played = play(runs("f()"), runs("f()"), runs("f()"), runs("f()"), finishes(), runner=runner)

    assert played.run.status == "answered"
    assert "same call as step 1" in played.told[1]
    assert "same call as step 3" not in played.told[3]


def test_steps_run_out_with_one_last_chance_to_finish():
    played = play(runs("1"), runs("2"), finishes("As far as I came."), limits=Limits(steps=2))

    assert played.told[0].startswith("status: ok, step 1. 1 step is left.")
    assert "No steps are left. Call finish now" in played.told[1]
    assert played.run.status == "answered"


def test_steps_run_out():
    played = play(runs("1", "2", "3"), runs("4"), limits=Limits(steps=2))

    assert played.ran == ["1", "2"]
    assert [step.status for step in played.run.steps] == ["ok", "ok", "refused", "refused"]
    assert played.run.status == "steps"
    assert played.run.exit_code == 4


def test_time_runs_out_between_steps():
    played = play(runs("1", "2"), limits=Limits(seconds=0.0))

    assert played.run.status == "time"
    assert played.ran == []


def test_a_cell_gets_no_more_time_than_is_left():
    runner = FakeRunner()
    play(runs("1"), finishes(), runner=runner, limits=Limits(seconds=50, cell_seconds=120))
    play(runs("1"), finishes(), runner=runner, limits=Limits(seconds=500, cell_seconds=20))

    assert 40 < runner.timeouts[0] <= 50
    assert runner.timeouts[1] == 20


def test_looking_at_a_column():
    played = play(looks("df", "pay"), finishes("n", answered=False), frames=(FRAME,))

    assert played.told[0].startswith("status: ok, step 1.\n")
    assert "pay" in played.told[0]
    assert "level" not in played.told[0]


def test_looking_at_what_is_not_there():
    played = play(looks("dg"), looks("df", "Pay"), finishes("n", answered=False), frames=(FRAME,))

    assert "There is no frame 'dg'. Did you mean 'df'?" in played.told[0]
    assert "Did you mean 'pay'?" in played.told[1]
    assert [step.status for step in played.run.steps[:2]] == ["error", "error"]


def test_a_look_of_the_front_end_is_used():
    def look(frame, columns):
        raise ToolFailed(f"{frame}: not at this privacy level")

    played = play(looks("df"), finishes("n", answered=False), look=look)

    assert "not at this privacy level" in played.told[0]


def test_the_person_can_be_asked():
    ask = calls(call("ask_user", question="Which year?"))
    played = play(ask, finishes("n", answered=False), ask_user=lambda question: "2024" if "year" in question else "?")

    assert played.told[0].endswith("2024")


def test_without_a_person_there_is_no_such_tool():
    provider = ScriptedProvider(calls(call("ask_user", question="Which year?")), finishes("n", answered=False))
    played = play(provider=provider)

    assert "There is no tool 'ask_user'" in played.told[0]
    assert [tool.name for tool in provider.offered[0]] == ["run_cell", "look", "finish"]


def test_the_beginning_of_every_request_is_the_same():
    provider = ScriptedProvider(runs("1"), runs("2"), finishes())
    played = play(provider=provider, runner=FakeRunner(shows("1"), shows("2")))

    for shorter, longer in itertools.pairwise(played.heard):
        assert longer[: len(shorter)] == shorter
    assert provider.offered[0] == provider.offered[1] == provider.offered[2]


def test_a_follow_up_remembers_the_earlier_run():
    first = play(runs("a = 1"), finishes("One."))
    provider = ScriptedProvider(runs("a + 1"), finishes("Two."))
    events = list(
        answer(
            "And then?",
            provider=provider,
            runner=FakeRunner(),
            frames=(),
            judge=allow,
            observe=tell,
            earlier=first.run.messages,
        )
    )

    heard = provider.heard[0]
    assert heard[: len(first.run.messages)] == first.run.messages
    assert [message.role for message in heard].count("system") == 1
    assert last_opening(heard).question == "And then?"
    assert events[-1].run.steps[0].number == 1


def test_an_error_of_the_provider_ends_the_run_and_reaches_the_front_end():
    error = RateLimited("The server limits how often you may ask.", "Wait a minute.")
    played = play(runs("1"), error)

    assert played.run.status == "failed"
    assert played.run.problem == "The server limits how often you may ask. Wait a minute."
    assert played.run.exit_code == 3
    assert played.finished.error is error
    assert [step.status for step in played.run.steps] == ["ok"]


def test_a_kernel_that_dies_once_is_told_to_the_model():
    played = play(runs("boom()"), runs("small()"), finishes(), runner=FakeRunner(ends("died"), shows("1")))

    assert "names of earlier cells are gone" in played.told[0]
    assert played.run.status == "answered"


def test_a_kernel_that_dies_again_ends_the_run():
    played = play(runs("boom()", "bang()", "after()"), runner=FakeRunner(ends("died"), ends("died")))

    assert played.ran == ["boom()", "bang()"]
    assert [step.status for step in played.run.steps] == ["died", "died", "interrupted"]
    assert played.run.status == "failed"
    assert isinstance(played.finished.error, KernelDied)
    assert played.run.exit_code == 4


def test_a_runner_that_has_no_kernel_any_more():
    played = play(runs("1", "2"), runner=FakeRunner(KernelDied("The kernel is gone.")))

    assert played.run.problem == "The kernel is gone."
    assert [step.status for step in played.run.steps] == ["interrupted", "interrupted"]


def test_a_reply_that_breaks_off_is_asked_for_again():
    broken = ReplyBroken("The connection broke.", usage=Usage(prompt_tokens=10, completion_tokens=5))
    played = play(broken, runs("1"), broken, broken, finishes())

    assert played.run.status == "answered"
    assert played.run.usage.prompt_tokens == 30


def test_a_reply_that_breaks_off_thrice_ends_the_run():
    broken = ReplyBroken("The connection broke.", usage=Usage())
    played = play(broken, broken, broken)

    assert played.run.status == "failed"
    assert played.run.exit_code == 3


# -- interrupts ------------------------------------------------------------------------------------------------------


def test_an_interrupted_cell_keeps_the_finished_steps():
    played = play(runs("1"), runs("2", "3", "4"), runner=FakeRunner(shows("1"), shows("2"), ends("interrupted")))

    assert played.ran == ["1", "2", "3"]
    assert [step.status for step in played.run.steps] == ["ok", "ok", "interrupted", "interrupted"]
    assert played.run.status == "interrupted"
    assert played.run.exit_code == 130
    assert "not run" in played.told[-1]


def test_an_interrupt_out_of_the_runner():
    played = play(runs("1", "2"), runner=FakeRunner(KeyboardInterrupt()))

    assert [step.status for step in played.run.steps] == ["interrupted", "interrupted"]
    assert played.run.steps[0].code == "1"
    assert "interrupted while it ran" in played.told[0]
    assert "not run" in played.told[1]


def test_an_interrupt_while_the_person_is_asked():
    def interrupt(code, verdict):
        raise KeyboardInterrupt

    played = play(runs("a.unlink()"), judge=wary, approve=interrupt)

    assert played.ran == []
    assert played.run.status == "interrupted"


def test_an_interrupt_in_the_stream():
    class Talker:
        model = "talker"

        def stream(self, messages, tools):
            from k2lab.conversation.messages import TextDelta

            yield TextDelta(text="Well, ")
            raise KeyboardInterrupt

    played = play(provider=Talker())

    assert played.run.status == "interrupted"
    assert played.run.steps == ()
    assert played.run.usage.completion_tokens > 0


def test_stop_is_an_interrupt():
    played = play(runs("1"), runs("2"), runner=(runner := FakeRunner()), stop=lambda: len(runner.ran) == 1)

    assert played.ran == ["1"]
    assert played.run.status == "interrupted"


@pytest.mark.parametrize("place", range(8))
def test_an_interrupt_of_the_front_end_at_any_event(place):
    provider = ScriptedProvider(runs("1", "a.unlink()", text="Plan."), finishes())
    events = answer("q", provider=provider, runner=FakeRunner(), frames=(), judge=wary, approve=yes, observe=tell)
    for _ in range(place):
        next(events)
    if place == 0:
        with pytest.raises(KeyboardInterrupt):
            events.throw(KeyboardInterrupt)
        return
    rest = [events.throw(KeyboardInterrupt), *events]

    assert isinstance(rest[-1], RunFinished)
    assert rest[-1].run.status == "interrupted"
    check(rest[-1].run)


@pytest.mark.parametrize("place", range(1, 9))
def test_the_front_end_may_leave_at_any_event(place):
    closed = []

    class Closable(ScriptedProvider):
        def stream(self, messages, tools):
            try:
                yield from super().stream(messages, tools)
            finally:
                closed.append(True)

    events = answer(
        "q",
        provider=Closable(runs("1", text="Plan."), finishes()),
        runner=FakeRunner(),
        frames=(),
        judge=allow,
        observe=tell,
    )
    for _ in range(place):
        next(events, None)
    events.close()

    assert closed
    assert next(events, "over") == "over"


# -- money -----------------------------------------------------------------------------------------------------------


def price(usage):
    return Decimal(usage.prompt_tokens + usage.completion_tokens) / 1000, "USD"


def test_the_budget_is_checked_before_each_request():
    spent = Usage(prompt_tokens=4000, completion_tokens=1000)
    limits = Limits(budget=Decimal(20), reply_tokens=2000)
    replies = [Completion(message=runs(str(number)), usage=spent) for number in range(9)]
    provider = ScriptedProvider(*replies)
    played = play(provider=provider, limits=limits, price=price)

    assert played.run.status == "budget"
    assert played.run.exit_code == 4
    assert played.run.cost <= 20
    assert played.run.currency == "USD"
    assert "above the budget of 20 USD" in played.run.problem
    assert 1 < len(provider.heard) < 5


def test_a_budget_too_small_for_the_first_request_makes_none():
    provider = ScriptedProvider()
    played = play(provider=provider, limits=Limits(budget=Decimal("0.001")), price=price)

    assert provider.heard == []
    assert played.run.status == "budget"


def test_a_budget_without_a_price_cannot_be_kept():
    provider = ScriptedProvider()
    played = play(provider=provider, limits=Limits(budget=Decimal(1)), price=lambda usage: None)

    assert provider.heard == []
    assert isinstance(played.finished.error, SettingsError)
    assert played.run.exit_code == 2


def test_long_conversations_are_folded():
    replies = [runs(f"step_{number}()") for number in range(20)]
    runner = FakeRunner(*[shows(f"{number}: " + "x" * 4000) for number in range(20)])
    played = play(*replies, finishes(), runner=runner, limits=Limits(window=20_000))

    last = played.heard[-1]
    assert played.run.status == "answered"
    assert sum(len(message.text) for message in last) < 80_000 < sum(len(m.text) for m in played.run.messages)
    answers = [message for message in last if message.role == "tool"]
    assert "shortened" in answers[0].text
    assert answers[-1].text.endswith("xxx")


def test_problems_are_told_in_the_language_in_use():
    from k2lab.locale import use_language

    use_language("zh")
    played = play(says("好"), says("好"), says("好"), language="zh")

    assert "模型未给出答案" in played.run.problem
    assert "请用简体中文回答" in json.dumps(played.heard[0][-1].text, ensure_ascii=False)
