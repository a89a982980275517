/**
 * Cells of a run in a notebook's shared model: insert, replace, remove.
 *
 * Everything is found by cell id, so cells that were moved or deleted meanwhile are no trouble, and nothing is written to a
 * notebook that holds neither the `%%k2` cell nor a cell of the run. A cell the person edited is never replaced nor removed.
 */
import type { ISharedCell, ISharedCodeCell, ISharedNotebook, SharedCell } from '@jupyter/ydoc';
import { JSONExt } from '@lumino/coreutils';
import { fnv1a } from './hash';
import { CellMark, RunFinished, WireCell, readMark } from './protocol';

export function indexOf(notebook: ISharedNotebook, id: string | null): number {
  return id === null ? -1 : notebook.cells.findIndex(cell => cell.getId() === id);
}

export function markOf(cell: ISharedCell): CellMark | null {
  return readMark(cell.getMetadata());
}

/** Whether the person changed the source after k2lab wrote it; false for cells that are not k2lab's. */
export function isEdited(cell: ISharedCell): boolean {
  const mark = markOf(cell);
  return mark !== null && mark.hash !== fnv1a(cell.getSource());
}

export function cellsOf(notebook: ISharedNotebook, run: string): ISharedCell[] {
  return notebook.cells.filter(cell => markOf(cell)?.run === run);
}

/** Whether a run's cells belong into this notebook. */
export function belongs(notebook: ISharedNotebook, run: string, anchor: string): boolean {
  return indexOf(notebook, anchor) >= 0 || cellsOf(notebook, run).length > 0;
}

function shape(cell: WireCell): SharedCell.Cell {
  const { id, source, metadata } = cell;
  // Its outputs were just made by the person's own kernel; the words of a model are never trusted.
  return cell.cell_type === 'markdown'
    ? { id, source, metadata, cell_type: 'markdown' }
    : {
        id,
        source,
        metadata: { ...metadata, trusted: true },
        cell_type: 'code',
        outputs: cell.outputs,
        execution_count: cell.execution_count
      };
}

/** Where a cell of a run goes: behind `after`, else behind the last cell of the run, else behind the `%%k2` cell; -1: nowhere. */
export function place(
  notebook: ISharedNotebook,
  after: string | null,
  run: string,
  anchor: string
): number {
  const before = indexOf(notebook, after);
  if (before >= 0) {
    return before + 1;
  }
  const own = notebook.cells.map((cell, at) => (markOf(cell)?.run === run ? at : -1));
  const last = Math.max(-1, ...own);
  if (last >= 0) {
    return last + 1;
  }
  return indexOf(notebook, anchor) + 1 || -1;
}

/** Insert a cell unless it is there already; return whether it was inserted. */
export function insert(notebook: ISharedNotebook, cell: WireCell, after: string | null): boolean {
  const mark = cell.metadata.k2lab;
  if (indexOf(notebook, cell.id) >= 0) {
    return false;
  }
  const at = place(notebook, after, mark.run, mark.parent);
  if (at < 0) {
    return false;
  }
  notebook.insertCell(at, shape(cell));
  return true;
}

/** Show that a code cell runs, or no longer does. */
export function setRunning(notebook: ISharedNotebook, id: string, running: boolean): void {
  const cell = notebook.cells[indexOf(notebook, id)];
  if (cell?.cell_type === 'code' && 'executionState' in cell) {
    (cell as ISharedCodeCell).executionState = running ? 'running' : 'idle';
  }
}

/** Give a cell the outcome of its step; its source only if the person has not edited it. False if it is not there. */
export function finish(notebook: ISharedNotebook, cell: WireCell): boolean {
  const found = notebook.cells[indexOf(notebook, cell.id)];
  if (!found) {
    return false;
  }
  const edited = isEdited(found);
  // Outcomes are not steps of the person's work: undo must not take them out of a cell one by one.
  notebook.transact(() => {
    if (!edited && found.getSource() !== cell.source) {
      found.setSource(cell.source);
    }
    found.setMetadata({ ...found.getMetadata(), ...cell.metadata });
    if (found.cell_type === 'code') {
      found.setMetadata('trusted', true);
      const code = found as ISharedCodeCell;
      // Two pages that catch up at once must not both put the same text there.
      if (!JSONExt.deepEqual(code.getOutputs(), cell.outputs)) {
        code.setOutputs(cell.outputs);
      }
      code.execution_count = cell.execution_count;
    }
  }, false);
  setRunning(notebook, cell.id, false);
  return true;
}

/** The run can say no more of a step that was running: its kernel is gone. */
export function markDied(notebook: ISharedNotebook, id: string | null): void {
  const cell = notebook.cells[indexOf(notebook, id)];
  const mark = cell && markOf(cell);
  if (mark) {
    notebook.transact(() => cell.setMetadata('k2lab', { ...mark, status: 'died' } as never), false);
  }
}

export interface Removed {
  removed: number;
  ids: readonly string[];
  kept: number;
  /** Whether undo would still bring back these cells, and nothing else. */
  undoable(): boolean;
}

interface Undoing {
  undoManager?: { undoStack: readonly unknown[]; stopCapturing(): void };
}

/** Remove the unedited cells among `own` in one step of undo, which is merged with nothing before or after it. */
function removeUnedited(notebook: ISharedNotebook, own: readonly ISharedCell[]): Removed {
  const doomed = new Set(own.filter(cell => !isEdited(cell)).map(cell => cell.getId()));
  const { undoManager } = notebook as Undoing;
  const top = (): unknown => undoManager?.undoStack[undoManager.undoStack.length - 1];
  undoManager?.stopCapturing();
  if (doomed.size > 0) {
    notebook.transact(() => {
      for (let at = notebook.cells.length - 1; at >= 0; at--) {
        if (doomed.has(notebook.cells[at].getId())) {
          notebook.deleteCell(at);
        }
      }
    });
  }
  undoManager?.stopCapturing();
  const made = top();
  return {
    removed: doomed.size,
    ids: [...doomed],
    kept: own.length - doomed.size,
    undoable: () => doomed.size > 0 && made !== undefined && top() === made
  };
}

/** Remove the unedited cells that earlier runs of this `%%k2` cell made. */
export function clearBehind(notebook: ISharedNotebook, anchor: string): Removed {
  return removeUnedited(
    notebook,
    notebook.cells.filter(cell => markOf(cell)?.parent === anchor)
  );
}

/** Remove the unedited cells of a run. */
export function removeRun(notebook: ISharedNotebook, run: string): Removed {
  return removeUnedited(notebook, cellsOf(notebook, run));
}

/** Make a cell the person's own: nothing k2lab does will touch it again. */
export function keep(cell: ISharedCell): void {
  cell.deleteMetadata('k2lab');
}

export function keepRun(notebook: ISharedNotebook, run: string): number {
  const own = cellsOf(notebook, run);
  notebook.transact(() => own.forEach(keep));
  return own.length;
}

interface RecordBook {
  version: number;
  runs: Array<{ id: string; [field: string]: unknown }>;
}

/** The records of runs that the notebook keeps, oldest first. */
export function records(notebook: ISharedNotebook): RecordBook['runs'] {
  const book = notebook.getMetadata('k2lab') as Partial<RecordBook> | undefined;
  return Array.isArray(book?.runs) ? book.runs.filter(run => typeof run?.id === 'string') : [];
}

/** Put the record of a finished run into the notebook, in place of that of the run it replaced. */
export function remember(
  notebook: ISharedNotebook,
  finished: RunFinished,
  replaced: readonly string[]
): void {
  const gone = new Set([finished.run, ...replaced]);
  const kept = records(notebook).filter(
    run => !gone.has(run.id) || cellsOf(notebook, run.id).length > 0
  );
  const runs = [...kept.filter(run => run.id !== finished.run), finished.record];
  notebook.transact(() => notebook.setMetadata('k2lab', { version: 1, runs } as never), false);
}
