/** The output of a `%%k2` cell, as it stands in the notebook: which run it made, and how that ended. */
import type { ISharedCodeCell, ISharedNotebook } from '@jupyter/ydoc';
import type { IOutput } from '@jupyterlab/nbformat';
import { indexOf } from '../cells';
import { RUN_MIME, RunFinished, RunStarted } from '../protocol';

export type RunHeader = {
  run: string;
  n: number;
  status: string;
  model: string;
  steps: number;
  seconds: number;
  cost: string | null;
  currency: string;
};

function headerIn(output: IOutput): RunHeader | undefined {
  return (output.data as Record<string, RunHeader> | undefined)?.[RUN_MIME];
}

function codeCell(notebook: ISharedNotebook, id: string): ISharedCodeCell | null {
  const cell = notebook.cells[indexOf(notebook, id)];
  return cell?.cell_type === 'code' ? (cell as ISharedCodeCell) : null;
}

/** The run that a `%%k2` cell says it made, if it says so. */
export function headerOf(notebook: ISharedNotebook, anchor: string): RunHeader | undefined {
  return codeCell(notebook, anchor)?.getOutputs().map(headerIn).find(Boolean);
}

/** Write the output that nobody else will write any more; `finished` is null when the run's kernel is gone. */
export function showHeader(
  notebook: ISharedNotebook,
  started: RunStarted,
  finished: RunFinished | null
): void {
  const cell = codeCell(notebook, started.cell);
  if (!cell) {
    return;
  }
  const header: RunHeader = {
    run: started.run,
    n: started.n,
    status: finished?.status ?? 'failed',
    model: finished?.model || started.model,
    steps: finished?.steps ?? 0,
    seconds: finished?.seconds ?? 0,
    cost: finished?.usage.cost ?? null,
    currency: finished?.usage.currency ?? ''
  };
  const words = `K2 · run ${header.n} · ${header.model} · ${header.status}`;
  const output: IOutput = {
    output_type: 'display_data',
    data: { [RUN_MIME]: header, 'text/plain': words },
    metadata: {}
  };
  const others = cell.getOutputs().filter(one => !headerIn(one));
  notebook.transact(() => cell.setOutputs([...others, output]), false);
}
