import type { RunEvent, StepFinished, StepStarted } from '../protocol';
import { START, State, activeRun, isOver, shownSteps } from '../state';
import { reduce } from '../store';
import { event } from './fixtures';

function frozen<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    Object.values(value).forEach(frozen);
  }
  return value;
}

/** Reduce events over frozen states: a reducer that changes what it was given fails. */
function after(...events: RunEvent[]): State {
  return events.reduce(
    (state, one) => frozen(reduce(state, { type: 'event', event: frozen(one), heard: one.at })),
    frozen(START)
  );
}

describe('the state of a run', () => {
  it('begins with its question', () => {
    const [run] = after(event('run_started')).runs;
    expect(run.question).toBe('Does pay differ by level?');
    expect(isOver(run)).toBe(false);
  });

  it('shows a step while it runs, and what came of it', () => {
    const running = after(event('run_started'), event('plan'), event('step_started'));
    expect(activeRun(running)?.steps[0].state).toBe('run');
    const [run] = after(
      event('run_started'),
      event('plan'),
      event('step_started'),
      event('step_finished')
    ).runs;
    expect(run.steps[0].state).toBe('done');
    expect(run.steps[0].seconds).toBe(1.24);
    expect(run.planned).toEqual(['Look at the levels', 'Compare pay']);
  });

  it('waits for a person, and goes on when they have answered', () => {
    const asked = after(event('run_started'), event('step_started'), event('approval_asked'));
    expect(activeRun(asked)?.status).toBe('waiting');
    expect(activeRun(asked)?.steps[0].approval?.reasons[0].why).toBe('writes a file');
    const settled = reduce(asked, { type: 'event', event: event('approval_settled'), heard: 0 });
    expect(activeRun(settled)?.status).toBe('running');
  });

  it('ends with the answer', () => {
    const state = after(event('run_started'), event('step_started'), event('run_finished'));
    expect(activeRun(state)).toBeNull();
    expect(state.runs[0].answer?.summary).toBe('Pay is 24% higher at senior level.');
  });

  it('says what went wrong when it failed', () => {
    const [run] = after(event('run_started'), event('run_finished-failed')).runs;
    expect(isOver(run)).toBe(true);
    expect(run.problem).not.toBe('');
  });

  it('waits for the server until it was asked again', () => {
    const waiting = after(event('run_started'), event('waiting', 2));
    expect(activeRun(waiting)?.waiting?.why).toBe('Your account reached max RPM: 3.');
    const over = reduce(waiting, { type: 'event', event: event('waiting_over', 3), heard: 0 });
    expect(activeRun(over)?.waiting).toBeNull();
    const stopped = reduce(waiting, { type: 'event', event: event('run_finished', 3), heard: 0 });
    expect(stopped.runs[0].waiting).toBeNull();
  });

  it('folds what failed into the step that mends it, whether that one fails too or not', () => {
    const began = event('step_started') as StepStarted;
    const failed = event('step_finished-error') as StepFinished;
    const attempt = (step: number, seq: number, status: 'error' | 'ok'): RunEvent[] => [
      { ...began, step, seq },
      { ...failed, step, seq: seq + 1, status, mends: step === 1 ? null : step - 1 }
    ];
    const two = after(event('run_started'), ...attempt(1, 2, 'error'), ...attempt(2, 4, 'error'))
      .runs[0];
    expect(shownSteps(two).map(step => [step.number, step.state, step.attempts.length])).toEqual([
      [2, 'fail', 2]
    ]);
    const mending = after(event('run_started'), ...attempt(1, 2, 'error'), attempt(2, 4, 'ok')[0]);
    expect(shownSteps(mending.runs[0]).map(step => [step.state, step.attempts.length])).toEqual([
      ['run', 1]
    ]);
    const mended = after(event('run_started'), ...attempt(1, 2, 'error'), ...attempt(2, 4, 'ok'));
    expect(shownSteps(mended.runs[0]).map(step => [step.state, step.attempts.length])).toEqual([
      ['done', 1]
    ]);
  });

  it('gives back what a step took over that mends nothing', () => {
    const began = event('step_started') as StepStarted;
    const ended = event('step_finished-error') as StepFinished;
    const [run] = after(
      event('run_started'),
      { ...began, step: 1, seq: 2 },
      { ...ended, step: 1, seq: 3, mends: null },
      { ...began, step: 2, seq: 4 },
      { ...ended, step: 2, seq: 5, status: 'ok', mends: null }
    ).runs;
    expect(shownSteps(run).map(step => [step.state, step.attempts.length])).toEqual([
      ['fail', 1],
      ['done', 0]
    ]);
  });

  it('keeps what a dead kernel made, to be read', () => {
    const state = reduce(after(event('run_started'), event('step_started')), {
      type: 'kernel_lost',
      how: 'dead'
    });
    expect(state.connection).toBe('dead');
    expect(isOver(state.runs[0])).toBe(true);
    expect(activeRun(state)).toBeNull();
  });

  it('forgets a run that was removed', () => {
    const state = after(event('run_started'));
    const id = state.runs[0].id;
    expect(reduce(state, { type: 'forgotten', run: id }).runs).toEqual([]);
  });
});
