/** Completion of `@frame` and `@frame.column` while a question is typed. */
import type { Frame } from './protocol';

export interface Item {
  kind: 'frame' | 'column';
  label: string;
  /** Letter for the type. */
  badge: string;
  detail:
    { rows: number | null; columns: number } | { distinct: number | null; missing: number | null };
  insert: string;
}

export interface Completing {
  from: number;
  part: string;
  frame: string | null;
  items: readonly Item[];
}

const MOST = 50;
const AT = /@([\w]*)(?:\.(\w*))?$/;

function ranked<V extends { name: string }>(all: readonly V[], part: string): V[] {
  const wanted = part.toLowerCase();
  const starts = all.filter(one => one.name.toLowerCase().startsWith(wanted));
  const holds = all.filter(
    one => !one.name.toLowerCase().startsWith(wanted) && one.name.toLowerCase().includes(wanted)
  );
  return [...starts, ...holds].slice(0, MOST);
}

function badge(type: string): string {
  return /int|float|num|dec/i.test(type)
    ? '#'
    : /date|time/i.test(type)
      ? 'D'
      : /bool/i.test(type)
        ? 'B'
        : 'A';
}

/** What can be completed at the caret, or null where nothing begins with `@`. */
export function completing(
  text: string,
  caret: number,
  frames: readonly Frame[]
): Completing | null {
  const found = AT.exec(text.slice(0, caret));
  if (!found) {
    return null;
  }
  const from = caret - found[0].length;
  const frame = found[2] === undefined ? undefined : frames.find(one => one.name === found[1]);
  if (frame) {
    const items = ranked(frame.columns, found[2]).map<Item>(column => ({
      kind: 'column',
      label: column.name,
      badge: badge(column.type),
      detail: { distinct: column.distinct, missing: column.missing },
      insert: `@${frame.name}.${column.name} `
    }));
    return { from, part: found[2], frame: frame.name, items };
  }
  const items = ranked(frames, found[1]).map<Item>(one => ({
    kind: 'frame',
    label: one.name,
    badge: '▦',
    detail: { rows: one.rows, columns: one.columns.length },
    insert: `@${one.name}.`
  }));
  return { from, part: found[1], frame: null, items };
}

/** The text and caret after an item was taken. */
export function taken(
  text: string,
  caret: number,
  at: Completing,
  item: Item
): { text: string; caret: number } {
  const before = text.slice(0, at.from) + item.insert;
  return { text: before + text.slice(caret), caret: before.length };
}
