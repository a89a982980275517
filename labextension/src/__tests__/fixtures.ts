/** The wire messages that pytest reads too: tests/data/protocol. */
import { readFileSync, readdirSync } from 'fs';
import { join } from 'path';

import type { RunEvent } from '../protocol';

export const FOLDER = join(__dirname, '..', '..', '..', 'tests', 'data', 'protocol', 'down');

export const NAMES = readdirSync(FOLDER).filter(name => name.endsWith('.json'));

export function fixture<T = unknown>(name: string): T {
  return JSON.parse(readFileSync(join(FOLDER, name), 'utf-8')) as T;
}

/** An event as the kernel sends it, with another number where a test needs it. */
export function event(name: string, seq?: number): RunEvent {
  const made = fixture<RunEvent>(`${name}.json`);
  return seq === undefined ? made : { ...made, seq };
}
