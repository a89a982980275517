/** Earlier runs: those a kernel knows and those a notebook keeps, as the rows of a list that draws only what is in view. */
import * as cells from './cells';
import type { Session } from './session';

export interface PastRun {
  session: Session;
  id: string;
  n: number | null;
  question: string;
  verdict: string;
  status: string;
  started: number;
  seconds: number;
  /** Cell to go to. */
  cellId: string | null;
  live: boolean;
}

export const ROW = 52;
export const HEAD = 28;
const ABOVE = 4 * ROW;
const BELOW = 800;

export type Day = 'today' | 'yesterday' | 'earlier';
export type Row = { top: number } & ({ kind: 'day'; day: Day } | { kind: 'run'; run: PastRun });

interface Recorded {
  question?: string;
  status?: string;
  started?: string;
  seconds?: number;
  answer?: { summary?: string; title?: string } | null;
}

/** The runs of a notebook, latest first. */
export function pastRuns(session: Session): PastRun[] {
  const live = session.store.get().runs.map<PastRun>(run => ({
    session,
    id: run.id,
    n: run.n,
    question: run.question,
    verdict: run.answer?.summary ?? '',
    status: run.status,
    started: run.startedAt,
    seconds: run.seconds ?? 0,
    cellId: run.cellId,
    live: true
  }));
  const known = new Set(live.map(run => run.id));
  const notebook = session.notebook;
  const kept = (notebook ? cells.records(notebook) : [])
    .filter(record => !known.has(record.id))
    .map<PastRun>(record => {
      const { question, status, started, seconds, answer } = record as Recorded;
      const first = notebook && cells.cellsOf(notebook, record.id)[0];
      return {
        session,
        id: record.id,
        n: null,
        question: question ?? '',
        verdict: answer?.summary ?? answer?.title ?? '',
        status: status ?? '',
        started: Date.parse(started ?? '') || 0,
        seconds: seconds ?? 0,
        cellId: first ? first.getId() : null,
        live: false
      };
    });
  return [...kept, ...live].sort((a, b) => b.started - a.started);
}

export function search(runs: readonly PastRun[], text: string): readonly PastRun[] {
  const wanted = text.trim().toLowerCase();
  return wanted
    ? runs.filter(run => `${run.question}\n${run.verdict}`.toLowerCase().includes(wanted))
    : runs;
}

function dayOf(started: number, now: number): Day {
  const midnight = new Date(now).setHours(0, 0, 0, 0);
  return started >= midnight ? 'today' : started >= midnight - 86_400_000 ? 'yesterday' : 'earlier';
}

/** Lay the runs out; heads of days go while a search is on. */
export function rows(
  runs: readonly PastRun[],
  heads: boolean,
  now: number
): { rows: Row[]; height: number } {
  const laid: Row[] = [];
  let top = 0;
  let day: Day | null = null;
  for (const run of runs) {
    const on = dayOf(run.started, now);
    if (heads && on !== day) {
      laid.push({ kind: 'day', day: on, top });
      top += HEAD;
      day = on;
    }
    laid.push({ kind: 'run', run, top });
    top += ROW;
  }
  return { rows: laid, height: top };
}

/** The rows to draw when the list is scrolled to `top`. */
export function inView(laid: readonly Row[], top: number): readonly Row[] {
  return laid.filter(row => row.top + ROW > top - ABOVE && row.top < top + BELOW);
}
