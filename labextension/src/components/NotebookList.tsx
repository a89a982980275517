import React from 'react';
import type { Session } from '../session';
import { activeRun, progress, waitingStep } from '../state';
import { PopoverFrame } from './Popover';
import { useView } from './context';
import { useStore } from './store';

/** The notebooks that are open, and what K2 does in each. */
export function NotebookList(): JSX.Element {
  const { desk, t } = useView();
  return (
    <PopoverFrame title={t('books.title')} testid="k2-notebooks">
      <div className="k2-books" role="listbox" aria-label={t('books.title')} data-testid="k2-books">
        {desk.sessions.map(session => (
          <Book key={session.client} session={session} />
        ))}
      </div>
      <label className="k2-row k2-meta k2-follow-front">
        <input
          type="checkbox"
          checked={desk.follow}
          onChange={event => {
            desk.follow = event.target.checked;
          }}
        />{' '}
        {t('books.follow')}
      </label>
    </PopoverFrame>
  );
}

function Book({ session }: { session: Session }): JSX.Element {
  const { desk, session: current, t, open } = useView();
  const state = useStore(session);
  const run = activeRun(state);
  const waits = waitingStep(state) !== null;
  const none = ['no-kernel', 'dead', 'lost'].includes(state.connection);
  const look = none ? 'dead' : waits ? 'wait' : run ? 'busy' : '';
  const { done, total } = run ? progress(run) : { done: 0, total: 0 };
  const status = none
    ? t('books.nokernel')
    : waits
      ? t('books.waits')
      : run
        ? t('books.running', { n: run.n, a: Math.min(done + 1, total), b: total })
        : t('books.idle', { n: state.runs.length });
  return (
    <button
      type="button"
      className="k2-opt"
      role="option"
      aria-selected={session === current}
      data-testid="k2-book"
      onClick={() => {
        desk.choose(session);
        open(null);
      }}
    >
      <span className={`k2-dot ${look}`} />
      <span className="k2-name">{session.panel.title.label}</span>
      <span className="k2-meta">{status}</span>
    </button>
  );
}
