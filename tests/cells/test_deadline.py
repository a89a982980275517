from __future__ import annotations

import signal
import threading
import time

import pytest

from k2lab.cells.deadline import CellTimeout, Deadline


def test_it_wakes_a_sleeping_call():
    started = time.monotonic()
    with pytest.raises(CellTimeout, match=r"longer than 0\.2 s"), Deadline(0.2):
        time.sleep(20)

    assert time.monotonic() - started < 2


def test_nothing_happens_in_time_and_nothing_comes_later():
    before = signal.getsignal(signal.SIGINT)
    with Deadline(0.1):
        pass
    time.sleep(0.25)

    assert signal.getsignal(signal.SIGINT) is before


def test_the_persons_interrupt_is_no_timeout():
    deadline = Deadline(30)
    threading.Timer(0.1, signal.pthread_kill, (threading.main_thread().ident, signal.SIGINT)).start()
    with pytest.raises(KeyboardInterrupt) as caught, deadline:
        time.sleep(20)

    assert type(caught.value) is KeyboardInterrupt
    assert deadline.interrupted
    assert not deadline.expired


def test_it_works_in_another_thread():
    ended: list[BaseException] = []

    def work() -> None:
        try:
            with Deadline(0.2):
                while True:
                    time.sleep(0.01)
        except CellTimeout as error:
            ended.append(error)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join(5)

    assert len(ended) == 1
