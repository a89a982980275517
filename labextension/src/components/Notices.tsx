import React from 'react';
import { activeRun } from '../state';
import { Button, Link } from './Button';
import { Notice } from './Notice';
import { useLatest, useView } from './context';

/** What is to be said of the notebook's kernel as a whole. */
export function Notices(): JSX.Element | null {
  const { desk, session, t } = useView();
  const state = useLatest();
  const restart = (
    <Button data-testid="k2-restart" onClick={() => void session.context.restartKernel()}>
      {t('kernel.restart')}
    </Button>
  );
  const load = async (): Promise<void> => {
    const { content } = session.panel;
    const active = state.runs[state.runs.length - 1]?.cellId;
    const at = content.widgets.findIndex(widget => widget.model.id === active);
    if (at > 0) {
      content.activeCellIndex = at;
    }
    await desk.app.commands.execute('notebook:run-all-above');
  };
  if (state.sync) {
    const { from, to, at } = state.sync;
    const share = to > from ? (100 * (at - from)) / (to - from) : 100;
    const run = activeRun(state) ?? state.runs[state.runs.length - 1];
    return (
      <Notice id="sync" icon="sync" title={t('sync.title', { n: run?.n ?? '' })}>
        <p>{t('sync.body')}</p>
        <div className="k2-bar">
          <i style={{ width: `${share}%` }} />
        </div>
        <p className="k2-num">{t('sync.count', { a: at, b: to })}</p>
      </Notice>
    );
  }
  switch (state.connection) {
    case 'dead': {
      const run = state.runs.find(one => one.kind === 'kernel');
      const step = run?.steps[run.steps.length - 1]?.number ?? 1;
      return (
        <Notice
          id="kernel"
          kind="error"
          icon="power"
          title={t('kernel.dead', { n: step })}
          actions={restart}
        >
          <p>{t('kernel.dead.body')}</p>
        </Notice>
      );
    }
    case 'no-kernel':
      return (
        <Notice id="nokernel" icon="power" title={t('header.dead')} actions={restart}>
          <p>{t('ask.locked')}</p>
        </Notice>
      );
    case 'lost':
      return (
        <Notice id="lost" icon="spin" title={t('kernel.lost')}>
          <p>{t('kernel.lost.body')}</p>
        </Notice>
      );
    case 'foreign':
      return (
        <Notice
          id="foreign"
          icon="book"
          title={t('none.wrong', { name: session.panel.title.label, lang: state.language ?? '?' })}
        />
      );
    case 'absent':
      return <Notice id="absent" icon="book" title={t('none.absent')} actions={restart} />;
    case 'connecting':
      return state.restarted ? null : (
        <Notice
          id="connecting"
          icon="spin"
          title={t('none.connecting')}
          actions={<Link onClick={() => void session.hello(true)}>{t('none.load')}</Link>}
        />
      );
    case 'ready':
      break;
  }
  if (state.restarted && state.runs.length > 0 && state.runs.every(run => run.past)) {
    return (
      <Notice
        id="fresh"
        icon="power"
        title={t('kernel.fresh')}
        actions={
          <Button look="primary" data-testid="k2-load" onClick={() => void load()}>
            {t('kernel.fresh.load')}
          </Button>
        }
      >
        <p>{t('kernel.fresh.body')}</p>
      </Notice>
    );
  }
  return null;
}
