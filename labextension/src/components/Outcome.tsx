import React from 'react';
import { money } from '../numbers';
import { Run, progress } from '../state';
import { Button } from './Button';
import { Fold } from './Fold';
import { Notice } from './Notice';
import { statusKey } from './Thread';
import { Bar } from './Wait';
import { useLatest, useView } from './context';

const LEAST = 0.5; // a smaller budget ends before the first reply

/** How a run without a full answer ended: what happened, what is safe, what to press. */
export function Outcome({ run }: { run: Run }): JSX.Element | null {
  const { desk, session, t, open } = useView();
  const state = useLatest();
  if (run.status === 'answered' || run.past) {
    return null;
  }
  const { done, total } = progress(run);
  if (state.runs[state.runs.length - 1] !== run) {
    return <p className="k2-note">{run.problem || t(statusKey(run.status))}</p>;
  }
  const again = (
    <Button
      look="primary"
      data-testid="k2-retry"
      onClick={() => void desk.rerun(session, run.cellId)}
    >
      {t(run.kind === 'unreachable' || run.kind === 'rate' ? 'net.retry' : 'run.rerun')}
    </Button>
  );
  const remove = done > 0 && (
    <Button data-testid="k2-remove" onClick={() => desk.removeRun(session, run.id, run.n)}>
      {t('stop.remove')}
    </Button>
  );
  const goOn = (): void => void desk.goOn(session, run);
  // Rules do not go on from somewhere: the offline analyst begins again.
  const further =
    run.offline || done === 0 ? (
      again
    ) : (
      <Button look="primary" data-testid="k2-continue" onClick={goOn}>
        {t('stop.continue', { n: done + 1 })}
      </Button>
    );
  if (run.kind === 'kernel') {
    return null; // said once, for the whole notebook
  }
  if (run.status === 'interrupted') {
    return (
      <Notice
        id="stopped"
        icon="stop"
        title={t('stop.title')}
        focused={desk.stopped === run.id}
        actions={
          <>
            {further}
            {remove}
          </>
        }
      >
        <p>{t('stop.body', { done, total })}</p>
      </Notice>
    );
  }
  if (run.status === 'budget' || run.kind === 'budget') {
    const { limit, currency } = state.spend ?? { limit: null, currency: '' };
    const used = run.usage?.cost ?? null;
    return (
      <Notice
        id="budget-used"
        kind="warn"
        icon="coin"
        title={t('budget.used')}
        actions={
          run.status === 'budget' && (
            <>
              <Raise onRaised={goOn} />
              {done > 0 && (
                <Button onClick={() => void desk.report(session, run.id, 'html')}>
                  {t('budget.report')}
                </Button>
              )}
            </>
          )
        }
      >
        {run.status === 'budget' && limit !== null && (
          <>
            <Bar share={Number(used) / Number(limit)} look="error" />
            <p>
              {t('budget.used.body', {
                used: money(used ?? '0', currency),
                limit: money(limit, currency)
              })}
            </p>
          </>
        )}
        {run.status !== 'budget' && <p>{[run.problem, run.mend].filter(Boolean).join(' ')}</p>}
      </Notice>
    );
  }
  if (run.kind === 'unreachable') {
    const host = state.account?.host ?? '';
    const hosted = /\.moonshot\.(ai|cn)$/.test(host);
    return (
      <Notice
        id="net"
        kind="error"
        icon="net"
        title={t('net.title', { host })}
        actions={
          <>
            {again}
            <Button data-testid="k2-change-server" onClick={() => open('settings')}>
              {t('net.server')}
            </Button>
            <Button data-testid="k2-go-offline" onClick={() => void goOffline()}>
              {t('net.offline')}
            </Button>
          </>
        }
      >
        <p>{done === 0 ? t('net.body') : t('net.body.later')}</p>
        <p className="k2-label">{t('net.mend')}</p>
        <ul>
          {hosted ? (
            <>
              <li>{t('net.mend.1')}</li>
              <li>{t('net.mend.2', { host: 'api.moonshot.cn' })}</li>
            </>
          ) : (
            <li>{t('net.mend.own')}</li>
          )}
          <li>{t('net.mend.3', { host })}</li>
        </ul>
        <Fold summary={<span>{t('net.details')}</span>}>
          <pre className="k2-err">{[run.problem, run.mend].filter(Boolean).join('\n')}</pre>
        </Fold>
      </Notice>
    );
  }
  const loud = run.status === 'failed';
  return (
    <Notice
      id="failed"
      kind={loud ? 'error' : ''}
      icon={loud ? 'fail' : 'stop'}
      title={t('run.failed')}
      actions={
        <>
          {again}
          {remove}
        </>
      }
    >
      {run.problem && <p>{run.problem}</p>}
      {run.mend && <p>{run.mend}</p>}
    </Notice>
  );

  async function goOffline(): Promise<void> {
    await session.set({ model: 'offline' });
    await desk.rerun(session, run.cellId);
  }
}

function Raise(props: { onRaised(): void }): JSX.Element {
  const { session, t } = useView();
  const state = useLatest();
  const { limit, currency } = state.spend ?? { limit: null, currency: '' };
  const next = Math.max(LEAST, Number(limit ?? 0) * 2).toFixed(2);
  const raise = async (): Promise<void> => {
    await session.set({ budget: next });
    props.onRaised();
  };
  return (
    <Button look="primary" data-testid="k2-raise" onClick={() => void raise()}>
      {t('budget.raise.go', { amount: money(next, currency) })}
    </Button>
  );
}
