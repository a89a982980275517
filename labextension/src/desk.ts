/** What the panel works on: a session for each open notebook, the one in view, and what the person does there. */
import { JupyterFrontEnd } from '@jupyterlab/application';
import { ISessionContextDialogs } from '@jupyterlab/apputils';
import { Cell } from '@jupyterlab/cells';
import { PathExt } from '@jupyterlab/coreutils';
import { INotebookTracker, NotebookActions, NotebookPanel } from '@jupyterlab/notebook';
import type { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import type { ITranslator } from '@jupyterlab/translation';
import { ISignal, Signal } from '@lumino/signaling';
import { insertQuestion, questionCell } from './asking';
import * as cells from './cells';
import { T, words } from './language';
import type { Settings } from './protocol';
import { RequestFailed, Session } from './session';
import { Run, activeRun, progress } from './state';

export interface Draft {
  text: string;
  /** Null: every frame. */
  frames: readonly string[] | null;
  about: { cellId: string; count: number | null; source: string } | null;
}

export const EMPTY_DRAFT: Draft = { text: '', frames: null, about: null };

export class Desk {
  private _sessions = new Map<NotebookPanel, Session>();
  private _current: Session | null = null;
  private _follow = true;
  private _drafts = new WeakMap<Session, Draft>();
  private _removed = new WeakMap<Session, cells.Removed & { run: string }>();
  private _changed = new Signal<this, void>(this);
  private _focusWanted = new Signal<this, 'question' | 'approval'>(this);
  private _language: Settings['lang'] = 'auto';
  private _t: T;

  constructor(
    readonly app: JupyterFrontEnd,
    readonly tracker: INotebookTracker,
    readonly rendermime: IRenderMimeRegistry,
    readonly translator: ITranslator | null,
    private _dialogs: ISessionContextDialogs | null
  ) {
    this._t = words(translator, 'auto');
    tracker.forEach(panel => this._add(panel));
    tracker.widgetAdded.connect((_, panel) => this._add(panel));
    tracker.currentChanged.connect(() => this._onCurrent());
    this._onCurrent();
  }

  /** Something that is not in a session's state changed: the notebook in view, a draft, the language. */
  get changed(): ISignal<this, void> {
    return this._changed;
  }

  get focusWanted(): ISignal<this, 'question' | 'approval'> {
    return this._focusWanted;
  }

  get t(): T {
    return this._t;
  }

  get current(): Session | null {
    return this._current;
  }

  get sessions(): readonly Session[] {
    return [...this._sessions.values()];
  }

  get follow(): boolean {
    return this._follow;
  }

  set follow(follow: boolean) {
    this._follow = follow;
    this._onCurrent();
    this._changed.emit();
  }

  setLanguage(language: Settings['lang']): void {
    if (language !== this._language) {
      this._language = language;
      this._t = words(this.translator, language);
      this.sessions.forEach(session => void session.hello(false));
      this._changed.emit();
    }
  }

  choose(session: Session): void {
    this._follow = this.tracker.currentWidget === session.panel;
    this._show(session);
  }

  sessionOf(panel: NotebookPanel | null): Session | null {
    return (panel && this._sessions.get(panel)) ?? null;
  }

  /** The session of the notebook that holds a node of the page. */
  sessionAt(node: Node): Session | null {
    return this.sessions.find(session => session.panel.node.contains(node)) ?? null;
  }

  draft(session: Session): Draft {
    return this._drafts.get(session) ?? EMPTY_DRAFT;
  }

  setDraft(session: Session, draft: Partial<Draft>): void {
    this._drafts.set(session, { ...this.draft(session), ...draft });
    this._changed.emit();
  }

  wantFocus(where: 'question' | 'approval'): void {
    this._focusWanted.emit(where);
  }

  /** Ask in the session's notebook; while a run goes on the question waits for its end. */
  async ask(session: Session, text: string, frames: readonly string[] | null): Promise<void> {
    if (activeRun(session.store.get())) {
      session.store.dispatch({ type: 'queued', text });
      return;
    }
    if (session.store.get().connection !== 'ready') {
      await session.hello(true);
    }
    const notebook = session.notebook;
    if (!notebook) {
      return;
    }
    const known = session.store.get().frames.map(frame => frame.name);
    const ids = insertQuestion(notebook, questionCell(text, frames, known));
    await this._run(session, ids);
  }

  /** Ask for the rest of a run that ended early; its cells stay, and the kernel remembers them. */
  async goOn(session: Session, run: Run): Promise<void> {
    const { done } = progress(run);
    const text = this._t('ask.continue', { n: done + 1, question: run.question });
    await this.ask(session, text, run.frames);
  }

  /** The run that the person stopped last from the panel: what is said of it takes the focus. */
  stopped: string | null = null;

  /** Run the `%%k2` cell of a run again, which replaces its cells. */
  async rerun(session: Session, anchor: string): Promise<void> {
    await this._run(session, [anchor]);
  }

  /** Show a cell in the notebook and make it the active one, without running it. */
  async jump(session: Session, cellId: string): Promise<void> {
    const notebook = session.panel.content;
    const index = notebook.widgets.findIndex(widget => widget.model.id === cellId);
    if (index < 0) {
      return;
    }
    this.app.shell.activateById(session.panel.id);
    notebook.activeCellIndex = index;
    notebook.deselectAll();
    await notebook.scrollToItem(index, 'smart').catch(() => undefined);
    const node = notebook.widgets[index].node;
    node.classList.add('k2-shown');
    window.setTimeout(() => node.classList.remove('k2-shown'), 1200);
  }

  removeRun(session: Session, run: string, n: number): void {
    if (!session.notebook) {
      return;
    }
    const removed = cells.removeRun(session.notebook, run);
    this._removed.set(session, { run, ...removed });
    const text = removedWords(this._t, removed, n);
    session.store.dispatch({ type: 'toast', toast: { kind: 'removed', text } });
  }

  /** What was taken away last, as long as undo brings it back. */
  removed(session: Session): (cells.Removed & { run: string }) | null {
    const removed = this._removed.get(session);
    return removed?.undoable() ? removed : null;
  }

  undo(session: Session): void {
    const late = this.removed(session) === null;
    if (!late) {
      NotebookActions.undo(session.panel.content);
    }
    session.store.dispatch({
      type: 'toast',
      toast: late ? { kind: 'failed', text: this._t('nb.undo.late') } : null
    });
  }

  async report(session: Session, run: string, format: string): Promise<void> {
    const { store } = session;
    store.dispatch({ type: 'toast', toast: { kind: 'making', text: this._t('answer.making') } });
    try {
      const made = await session.request('report', { run, format, path: null }, 60_000);
      store.dispatch({
        type: 'toast',
        toast: {
          kind: 'report',
          text: this._t('answer.made', { path: made.path }),
          path: made.path
        }
      });
    } catch (error) {
      store.dispatch({ type: 'toast', toast: { kind: 'failed', text: said(error) } });
    }
  }

  /** Open a file that the kernel wrote beside the notebook. */
  async open(session: Session, path: string): Promise<void> {
    const here = PathExt.dirname(session.panel.context.localPath);
    const target = path.startsWith('/') ? path.replace(/^\/+/, '') : PathExt.join(here, path);
    const factory = /\.html?$/.test(target) ? 'HTML Viewer' : undefined;
    await this.app.commands.execute('docmanager:open', { path: target, factory });
  }

  private async _run(session: Session, ids: readonly string[]): Promise<void> {
    const notebook = session.panel.content;
    const found = ids
      .map(id => notebook.widgets.find(widget => widget.model.id === id))
      .filter((cell): cell is Cell => cell !== undefined);
    const last = found[found.length - 1];
    if (!last) {
      return;
    }
    const index = notebook.widgets.indexOf(last);
    notebook.activeCellIndex = index;
    notebook.deselectAll();
    void notebook.scrollToItem(index, 'smart').catch(() => undefined);
    await NotebookActions.runCells(
      notebook,
      found,
      session.panel.sessionContext,
      this._dialogs ?? undefined,
      this.translator ?? undefined
    );
  }

  private _add(panel: NotebookPanel): void {
    if (this._sessions.has(panel)) {
      return;
    }
    const session = new Session(panel, () => (this._t.chinese ? 'zh' : 'en'));
    this._sessions.set(panel, session);
    session.handled.connect((_, event) => {
      const queued = session.store.get().queued;
      if (event.type === 'run_finished' && queued !== null) {
        session.store.dispatch({ type: 'queued', text: null });
        // The cell that asked is still ending; a moment later the kernel is free.
        window.setTimeout(() => void this.ask(session, queued, this.draft(session).frames), 0);
      }
    });
    panel.disposed.connect(() => {
      this._sessions.delete(panel);
      if (this._current === session) {
        this._current = null;
        this._onCurrent();
      }
      this._changed.emit();
    });
    this._onCurrent();
    this._changed.emit();
  }

  private _onCurrent(): void {
    const session = this.sessionOf(this.tracker.currentWidget);
    if (this._follow || this._current === null) {
      this._show(session);
    }
  }

  private _show(session: Session | null): void {
    if (session !== this._current) {
      this._current = session;
      this._changed.emit();
    }
  }
}

/** How many cells are gone, and how many stayed because the person had edited them. */
export function removedWords(t: T, removed: cells.Removed, n: number | string): string {
  const kept = removed.kept ? [t('nb.kept', { n: removed.kept })] : [];
  return [t('nb.removed', { n: removed.removed, run: n }), ...kept].join(' · ');
}

/** What went wrong, in one line and its mend. */
export function said(error: unknown): string {
  if (error instanceof RequestFailed) {
    return [error.message, error.mend].filter(Boolean).join(' ');
  }
  return String(error);
}
