/** What the panel knows of one notebook, and what can be read off it. */
import type {
  Account,
  Answer,
  Decision,
  Frame,
  ModelPrice,
  Reason,
  RunFinished,
  RunHead,
  RunStatus,
  Settings,
  Spend,
  Suggestion,
  Usage
} from './protocol';

export type Connection =
  | 'no-kernel' // nothing runs behind the notebook
  | 'connecting' // hello was said, no answer yet
  | 'foreign' // another language
  | 'absent' // a Python kernel that cannot load k2lab
  | 'ready'
  | 'lost' // the page does not reach the kernel
  | 'dead';

export type StepState = 'todo' | 'run' | 'wait' | 'done' | 'fail' | 'stop' | 'skip';

export interface Approval {
  id: string;
  code: string;
  reasons: readonly Reason[];
  askedAt: number;
  /** What the person pressed; null again when no answer came to it. */
  sent: Decision | null;
  undelivered: boolean;
}

export interface Attempt {
  problem: string;
  code: string;
  traceback: string;
}

export interface Step {
  number: number;
  tool: string;
  title: string;
  why: string;
  state: StepState;
  code: string;
  startedAt: number;
  seconds: number | null;
  cellId: string | null;
  count: number | null;
  figure: { mime: string; data: string; alt: string } | null;
  note: string;
  attempts: readonly Attempt[];
  approval: Approval | null;
  refusal: string;
  /** Number of the step that did what this one failed to do. */
  mendedBy: number | null;
}

export interface Run {
  id: string;
  n: number;
  cellId: string;
  question: string;
  model: string;
  offline: boolean;
  frames: readonly string[];
  startedAt: number;
  seconds: number | null;
  status: 'planning' | 'running' | 'waiting' | RunStatus;
  text: string;
  planned: readonly string[];
  steps: readonly Step[];
  answer: Answer | null;
  problem: string;
  mend: string;
  kind: RunFinished['kind'];
  usage: Usage | null;
  asking: { ask: string; text: string } | null;
  /** The model's server asked for a wait. */
  waiting: { until: number; seconds: number; why: string } | null;
  seq: number;
  /** Made by a kernel that is gone: it can be read, not gone on with. */
  past: boolean;
}

export interface Toast {
  kind: 'making' | 'report' | 'failed' | 'removed';
  text: string;
  path?: string;
}

export interface State {
  connection: Connection;
  language: string | null;
  kernel: string | null;
  restarted: boolean;
  busy: boolean;
  account: Account | null;
  settings: Settings | null;
  spend: Spend | null;
  models: readonly string[];
  prices: Readonly<Record<string, ModelPrice>>;
  frames: readonly Frame[];
  suggestions: readonly Suggestion[];
  runs: readonly Run[];
  sync: { from: number; to: number; at: number } | null;
  /** Kernel's clock minus ours, in ms, as far as it is known. */
  skew: number;
  stopping: boolean;
  queued: string | null;
  toast: Toast | null;
}

export const START: State = {
  connection: 'no-kernel',
  language: null,
  kernel: null,
  restarted: false,
  busy: false,
  account: null,
  settings: null,
  spend: null,
  models: [],
  prices: {},
  frames: [],
  suggestions: [],
  runs: [],
  sync: null,
  skew: 0,
  stopping: false,
  queued: null,
  toast: null
};

const OVER: ReadonlySet<string> = new Set<RunStatus>([
  'answered',
  'unanswered',
  'steps',
  'time',
  'budget',
  'repeats',
  'interrupted',
  'failed'
]);

export function isOver(run: Run): boolean {
  return OVER.has(run.status);
}

/** The run that is going on, or null. */
export function activeRun(state: State): Run | null {
  const last = state.runs[state.runs.length - 1];
  return last && !isOver(last) ? last : null;
}

/** The approval that waits for the person, or null. */
export function waitingStep(state: State): Step | null {
  return activeRun(state)?.steps.find(step => step.state === 'wait' && step.approval) ?? null;
}

/** Steps that a person sees: `finish` is the answer itself. */
export function shownSteps(run: Run): readonly Step[] {
  return run.steps.filter(step => step.tool !== 'finish' && step.mendedBy === null);
}

/** What the kernel would want us to say of the steps: done, and all that are known by now. */
export function progress(run: Run): { done: number; total: number } {
  const steps = shownSteps(run);
  const done = steps.filter(step => step.state === 'done' || step.state === 'fail').length;
  return { done, total: isOver(run) ? steps.length : Math.max(steps.length, run.planned.length) };
}

/** The runs of which a kernel knows more than we do: id, the first number that is wanted, and the last there is. */
export function wanted(
  state: State,
  heads: readonly RunHead[]
): { run: string; from: number; to: number }[] {
  return heads
    .map(head => ({
      run: head.run,
      from: (state.runs.find(run => run.id === head.run)?.seq ?? 0) + 1,
      to: head.last
    }))
    .filter(want => want.from <= want.to);
}
