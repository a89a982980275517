/**
 * The slim strip on each cell that K2 made: which run and step, edited or not; and what can be done under an error.
 *
 * Put into the header and footer nodes that JupyterLab gives each cell, so the notebook needs no layout of its own.
 */
import type { Cell } from '@jupyterlab/cells';
import type { NotebookPanel } from '@jupyterlab/notebook';
import { isEdited, keep, markOf } from '../cells';
import { COMMANDS } from '../commands';
import type { Desk } from '../desk';
import type { T } from '../language';
import type { CellMark } from '../protocol';
import type { Session } from '../session';
import { errorOf } from './errors';
import { headerOf } from './header';

const MARK =
  '<svg class="k2-mark" viewBox="0 0 18 18" aria-hidden="true"><path d="M1.5 15.5L7.2 4.2l2.9 5.2 2-2.7 4.4 8.8z" fill="none" stroke="currentColor" stroke-width="1.7" stroke-linejoin="round"/><circle cx="7.2" cy="2.6" r="1.4" fill="currentColor"/></svg>';
const LOOK_MS = 250;

function element(tag: string, className: string, text = ''): HTMLElement {
  const made = document.createElement(tag);
  made.className = className;
  made.textContent = text;
  return made;
}

function button(className: string, text: string, act: () => void): HTMLButtonElement {
  const made = element('button', className, text) as HTMLButtonElement;
  made.type = 'button';
  made.addEventListener('click', event => {
    event.stopPropagation();
    act();
  });
  return made;
}

function wordsOf(t: T, mark: CellMark, n: number | null): string {
  const { step } = mark;
  if (mark.kind === 'answer') {
    return n === null ? t('nb.answer.bare') : t('nb.answer', { run: n });
  }
  return n === null ? t('nb.strip.bare', { step }) : t('nb.strip', { run: n, step });
}

export class Strips {
  private _timer = 0;
  private _drawn = new WeakMap<HTMLElement, string>();

  constructor(
    private _desk: Desk,
    private _session: Session
  ) {
    const { panel } = _session;
    const later = (): void => this._later();
    void panel.context.ready.then(() => {
      panel.content.model?.sharedModel.changed.connect(later);
      panel.content.model?.cells.changed.connect(later);
      panel.content.modelContentChanged.connect(later);
      later();
    });
    const stop = _session.store.subscribe(later);
    _desk.changed.connect(later);
    panel.disposed.connect(() => {
      stop();
      window.clearTimeout(this._timer);
      _desk.changed.disconnect(later);
    });
  }

  private _later(): void {
    if (!this._timer) {
      this._timer = window.setTimeout(() => {
        this._timer = 0;
        const panel: NotebookPanel = this._session.panel;
        if (!panel.isDisposed) {
          panel.content.widgets.forEach(cell => this._draw(cell));
        }
      }, LOOK_MS);
    }
  }

  private _draw(cell: Cell): void {
    this._drawStrip(cell);
    this._drawErrors(cell);
  }

  private _drawStrip(cell: Cell): void {
    const { t } = this._desk;
    const shared = cell.model.sharedModel;
    const mark = markOf(shared);
    const host = cell.node.querySelector<HTMLElement>(':scope > .jp-Cell-header');
    if (!host) {
      return;
    }
    const run = this._session.store.get().runs.find(one => one.id === mark?.run);
    const step = run?.steps.find(one => one.number === mark?.step);
    const tag = !mark
      ? ''
      : mark.status === 'running' && step?.state === 'run'
        ? 'live'
        : isEdited(shared)
          ? 'edited'
          : (step?.attempts.length ?? 0) > 0 && step?.state === 'done'
            ? 'mended'
            : '';
    const n = run?.n ?? (mark && this._numberOf(mark));
    const key = mark ? [mark.run, mark.step, mark.kind, tag, n, t.chinese].join('|') : '';
    if (this._drawn.get(host) === key || (!key && !this._drawn.has(host))) {
      return;
    }
    this._drawn.set(host, key);
    host.querySelector('.k2-strip')?.remove();
    cell.node.classList.toggle('k2-owned', mark !== null);
    if (!mark) {
      return;
    }
    const strip = element('div', 'k2-root k2-strip');
    strip.dataset.testid = 'k2-strip';
    strip.innerHTML = MARK;
    strip.append(element('span', '', wordsOf(t, mark, n)));
    if (tag) {
      const shown = element('span', `k2-tag ${tag}`, t(`nb.${tag}` as 'nb.edited'));
      shown.dataset.testid = 'k2-tag';
      strip.append(shown);
    }
    const acts = element('span', 'k2-acts');
    if (run) {
      acts.append(
        button('k2-link', t('nb.show'), () => {
          this._desk.choose(this._session);
          void this._desk.app.commands.execute(COMMANDS.open);
        })
      );
    }
    acts.append(
      button('k2-link', t('nb.mine'), () => this._session.notebook?.transact(() => keep(shared)))
    );
    strip.append(acts);
    host.append(strip);
  }

  /** The number of a run that this page has not seen: its `%%k2` cell tells. */
  private _numberOf(mark: CellMark): number | null {
    const { notebook } = this._session;
    const header = notebook && headerOf(notebook, mark.parent);
    return header && header.run === mark.run ? header.n : null;
  }

  private _drawErrors(cell: Cell): void {
    const { t } = this._desk;
    const shared = cell.model.sharedModel;
    const host = cell.node.querySelector<HTMLElement>(':scope > .jp-Cell-footer');
    // A failed step of K2's own is mended by K2; its %%k2 cell tells its mend itself.
    const offer =
      errorOf(shared) !== '' && markOf(shared) === null && !shared.getSource().startsWith('%%k2');
    if (!host || offer === (host.querySelector('.k2-errbar') !== null)) {
      return;
    }
    cell.node.classList.toggle('k2-failed', offer);
    if (!offer) {
      host.querySelector('.k2-errbar')?.remove();
      return;
    }
    const bar = element('div', 'k2-root k2-errbar');
    const run = (command: string): void => {
      const { content } = this._session.panel;
      content.activeCellIndex = content.widgets.indexOf(cell);
      void this._desk.app.commands.execute(command);
    };
    const fix = button('k2-btn', t('nb.fix'), () => run(COMMANDS.fix));
    fix.insertAdjacentHTML('afterbegin', MARK);
    fix.dataset.testid = 'k2-fix';
    const explain = button('k2-btn quiet', t('nb.explain'), () => run(COMMANDS.explain));
    explain.dataset.testid = 'k2-explain';
    bar.append(fix, explain);
    host.append(bar);
  }
}
