/** The output of a `%%k2` cell: how many cells the run made, who answered, and what can be done with them. */
import { IRenderMime } from '@jupyterlab/rendermime-interfaces';
import { ReactWidget } from '@jupyterlab/ui-components';
import React from 'react';
import { cellsOf, isEdited, keepRun } from '../cells';
import { Button } from '../components/Button';
import { Spinner } from '../components/Spinner';
import { useStore } from '../components/store';
import { Desk, removedWords } from '../desk';
import { K2Mark } from '../icons';
import { money, span } from '../numbers';
import { RUN_MIME } from '../protocol';
import type { Session } from '../session';
import { isOver, progress } from '../state';
import type { RunHeader as Shown } from './header';

export function runRenderer(desk: Desk): IRenderMime.IRendererFactory {
  return {
    safe: true,
    mimeTypes: [RUN_MIME],
    defaultRank: 0,
    createRenderer: options => new RunOutput(desk, options)
  };
}

class RunOutput extends ReactWidget implements IRenderMime.IRenderer {
  private _shown: Shown | null = null;

  constructor(
    private _desk: Desk,
    private _options: IRenderMime.IRendererOptions
  ) {
    super();
    this.addClass('k2-root');
  }

  renderModel(model: IRenderMime.IMimeModel): Promise<void> {
    this._shown = model.data[this._options.mimeType] as unknown as Shown;
    this.update();
    return this.renderPromise ?? Promise.resolve();
  }

  protected onAfterAttach(): void {
    this.update(); // only now is it known in which notebook it stands
  }

  protected render(): JSX.Element | null {
    const session = this.isAttached ? this._desk.sessionAt(this.node) : null;
    const cell = session?.panel.content.widgets.find(one => one.node.contains(this.node));
    return this._shown && session ? (
      <RunHeader
        desk={this._desk}
        session={session}
        shown={this._shown}
        anchor={cell?.model.id ?? null}
      />
    ) : null;
  }
}

function RunHeader(props: {
  desk: Desk;
  session: Session;
  shown: Shown;
  anchor: string | null;
}): JSX.Element {
  const { desk, session, shown, anchor } = props;
  const { t } = desk;
  const state = useStore(session);
  const [, look] = React.useReducer((count: number) => count + 1, 0);
  React.useEffect(() => {
    // Edits of cells count too, so the notebook's own signal of its list would not do.
    const { modelContentChanged } = session.panel.content;
    let timer = 0;
    const later = (): void => {
      window.clearTimeout(timer);
      timer = window.setTimeout(look, 250);
    };
    modelContentChanged.connect(later);
    return () => {
      window.clearTimeout(timer);
      modelContentChanged.disconnect(later);
    };
  }, [session]);
  const run = state.runs.find(one => one.id === shown.run);
  const own = session.notebook ? cellsOf(session.notebook, shown.run) : [];
  const edited = own.filter(isEdited).length;
  const live = run !== undefined && !isOver(run);
  const { done, total } = run ? progress(run) : { done: 0, total: 0 };
  const unfinished = !live && shown.status === 'running';
  const count = edited
    ? t('nb.cells.edited', { n: own.length, e: edited })
    : own.length > 0 && t('nb.cells', { n: own.length });
  const price = money(shown.cost, shown.currency);
  const facts = live
    ? [t('run.plan.count', { done, total }), shown.model]
    : [
        count,
        shown.model,
        unfinished ? t('nb.unfinished') : shown.seconds > 0 && span(shown.seconds),
        Number(shown.cost) > 0 && price
      ];
  const removed = desk.removed(session);
  if (removed?.run === shown.run) {
    return (
      <div className="k2-runhead" data-testid="k2-runhead" data-run={shown.run}>
        <K2Mark />
        <span role="status">{removedWords(t, removed, shown.n)}</span>
        <span className="k2-grow" />
        <Button look="quiet" data-testid="k2-nb-undo" onClick={() => desk.undo(session)}>
          {t('nb.undo')}
        </Button>
      </div>
    );
  }
  return (
    <div className="k2-runhead" data-testid="k2-runhead" data-run={shown.run}>
      <K2Mark />
      <b>{t('nb.run', { n: shown.n })}</b>
      <span className="k2-meta k2-row">
        {live && <Spinner />}
        {facts.filter(Boolean).join(' · ')}
      </span>
      <span className="k2-grow" />
      {!live && (
        <>
          {anchor && (
            <Button
              look="quiet"
              title={t('nb.replace.help')}
              data-testid="k2-nb-replace"
              onClick={() => void desk.rerun(session, anchor)}
            >
              {t('nb.replace')}
            </Button>
          )}
          {own.length > 0 && (
            <>
              <Button
                look="quiet"
                title={t('nb.keep.help')}
                data-testid="k2-nb-keep"
                onClick={() => session.notebook && keepRun(session.notebook, shown.run)}
              >
                {t('nb.keep')}
              </Button>
              <Button
                look="quiet"
                title={t('nb.remove.help')}
                data-testid="k2-nb-remove"
                onClick={() => desk.removeRun(session, shown.run, shown.n)}
              >
                {t('nb.remove')}
              </Button>
            </>
          )}
        </>
      )}
    </div>
  );
}
