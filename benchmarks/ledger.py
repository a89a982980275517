"""The ledger, timed: a run of 30 steps is read and its whole answer marked; the goal is under a second.

The run is the offline analyst's on 20,000 rows of the salary table, its steps repeated under new numbers up to 30.
"""

from __future__ import annotations

import statistics
import time
from dataclasses import replace

STEPS = 30


def main(times: int = 5) -> None:
    """Print the median processor seconds of reading what steps showed, and of marking summary, findings and limits."""
    import k2lab
    from k2lab import datasets
    from k2lab.agent.trace import ledger_of, trace

    question = "Does remote_ratio affect salary_in_usd, and does the effect differ by experience_level?"
    run = k2lab.ask(question, datasets.salaries(20_000), model="offline")
    assert run.answer is not None
    shown = [step for step in run.steps if step.result is not None]
    steps = tuple(replace(shown[at % len(shown)], number=at + 1) for at in range(STEPS))
    long = replace(run, steps=steps)
    reading, marking = list[float](), list[float]()
    for _ in range(times):
        began = time.process_time()
        ledger = ledger_of(long)
        read = time.process_time()
        traced = trace(run.answer, long, ledger)
        reading.append(read - began)
        marking.append(time.process_time() - read)
    values = sum(len(one.values) for one in ledger.shown)
    print(f"{STEPS} steps, {values:,} values, {traced.numbers} numbers, {traced.verified} traced")
    print(
        f"reading the steps {statistics.median(reading):.2f} s, marking the answer {statistics.median(marking):.2f} s"
    )


if __name__ == "__main__":
    main()
