/** A question from the panel becomes a visible `%%k2` cell, so that the notebook tells the whole story. */
import type { ISharedNotebook } from '@jupyter/ydoc';
import { markOf } from './cells';

const MENTION = /@([A-Za-z_]\w*)(?:\.([A-Za-z_]\w*))?/g;

export interface Mention {
  frame: string;
  column: string | null;
}

export function mentions(text: string): Mention[] {
  return [...text.matchAll(MENTION)].map(found => ({ frame: found[1], column: found[2] ?? null }));
}

/** The cell for a question: frames that were chosen or mentioned stand on its line, mentions become plain names. */
export function questionCell(
  text: string,
  chosen: readonly string[] | null,
  known: readonly string[]
): string {
  const mentioned = mentions(text)
    .map(mention => mention.frame)
    .filter(name => known.includes(name));
  const names = [...new Set(chosen ?? mentioned)];
  const line = ['%%k2', ...names.flatMap(name => ['-d', name])].join(' ');
  const plain = text.replace(MENTION, (whole, frame: string, column?: string) =>
    known.includes(frame) ? (column ?? frame) : whole
  );
  return `${line}\n${plain.trim()}`;
}

/** A question about a cell: the words, then the cell's source and what it said, so that the question stands alone. */
export function about(words: string, source: string, problem = ''): string {
  const quoted = source
    .split('\n')
    .map(line => `    ${line}`)
    .join('\n');
  return [words, '', quoted, ...(problem ? ['', problem] : [])].join('\n');
}

function loadsK2(source: string): boolean {
  return /^\s*(%(load|reload)_ext\s+k2lab|import k2lab\b|from k2lab import)/m.test(source);
}

/**
 * Insert the cell (and `%load_ext k2lab` above it, if no cell has it) at the end, but before trailing empty cells.
 * Returns the ids of the cells that are to run, in order.
 */
export function insertQuestion(notebook: ISharedNotebook, source: string): string[] {
  const cells = notebook.cells;
  let at = cells.length;
  while (at > 0 && cells[at - 1].getSource().trim() === '' && markOf(cells[at - 1]) === null) {
    at -= 1;
  }
  const needed = cells.some(cell => cell.cell_type === 'code' && loadsK2(cell.getSource()))
    ? [source]
    : ['%load_ext k2lab', source];
  const ids: string[] = [];
  notebook.transact(() => {
    needed.forEach((text, offset) => {
      const cell = notebook.insertCell(at + offset, { cell_type: 'code', source: text });
      ids.push(cell.getId());
    });
  });
  return ids;
}
