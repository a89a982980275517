/** What happens to the state: a pure `reduce`, and a store that holds its latest value. */
import type {
  Account,
  Decision,
  Replies,
  RunEvent,
  Settings,
  Spend,
  StepFinished
} from './protocol';
import { Connection, Run, START, State, Step, StepState, Toast, isOver } from './state';

export type Action =
  | { type: 'event'; event: RunEvent; heard: number }
  | { type: 'connection'; connection: Connection; language?: string | null }
  | { type: 'kernel_busy'; busy: boolean }
  | { type: 'kernel_lost'; how: 'dead' | 'restarted' }
  | { type: 'hello'; reply: Replies['hello'] }
  | { type: 'frames'; reply: Replies['frames'] }
  | { type: 'models'; reply: Replies['models'] }
  | { type: 'settings'; settings: Settings; account: Account; spend: Spend }
  | { type: 'account'; account: Account }
  | { type: 'decided'; approval: string; decision: Decision }
  | { type: 'undelivered'; approval: string }
  | { type: 'sync'; sync: State['sync'] }
  | { type: 'stopping'; stopping: boolean }
  | { type: 'queued'; text: string | null }
  | { type: 'toast'; toast: Toast | null }
  | { type: 'forgotten'; run: string };

function amendRun(state: State, id: string, amend: (run: Run) => Run): State {
  return { ...state, runs: state.runs.map(run => (run.id === id ? amend(run) : run)) };
}

function amendStep(run: Run, number: number, amend: (step: Step) => Step): Run {
  return { ...run, steps: run.steps.map(step => (step.number === number ? amend(step) : step)) };
}

function begun(event: Extract<RunEvent, { type: 'step_started' }>): Step {
  return {
    number: event.step,
    tool: event.tool,
    title: event.title,
    why: event.why,
    state: 'run',
    code: event.code,
    startedAt: event.at,
    seconds: null,
    cellId: null,
    count: null,
    figure: null,
    note: '',
    attempts: [],
    approval: null,
    refusal: '',
    mendedBy: null
  };
}

/** Begin a step; one that follows a failed cell mends it, and takes its attempts over. */
function begin(run: Run, event: Extract<RunEvent, { type: 'step_started' }>): Run {
  const cells = run.steps.filter(step => step.tool === 'run_cell');
  const failed = cells[cells.length - 1];
  const step = begun(event);
  if (event.tool !== 'run_cell' || failed?.state !== 'fail') {
    return { ...run, steps: [...run.steps, step] };
  }
  const taken = amendStep(run, failed.number, one => ({ ...one, mendedBy: event.step }));
  return { ...taken, steps: [...taken.steps, { ...step, attempts: failed.attempts }] };
}

const STATES: Record<string, StepState> = {
  ok: 'done',
  refused: 'skip',
  interrupted: 'stop',
  error: 'fail',
  timeout: 'fail',
  died: 'fail',
  invalid: 'fail'
};

function figureOf(event: StepFinished): Step['figure'] {
  const output = event.figure && event.cell?.outputs[event.figure.output];
  const data = (output as { data?: Record<string, unknown> } | null | undefined)?.data ?? {};
  for (const mime of ['image/png', 'image/jpeg', 'image/svg+xml']) {
    const found = data[mime];
    if (event.figure && (typeof found === 'string' || Array.isArray(found))) {
      return { mime, data: Array.isArray(found) ? found.join('') : found, alt: event.figure.alt };
    }
  }
  return null;
}

/** A terminal's colours say nothing in a panel. */
function plain(text: string): string {
  // eslint-disable-next-line no-control-regex
  return text.replace(/\u001b\[[0-9;]*m/g, '');
}

function tracebackOf(event: StepFinished): string {
  const error = event.cell?.outputs.find(output => output.output_type === 'error');
  const lines = (error as { traceback?: string[] } | undefined)?.traceback;
  return lines ? plain(lines.join('\n')) : '';
}

function finishStep(run: Run, event: StepFinished): Run {
  const known = run.steps.some(step => step.number === event.step);
  const started = known ? run : begin(run, { ...event, type: 'step_started' });
  // The kernel knows best what a step mends; what it took over is given back where it mends nothing.
  const mended = run.steps.find(step => step.number === event.mends);
  const marked = {
    ...started,
    steps: started.steps.map(step =>
      step.mendedBy === event.step && step !== mended
        ? { ...step, mendedBy: null }
        : step.number === mended?.number
          ? { ...step, mendedBy: event.step }
          : step
    )
  };
  const failed = STATES[event.status] === 'fail';
  const own = { problem: event.problem, code: event.code, traceback: tracebackOf(event) };
  return amendStep(marked, event.step, step => ({
    ...step,
    state: STATES[event.status] ?? 'fail',
    title: event.title || step.title,
    why: event.why || step.why,
    code: event.code || step.code,
    seconds: event.seconds,
    cellId: event.cell?.id ?? step.cellId,
    count: event.cell?.execution_count ?? null,
    figure: figureOf(event),
    note: event.note,
    approval: null,
    refusal: event.status === 'refused' ? event.problem : '',
    attempts: [...(mended?.attempts ?? []), ...(failed ? [own] : [])]
  }));
}

function settle(step: Step, status: Run['status'], note: string): Step {
  if (step.state !== 'run' && step.state !== 'wait') {
    return step;
  }
  return {
    ...step,
    state: status === 'failed' ? 'fail' : 'stop',
    approval: null,
    note: step.note || note
  };
}

function reduceRun(run: Run, event: RunEvent): Run {
  const seen = { ...run, seq: event.seq };
  switch (event.type) {
    case 'run_started':
      return seen;
    case 'text':
      return event.reasoning ? seen : { ...seen, text: run.text + event.text };
    case 'plan':
      return { ...seen, planned: event.steps.map(step => step.title), text: '' };
    case 'step_started':
      return begin({ ...seen, status: 'running', text: '' }, event);
    case 'approval_asked':
      return amendStep({ ...seen, status: 'waiting' }, event.step, step => ({
        ...step,
        state: 'wait',
        code: event.code,
        approval: {
          id: event.approval,
          code: event.code,
          reasons: event.reasons,
          askedAt: event.at,
          sent: null,
          undelivered: false
        }
      }));
    case 'approval_settled':
      return amendStep({ ...seen, status: 'running' }, event.step, step => ({
        ...step,
        state: event.answer === 'reject' ? 'skip' : 'run',
        code: event.code || step.code,
        approval: null
      }));
    case 'question_asked':
      return { ...seen, status: 'waiting', asking: { ask: event.ask, text: event.text } };
    case 'question_settled':
      return { ...seen, status: 'running', asking: null };
    case 'cell':
      return amendStep(seen, event.step, step => ({
        ...step,
        state: 'run',
        cellId: event.cell.id,
        code: event.cell.source
      }));
    case 'step_finished':
      return finishStep({ ...seen, status: 'running' }, event);
    case 'usage':
      return { ...seen, usage: event.usage };
    case 'waiting':
      return {
        ...seen,
        waiting: { until: event.until, seconds: event.seconds, why: event.why }
      };
    case 'waiting_over':
      return { ...seen, waiting: null };
    case 'run_finished':
      return {
        ...seen,
        status: event.status,
        seconds: event.seconds,
        model: event.model || run.model,
        answer: event.answer,
        problem: event.problem,
        mend: event.mend,
        kind: event.kind,
        usage: event.usage,
        text: '',
        asking: null,
        waiting: null,
        steps: run.steps.map(step => settle(step, event.status, ''))
      };
  }
}

function startRun(state: State, event: Extract<RunEvent, { type: 'run_started' }>): State {
  const run: Run = {
    id: event.run,
    n: event.n,
    cellId: event.cell,
    question: event.question,
    model: event.model,
    offline: event.offline,
    frames: event.frames,
    startedAt: event.at,
    seconds: null,
    status: 'planning',
    text: '',
    planned: [],
    steps: [],
    answer: null,
    problem: '',
    mend: '',
    kind: null,
    usage: null,
    asking: null,
    waiting: null,
    seq: event.seq,
    past: false
  };
  // A run that never told its end (its cell was interrupted hard) must not look alive beside the new one.
  const before = state.runs
    .filter(other => other.id !== event.run)
    .map(other =>
      isOver(other) || other.n > event.n ? other : { ...other, status: 'interrupted' as const }
    );
  return {
    ...state,
    runs: [...before, run].sort((a, b) => Number(b.past) - Number(a.past) || a.n - b.n)
  };
}

function reduceEvent(state: State, event: RunEvent, heard: number): State {
  const known = state.runs.find(run => run.id === event.run);
  if (known && event.seq <= known.seq) {
    return state;
  }
  const timed = state.sync ? state : { ...state, skew: event.at - heard };
  if (event.type === 'run_started') {
    return startRun(timed, event);
  }
  if (!known) {
    return timed;
  }
  const next = amendRun(timed, event.run, run => reduceRun(run, event));
  if (event.type === 'usage') {
    return { ...next, spend: event.spend };
  }
  return event.type === 'run_finished' ? { ...next, spend: event.spend, stopping: false } : next;
}

/** What a fresh kernel leaves of the runs that an earlier one made. */
function orphan(run: Run, how: 'dead' | 'restarted'): Run {
  return {
    ...run,
    past: how === 'restarted',
    status: isOver(run) ? run.status : 'failed',
    kind: isOver(run) ? run.kind : 'kernel',
    steps: run.steps.map(step => settle(step, 'failed', ''))
  };
}

function hello(state: State, reply: Replies['hello']): State {
  const other = state.kernel !== null && state.kernel !== reply.kernel;
  const runs = other ? state.runs.map(run => orphan(run, 'restarted')) : state.runs;
  return {
    ...state,
    connection: 'ready',
    kernel: reply.kernel,
    restarted: state.restarted || other,
    runs,
    settings: reply.settings,
    account: reply.account,
    spend: reply.spend
  };
}

/** The next state; no clock, no chance, no document. */
export function reduce(state: State, action: Action): State {
  switch (action.type) {
    case 'event':
      return reduceEvent(state, action.event, action.heard);
    case 'connection':
      return {
        ...state,
        connection: action.connection,
        language: action.language === undefined ? state.language : action.language
      };
    case 'kernel_busy':
      return state.busy === action.busy ? state : { ...state, busy: action.busy };
    case 'kernel_lost':
      return {
        ...state,
        connection: action.how === 'dead' ? 'dead' : 'connecting',
        restarted: state.restarted || (action.how === 'restarted' && state.kernel !== null),
        kernel: null,
        busy: false,
        stopping: false,
        frames: [],
        suggestions: [],
        sync: null,
        runs: state.runs.map(run => orphan(run, action.how))
      };
    case 'hello':
      return hello(state, action.reply);
    case 'frames':
      return { ...state, frames: action.reply.frames, suggestions: action.reply.suggestions };
    case 'models':
      return { ...state, models: action.reply.models, prices: action.reply.prices };
    case 'settings':
      return { ...state, settings: action.settings, account: action.account, spend: action.spend };
    case 'account':
      return { ...state, account: action.account };
    case 'decided':
    case 'undelivered': {
      const sent = action.type === 'decided' ? action.decision : null;
      const undelivered = action.type === 'undelivered';
      return {
        ...state,
        runs: state.runs.map(run => ({
          ...run,
          steps: run.steps.map(step =>
            step.approval?.id === action.approval
              ? { ...step, approval: { ...step.approval, sent, undelivered } }
              : step
          )
        }))
      };
    }
    case 'sync':
      return { ...state, sync: action.sync };
    case 'stopping':
      return { ...state, stopping: action.stopping };
    case 'queued':
      return { ...state, queued: action.text };
    case 'toast':
      return { ...state, toast: action.toast };
    case 'forgotten':
      return { ...state, runs: state.runs.filter(run => run.id !== action.run) };
  }
}

/** Holds the latest state; tells listeners when it is another. */
export class Store {
  private _state = START;
  private _listeners = new Set<() => void>();

  readonly subscribe = (listener: () => void): (() => void) => {
    this._listeners.add(listener);
    return () => void this._listeners.delete(listener);
  };

  readonly get = (): State => this._state;

  dispatch(action: Action): void {
    const next = reduce(this._state, action);
    if (next !== this._state) {
      this._state = next;
      this._listeners.forEach(listener => listener());
    }
  }
}
