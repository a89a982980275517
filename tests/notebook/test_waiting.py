"""Questions that wait for the person."""

from __future__ import annotations

import threading

from k2lab.notebook.waiting import Reply, Waiting


def test_the_answer_of_another_thread_arrives():
    waiting = Waiting()
    name = waiting.open()
    threading.Timer(0.05, waiting.answer, (name, Reply(answer="once"))).start()

    assert waiting.wait(name).answer == "once"


def test_an_answer_counts_once_and_only_while_it_is_asked():
    waiting = Waiting()
    name = waiting.open()

    assert not waiting.answer("other", Reply(answer="once"))
    assert waiting.answer(name, Reply(answer="reject"))
    assert not waiting.answer(name, Reply(answer="once"))
    assert waiting.wait(name).answer == "reject"
    assert not waiting.answer(name, Reply(answer="once"))
