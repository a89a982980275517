import { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { IStatusBar } from '@jupyterlab/statusbar';
import { ReactWidget } from '@jupyterlab/ui-components';
import React from 'react';
import { COMMANDS } from '../commands';
import type { Desk } from '../desk';
import { useStore } from '../components/store';
import { money } from '../numbers';
import type { Session } from '../session';
import { activeRun, progress, waitingStep } from '../state';
import { IDesk } from '../tokens';

export const status: JupyterFrontEndPlugin<void> = {
  id: 'k2lab:status',
  description: 'State of the run and its cost in the status bar.',
  autoStart: true,
  requires: [IDesk],
  optional: [IStatusBar],
  activate: (app: JupyterFrontEnd, desk: Desk, bar: IStatusBar | null) => {
    bar?.registerStatusItem('k2lab:status', {
      item: new StatusItem(app, desk),
      align: 'right',
      rank: 50
    });
  }
};

class StatusItem extends ReactWidget {
  constructor(
    private _app: JupyterFrontEnd,
    private _desk: Desk
  ) {
    super();
    this.addClass('k2-status');
    _desk.changed.connect(() => this.update());
  }

  protected render(): JSX.Element | null {
    const session = this._desk.current;
    const open = (): void => void this._app.commands.execute(COMMANDS.open);
    return session ? <Shown desk={this._desk} session={session} onOpen={open} /> : null;
  }
}

function Shown(props: { desk: Desk; session: Session; onOpen(): void }): JSX.Element | null {
  const { t } = props.desk;
  const state = useStore(props.session);
  const run = activeRun(state);
  const { spend } = state;
  // Of a model without a known price, or the offline analyst, there is nothing to tell.
  const spent = spend?.currency ? money(spend.used, spend.currency) : '';
  if (!run && !spent) {
    return null;
  }
  const { done, total } = run ? progress(run) : { done: 0, total: 0 };
  const words = waitingStep(state)
    ? t('bar.waits')
    : run
      ? t('bar.running', { n: run.n, a: Math.min(done + 1, total), b: total })
      : t('bar.idle');
  return (
    <button
      type="button"
      className="k2-statusbtn"
      data-testid="k2-status"
      title={t('cmd.open')}
      onClick={props.onOpen}
    >
      {[words, spent].filter(Boolean).join(' · ')}
    </button>
  );
}
