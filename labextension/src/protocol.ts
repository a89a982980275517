/** What the kernel and the front end say to each other, protocol 1; described in tests/data/protocol/README.md. */
import type { IOutput } from '@jupyterlab/nbformat';

export const PROTOCOL = 1;
export const DOWN = 'k2lab.down';
export const REQUEST = 'k2_request';
export const RUN_MIME = 'application/vnd.k2lab.run+json';

/** An amount as a decimal string; null is unknown or no limit. */
export type Money = string | null;

export interface Usage {
  prompt: number;
  completion: number;
  cached: number;
  cost: Money;
  currency: string;
}

export interface Spend {
  used: Money;
  limit: Money;
  currency: string;
}

/** What k2lab keeps in a cell it made, under `metadata.k2lab`. */
export type CellMark = {
  run: string;
  parent: string;
  step: number;
  kind: 'code' | 'answer';
  model: string;
  title: string;
  why: string;
  status: string;
  seconds: number;
  hash: string;
};

export interface WireCell {
  id: string;
  cell_type: 'code' | 'markdown';
  source: string;
  metadata: { k2lab: CellMark };
  outputs: IOutput[];
  execution_count: number | null;
}

export interface Mark {
  start: number;
  end: number;
  verified: boolean;
  how: string;
  step: number | null;
  cell: string | null;
  expression: string | null;
  near: string | null;
}

export interface Finding {
  text: string;
  steps: number[];
  columns: string[];
  marks: Mark[];
  aside: string;
}

export interface Answer {
  answered: boolean;
  title: string;
  summary: string;
  marks: Mark[];
  findings: Finding[];
  methods: string[];
  limitations: string[];
  follow_ups: string[];
  traced: number;
  numbers: number;
}

export interface Reason {
  rule: string;
  line: number;
  source: string;
  why: string;
}

export type Decision = 'once' | 'run' | 'edit' | 'reject';
export type StepStatus =
  'ok' | 'error' | 'timeout' | 'interrupted' | 'died' | 'refused' | 'invalid';
export type RunStatus =
  'answered' | 'unanswered' | 'steps' | 'time' | 'budget' | 'repeats' | 'interrupted' | 'failed';

interface InRun {
  run: string;
  seq: number;
  at: number;
}

export interface Announce {
  type: 'announce';
  at: number;
  protocol: number;
  version: string;
  kernel: string;
  /** Set while a `%%k2` cell waits to hear whether somebody is there. */
  wait: string | null;
  /** The client that this comm was opened for; null asks everybody. */
  to: string | null;
}

export interface RunStarted extends InRun {
  type: 'run_started';
  n: number;
  cell: string;
  /** The session of the page (or server) that ran the `%%k2` cell. */
  client: string;
  question: string;
  model: string;
  privacy: string;
  language: string;
  frames: string[];
  offline: boolean;
  max_steps: number;
  budget: Money;
}

export interface TextArrived extends InRun {
  type: 'text';
  text: string;
  reasoning: boolean;
}

export interface PlanMade extends InRun {
  type: 'plan';
  text: string;
  steps: { title: string }[];
}

export interface StepStarted extends InRun {
  type: 'step_started';
  step: number;
  tool: string;
  title: string;
  why: string;
  code: string;
}

export interface ApprovalAsked extends InRun {
  type: 'approval_asked';
  approval: string;
  step: number;
  code: string;
  edited: boolean;
  decision: string;
  reasons: Reason[];
}

export interface ApprovalSettled extends InRun {
  type: 'approval_settled';
  approval: string;
  step: number;
  answer: Decision;
  by: 'person' | 'end';
  code: string;
  words: string;
}

export interface QuestionAsked extends InRun {
  type: 'question_asked';
  ask: string;
  text: string;
}

export interface QuestionSettled extends InRun {
  type: 'question_settled';
  ask: string;
  text: string;
}

export interface CellBegan extends InRun {
  type: 'cell';
  step: number;
  after: string | null;
  cell: WireCell;
}

export interface StepFinished extends InRun {
  type: 'step_finished';
  step: number;
  tool: string;
  status: StepStatus;
  title: string;
  why: string;
  code: string;
  seconds: number;
  note: string;
  problem: string;
  figure: { output: number; alt: string } | null;
  mends: number | null;
  edited: boolean;
  cell: WireCell | null;
}

export interface UsageUpdated extends InRun {
  type: 'usage';
  usage: Usage;
  spend: Spend;
}

/** The model's server asked for a wait, until `until` on the kernel's clock. */
export interface WaitBegan extends InRun {
  type: 'waiting';
  until: number;
  seconds: number;
  why: string;
}

export interface WaitOver extends InRun {
  type: 'waiting_over';
}

export interface RunFinished extends InRun {
  type: 'run_finished';
  status: RunStatus;
  problem: string;
  mend: string;
  kind: 'unreachable' | 'key' | 'rate' | 'budget' | 'model' | 'server' | 'kernel' | 'other' | null;
  answer: Answer | null;
  usage: Usage;
  spend: Spend;
  seconds: number;
  steps: number;
  model: string;
  after: string | null;
  cells: WireCell[];
  record: { id: string; question: string; status: string };
}

export interface RemoveRun {
  type: 'remove_run';
  at: number;
  run: string;
  parent: string;
  cells: { id: string; hash: string }[];
}

/** An event of a run: it has a number, and a lost one can be asked for again. */
export type RunEvent =
  | RunStarted
  | TextArrived
  | PlanMade
  | StepStarted
  | ApprovalAsked
  | ApprovalSettled
  | QuestionAsked
  | QuestionSettled
  | CellBegan
  | StepFinished
  | UsageUpdated
  | WaitBegan
  | WaitOver
  | RunFinished;

const RUN_EVENTS: ReadonlySet<string> = new Set<RunEvent['type']>([
  'run_started',
  'text',
  'plan',
  'step_started',
  'approval_asked',
  'approval_settled',
  'question_asked',
  'question_settled',
  'cell',
  'step_finished',
  'usage',
  'waiting',
  'waiting_over',
  'run_finished'
]);

export interface Account {
  key: 'none' | 'ok' | 'refused' | 'checking';
  host: string;
  source: 'keyring' | 'environment' | null;
  analyst: 'model' | 'offline';
}

export interface Settings {
  model: string | null;
  privacy: 'schema' | 'summary' | 'sample';
  approve: 'auto' | 'ask' | 'never';
  budget: Money;
  lang: 'auto' | 'en' | 'zh';
}

/** What may be changed for the questions to come. */
export type Change = Partial<Settings & { base_url: string }>;

export interface FrameColumn {
  name: string;
  type: string;
  distinct: number | null;
  missing: number | null;
}

export interface Frame {
  name: string;
  rows: number | null;
  kind: string;
  columns: FrameColumn[];
}

export interface Suggestion {
  kind: string;
  text: string;
}

export interface RunHead {
  run: string;
  n: number;
  cell: string;
  question: string;
  model: string;
  status: string;
  last: number;
  started: number;
}

/** Per million tokens. */
export interface ModelPrice {
  input: string;
  output: string;
  currency: string;
}

export interface Replies {
  hello: {
    protocol: number;
    version: string;
    kernel: string;
    active: string | null;
    runs: RunHead[];
    settings: Settings;
    account: Account;
    spend: Spend;
    language: string;
  };
  resend: { run: string; events: RunEvent[]; last: number; more: boolean; lost: boolean };
  approve: { approval: string };
  cancel: { run: string };
  hurry: { run: string };
  complete: {
    prefix: string;
    items: { kind: string; text: string; type?: string }[];
    more: boolean;
  };
  context: {
    names: string[];
    privacy: string;
    text: string;
    host: string | null;
    model: string;
    tokens: number;
    fixed: number;
    price: Money;
    currency: string;
  };
  frames: { frames: Frame[]; suggestions: Suggestion[] };
  models: { models: string[]; prices: Record<string, ModelPrice> };
  remove: { run: string };
  retire: { cells: number };
  report: { run: string; path: string; format: string };
  say: { ask: string };
  sent: { requests: { at: string; host: string; body: string }[]; more: boolean };
  settings: { settings: Settings; account: Account; spend: Spend };
  sign_in: { words: string; account: Account };
  sign_out: { words: string; account: Account };
}

export type RequestType = keyof Replies;

export interface Reply {
  type: 'reply';
  id: string;
  to: RequestType;
  status: 'ok' | 'error' | 'later';
  error?: string;
  mend?: string;
}

export type Down = Announce | RemoveRun | Reply | RunEvent;

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Return the message that came down, or null (with one console warning a type) when it is none that is known. */
export function readDown(value: unknown): Down | null {
  if (!isRecord(value) || typeof value.type !== 'string') {
    return null;
  }
  if (RUN_EVENTS.has(value.type)) {
    return typeof value.run === 'string' &&
      typeof value.seq === 'number' &&
      typeof value.at === 'number'
      ? (value as unknown as RunEvent)
      : null;
  }
  if (value.type === 'announce' || value.type === 'remove_run' || value.type === 'reply') {
    return value as unknown as Down;
  }
  if (!unknown.has(value.type)) {
    unknown.add(value.type);
    console.warn(`k2lab: a message of the unknown type ${JSON.stringify(value.type)} is ignored`);
  }
  return null;
}

const unknown = new Set<string>();

export function isRunEvent(message: Down): message is RunEvent {
  return RUN_EVENTS.has(message.type);
}

/** Return the mark that k2lab left in a cell's metadata, or null for a person's own cell. */
export function readMark(metadata: unknown): CellMark | null {
  const mark = isRecord(metadata) ? metadata.k2lab : null;
  return isRecord(mark) && typeof mark.run === 'string' && typeof mark.parent === 'string'
    ? (mark as unknown as CellMark)
    : null;
}
