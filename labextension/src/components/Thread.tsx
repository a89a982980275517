import React from 'react';
import { Run, State, isOver } from '../state';
import type { Key } from '../words';
import { Empty } from './Empty';
import { FirstRun } from './FirstRun';
import { Notices } from './Notices';
import { RunView } from './RunView';
import { StateIcon } from './StepRow';
import { useLatest, useView } from './context';

const DRAWN = 3; // runs that are drawn in full; earlier ones are a line each

/** Whether the panel is still to be introduced: no key, and nobody chose the offline analyst yet. */
function isFirst(state: State): boolean {
  return (
    state.connection === 'ready' &&
    state.account?.key === 'none' &&
    state.settings?.model !== 'offline' &&
    state.account.analyst === 'offline' &&
    state.runs.length === 0
  );
}

/** The conversation; keeps to its end only while the person is there. */
export function Thread(): JSX.Element {
  const { t } = useView();
  const state = useLatest();
  const body = React.useRef<HTMLDivElement>(null);
  const atEnd = React.useRef(true);
  const { runs } = state;
  React.useLayoutEffect(() => {
    const node = body.current;
    if (node && atEnd.current) {
      node.scrollTop = node.scrollHeight;
    }
  }, [runs]);
  const earlier = runs.slice(0, -DRAWN);
  return (
    <div
      ref={body}
      className="k2-body"
      role="log"
      aria-live="off"
      aria-label={t('header.panel')}
      tabIndex={0}
      data-testid="k2-thread"
      onScroll={event => {
        const node = event.currentTarget;
        atEnd.current = node.scrollHeight - node.scrollTop - node.clientHeight < 24;
      }}
    >
      {runs.length > 0 && state.restarted && <p className="k2-label">{t('kernel.past')}</p>}
      {earlier.map(run => (
        <EarlierRun key={run.id} run={run} />
      ))}
      {runs.slice(-DRAWN).map(run => (
        <RunView key={run.id} run={run} />
      ))}
      <Notices />
      {isFirst(state) ? (
        <FirstRun />
      ) : (
        runs.length === 0 && state.connection === 'ready' && <Empty />
      )}
    </div>
  );
}

export function statusKey(status: string): Key {
  return status === 'answered' || status === 'unanswered' || status === 'failed'
    ? `run.state.${status}`
    : 'run.state.stopped';
}

/** One line for a run of some time ago; opens on demand. */
function EarlierRun({ run }: { run: Run }): JSX.Element {
  const { t } = useView();
  const [open, setOpen] = React.useState(false);
  if (open) {
    return <RunView run={run} />;
  }
  const good = run.status === 'answered';
  return (
    <button
      type="button"
      className="k2-earlier"
      data-testid="k2-earlier"
      aria-label={t('past.open', { n: run.n })}
      onClick={() => setOpen(true)}
    >
      <StateIcon state={good ? 'done' : isOver(run) && run.status === 'failed' ? 'fail' : 'stop'} />
      <span className="k2-name">{run.question}</span>
      <span className="k2-meta">{t(statusKey(run.status))}</span>
    </button>
  );
}
