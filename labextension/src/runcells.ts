/** What the events of a run do to the notebook. */
import type { ISharedNotebook } from '@jupyter/ydoc';
import * as cells from './cells';
import { showHeader } from './notebook/header';
import type { RemoveRun, RunEvent, RunFinished, RunHead, RunStarted, WireCell } from './protocol';

interface Going {
  started: RunStarted;
  /** It began before this page listened. */
  missed: boolean;
  /** What was not done yet, because another page writes or the notebook is not there. */
  waiting: RunEvent[];
  /** Cells that were inserted; one of them that is missing now was deleted by the person. */
  inserted: Set<string>;
  running: string | null;
  replaced: string[];
  ended: boolean;
}

export class RunCells {
  private _runs = new Map<string, Going>();
  /** Number of the newest run of each `%%k2` cell. */
  private _newest = new Map<string, number>();

  /**
   * @param _notebook - The shared model, or null while there is none.
   * @param _writes - Whether this page is the one that writes a run's cells: several people may have the notebook open.
   * @param _retire - Told of the cells that a new run took the place of: their code may be queued in the kernel.
   */
  constructor(
    private _notebook: () => ISharedNotebook | null,
    private _writes: (owner: string, missed: boolean) => boolean,
    private _retire: (ids: readonly string[]) => void
  ) {}

  /** Learn which runs the kernel knows, before events are caught up with. */
  know(heads: readonly RunHead[]): void {
    heads.forEach(head => this._note(head.cell, head.n));
  }

  /** Do what an event says; `missed` when it was sent while this page did not listen. */
  handle(event: RunEvent, missed: boolean): void {
    if (event.type === 'run_started') {
      this._note(event.cell, event.n);
      this._runs.set(event.run, {
        started: event,
        missed,
        waiting: [],
        inserted: new Set(),
        running: null,
        replaced: [],
        ended: false
      });
    }
    const run = this._runs.get(event.run);
    if (run) {
      run.waiting.push(event);
      this._catchUp(run);
    }
  }

  /** Another page came or went: perhaps it is now ours to write. */
  catchUp(): void {
    this._runs.forEach(run => this._catchUp(run));
  }

  /** Take away what the kernel says is to go. */
  removed(message: RemoveRun): void {
    const notebook = this._notebook();
    if (notebook) {
      cells.removeRun(notebook, message.run);
    }
  }

  /** The kernel is gone: nothing runs any more. */
  abandon(): void {
    const notebook = this._notebook();
    for (const run of this._runs.values()) {
      if (notebook && !run.ended && this._mayWrite(run)) {
        cells.markDied(notebook, run.running);
        showHeader(notebook, run.started, null);
        this._idle(notebook, run);
      }
    }
    this._runs.clear();
    this._newest.clear();
  }

  private _mayWrite(run: Going): boolean {
    return this._writes(run.started.client, run.missed);
  }

  private _note(anchor: string, n: number): void {
    this._newest.set(anchor, Math.max(n, this._newest.get(anchor) ?? 0));
  }

  private _catchUp(run: Going): void {
    const notebook = this._notebook();
    if (notebook && run.waiting.length > 0 && this._mayWrite(run)) {
      run.waiting.splice(0).forEach(event => this._write(notebook, run, event));
    }
  }

  private _write(notebook: ISharedNotebook, run: Going, event: RunEvent): void {
    if (event.type === 'run_started') {
      this._start(notebook, run);
    }
    if (run.ended || !cells.belongs(notebook, event.run, run.started.cell)) {
      return;
    }
    if (event.type === 'cell') {
      this._insert(notebook, run, event.cell, event.after);
      cells.setRunning(notebook, event.cell.id, true);
      run.running = event.cell.id;
    } else if (event.type === 'step_finished') {
      run.running = null;
      if (event.cell && !cells.finish(notebook, event.cell)) {
        this._insert(notebook, run, event.cell, null);
      }
    } else if (event.type === 'run_finished') {
      this._finish(notebook, run, event);
    }
  }

  private _start(notebook: ISharedNotebook, run: Going): void {
    const { run: id, cell: anchor, n } = run.started;
    const earlier = notebook.cells
      .map(cells.markOf)
      .filter(mark => mark?.parent === anchor && mark.run !== id);
    run.replaced = [...new Set(earlier.map(mark => mark?.run ?? ''))];
    run.inserted = new Set(cells.cellsOf(notebook, id).map(cell => cell.getId()));
    if (run.missed) {
      // After a reload: what the notebook keeps already, or what a later run took the place of, is not brought back.
      const known = cells.records(notebook).some(record => record.id === id);
      run.ended = known || n < (this._newest.get(anchor) ?? 0);
      if (!run.ended) {
        cells.setRunning(notebook, anchor, true);
      }
    }
    if (!run.ended && run.inserted.size === 0 && cells.indexOf(notebook, anchor) >= 0) {
      const { ids } = cells.clearBehind(notebook, anchor);
      if (ids.length > 0) {
        this._retire(ids);
      }
    }
  }

  private _finish(notebook: ISharedNotebook, run: Going, event: RunFinished): void {
    this._idle(notebook, run);
    let after = event.after;
    for (const cell of event.cells) {
      this._insert(notebook, run, cell, after);
      after = cell.id;
    }
    cells.remember(notebook, event, run.replaced);
    if (run.missed) {
      showHeader(notebook, run.started, event); // what the kernel displayed went to the page that is gone
    }
    run.ended = true;
  }

  private _insert(
    notebook: ISharedNotebook,
    run: Going,
    cell: WireCell,
    after: string | null
  ): void {
    if (!run.inserted.has(cell.id)) {
      run.inserted.add(cell.id);
      cells.insert(notebook, cell, after);
    }
  }

  private _idle(notebook: ISharedNotebook, run: Going): void {
    if (run.running) {
      cells.setRunning(notebook, run.running, false);
      run.running = null;
    }
    if (run.missed) {
      cells.setRunning(notebook, run.started.cell, false);
    }
  }
}
