import type { ISharedCell, ISharedCodeCell } from '@jupyter/ydoc';

/** The error in a code cell's outputs, in one line; empty if there is none. */
export function errorOf(cell: ISharedCell): string {
  if (cell.cell_type !== 'code') {
    return '';
  }
  const error = (cell as ISharedCodeCell)
    .getOutputs()
    .find(output => output.output_type === 'error');
  const { ename, evalue } = (error ?? {}) as { ename?: string; evalue?: string };
  return error ? `${ename ?? ''}: ${evalue ?? ''}` : '';
}
