/** What is read out to people who do not see the panel: ends and turns of a run, never streamed text. */
import type { T } from './language';
import type { RunEvent } from './protocol';
import type { State } from './state';

export interface Said {
  polite?: string;
  assertive?: string;
}

export function announcement(event: RunEvent, state: State, t: T): Said | null {
  const run = state.runs.find(one => one.id === event.run);
  switch (event.type) {
    case 'run_started':
      return { polite: t('say.started', { n: event.n }) };
    case 'step_started': {
      const total = Math.max(event.step, run?.planned.length ?? 0);
      return { polite: t('say.step', { n: event.step, total, title: event.title || event.tool }) };
    }
    case 'step_finished':
      return event.status === 'ok' ? { polite: t('say.step.done', { n: event.step }) } : null;
    case 'approval_asked': {
      const step = run?.steps.find(one => one.number === event.step);
      return { assertive: t('ok.say', { title: step?.title ?? '' }) };
    }
    case 'waiting':
      return { polite: t('rate.say', { s: Math.round(event.seconds) }) };
    case 'run_finished':
      if (event.status === 'answered') {
        return { polite: t('say.answer', { n: event.answer?.findings.length ?? 0 }) };
      }
      return event.status === 'interrupted'
        ? { polite: t('stop.say', { n: run?.n ?? '' }) }
        : { assertive: t('say.error', { title: event.problem || t('run.failed') }) };
    default:
      return null;
  }
}
