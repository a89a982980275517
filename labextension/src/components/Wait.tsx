import React from 'react';
import type { Run } from '../state';
import { Button } from './Button';
import { Notice } from './Notice';
import { useNow, useLatest, useView } from './context';

/** The server asked for a wait: how long it takes still, and a way to end it. */
export function Wait({ run }: { run: Run }): JSX.Element | null {
  const { session, t } = useView();
  const state = useLatest();
  const now = useNow(run.waiting !== null);
  const [sent, setSent] = React.useState(false);
  const until = run.waiting?.until ?? 0;
  React.useEffect(() => setSent(false), [until]);
  if (!run.waiting) {
    return null;
  }
  const { seconds, why } = run.waiting;
  const left = Math.max(0, Math.ceil((until - now - state.skew) / 1000));
  const hurry = async (): Promise<void> => {
    setSent(true);
    await session.request('hurry', { run: run.id }).catch(() => setSent(false));
  };
  return (
    <Notice
      id="rate"
      icon="clock"
      title={t('rate.title')}
      actions={
        <>
          <Button data-testid="k2-hurry" disabled={sent} onClick={() => void hurry()}>
            {t('rate.now')}
          </Button>
          <Button look="quiet" onClick={() => void session.stop()}>
            {t('ask.stop')}
          </Button>
        </>
      }
    >
      <p>
        {why} <span aria-hidden="true">{t('rate.body', { s: left })}</span>
        <span className="k2-hidden">{t('rate.say', { s: Math.round(seconds) })}</span>
      </p>
      <Bar share={1 - left / Math.max(1, seconds)} />
    </Notice>
  );
}

export function Bar(props: { share: number; look?: 'warn' | 'error' }): JSX.Element {
  const width = `${100 * Math.max(0, Math.min(1, props.share))}%`;
  return (
    <div className={`k2-bar ${props.look ?? ''}`} aria-hidden="true">
      <i style={{ width }} />
    </div>
  );
}
