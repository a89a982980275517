/** What the events of a run do to the notebook. */
import type { ISharedNotebook } from '@jupyter/ydoc';
import * as cells from './cells';
import type { RemoveRun, RunEvent, WireCell } from './protocol';

interface Going {
  anchor: string;
  /** Cells that were inserted; one of them that is missing now was deleted by the person. */
  inserted: Set<string>;
  running: string | null;
  replaced: string[];
  /** False when the notebook already keeps the run's record: it was handled before the page was loaded. */
  fresh: boolean;
}

export class RunCells {
  private _runs = new Map<string, Going>();

  constructor(private _notebook: () => ISharedNotebook | null) {}

  /** Do what an event says; `missed` when it was sent while nobody listened. */
  handle(event: RunEvent, missed: boolean): void {
    const notebook = this._notebook();
    if (!notebook) {
      return;
    }
    if (event.type === 'run_started') {
      this._start(notebook, event.run, event.cell, missed);
      return;
    }
    const run = this._runs.get(event.run);
    if (!run?.fresh || !cells.belongs(notebook, event.run, run.anchor)) {
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
      this._stopped(notebook, run);
      let after = event.after;
      for (const cell of event.cells) {
        this._insert(notebook, run, cell, after);
        after = cell.id;
      }
      cells.remember(notebook, event, run.replaced);
      run.fresh = false;
    }
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
    if (notebook) {
      this._runs.forEach(run => this._stopped(notebook, run));
    }
    this._runs.clear();
  }

  private _start(notebook: ISharedNotebook, id: string, anchor: string, missed: boolean): void {
    const known = cells.records(notebook).some(record => record.id === id);
    const here = cells.indexOf(notebook, anchor) >= 0;
    const earlier = notebook.cells
      .map(cells.markOf)
      .filter(mark => mark?.parent === anchor && mark.run !== id);
    const replaced = [...new Set(earlier.map(mark => mark?.run ?? ''))];
    const present = cells.cellsOf(notebook, id).map(cell => cell.getId());
    this._runs.set(id, {
      anchor,
      inserted: new Set(present),
      running: null,
      replaced,
      fresh: !(missed && known)
    });
    // After a reload the cells of this very run are there already and must stay.
    if (here && !(missed && known) && present.length === 0) {
      cells.clearBehind(notebook, anchor);
    }
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

  private _stopped(notebook: ISharedNotebook, run: Going): void {
    if (run.running) {
      cells.setRunning(notebook, run.running, false);
      run.running = null;
    }
  }
}
