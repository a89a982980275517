/**
 * What a run does to a real shared model: nothing lands in the wrong place, nothing is lost.
 * @jest-environment node
 */
import { YNotebook } from '@jupyter/ydoc';
import { readFileSync } from 'fs';
import { join } from 'path';
import { cellsOf, isEdited, keepRun, markOf, records, removeRun } from '../cells';
import { fnv1a } from '../hash';
import { headerOf } from '../notebook/header';
import type { RunEvent, WireCell } from '../protocol';
import { RunCells } from '../runcells';
import { FOLDER, event } from './fixtures';

const ANCHOR = '1b2c3d4e-aaaa';
let seq = 0;

// The shared model reads cells before they are in a document, and Yjs grumbles at each.
beforeAll(() => void jest.spyOn(console, 'warn').mockImplementation(() => undefined));

const opened: YNotebook[] = [];
afterEach(() => opened.splice(0).forEach(notebook => notebook.dispose()));

function book(): YNotebook {
  const notebook = YNotebook.create() as YNotebook;
  opened.push(notebook);
  notebook.insertCells(0, [
    { id: 'first', cell_type: 'code', source: 'a = 1' },
    { id: ANCHOR, cell_type: 'code', source: '%%k2\nWhy?' },
    { id: 'other', cell_type: 'code', source: '%%k2\nAnd why?' },
    { id: 'mine', cell_type: 'code', source: 'print("mine")' }
  ]);
  return notebook;
}

function pageOf(notebook: YNotebook, writes = (): boolean => true, retire = jest.fn()): RunCells {
  return new RunCells(() => notebook, writes, retire);
}

function begins(run: string, n = 1, cell = ANCHOR): RunEvent {
  return { ...event('run_started', ++seq), run, n, cell } as RunEvent;
}

function made(run: string, step: number, source: string, parent = ANCHOR): WireCell {
  const { cell } = event('cell') as Extract<RunEvent, { type: 'cell' }>;
  const mark = { ...cell.metadata.k2lab, run, parent, step, hash: fnv1a(source) };
  return { ...cell, id: `${run}-${step}`, source, outputs: [], metadata: { k2lab: mark } };
}

function shows(run: string, step: number, source = `step(${step})`, parent = ANCHOR): RunEvent {
  const cell = made(run, step, source, parent);
  const after = step === 1 ? parent : `${run}-${step - 1}`;
  return { ...event('cell', ++seq), run, step, after, cell } as RunEvent;
}

function ends(run: string, step: number, source = `step(${step})`, parent = ANCHOR): RunEvent {
  const outputs = [{ output_type: 'stream', name: 'stdout', text: `of ${step}` }];
  const cell = { ...made(run, step, source, parent), outputs, execution_count: 10 + step };
  return { ...event('step_finished', ++seq), run, step, cell } as RunEvent;
}

function over(run: string): RunEvent {
  const end = event('run_finished', ++seq) as Extract<RunEvent, { type: 'run_finished' }>;
  return { ...end, run, cells: [], after: null, record: { ...end.record, id: run } };
}

function ids(notebook: YNotebook): string[] {
  return notebook.cells.map(cell => cell.getId());
}

function play(page: RunCells, events: RunEvent[], missed = false): void {
  events.forEach(one => page.handle(one, missed));
}

function run(name: string, n = 1): RunEvent[] {
  return [
    begins(name, n),
    shows(name, 1),
    ends(name, 1),
    shows(name, 2),
    ends(name, 2),
    over(name)
  ];
}

it('an edit is told by the same hash as in the kernel', () => {
  const known = JSON.parse(readFileSync(join(FOLDER, '..', 'hashes.json'), 'utf-8')) as object;
  expect(Object.fromEntries(Object.keys(known).map(text => [text, fnv1a(text)]))).toEqual(known);
});

describe('the cells of a run', () => {
  it('stand under the cell that asked, in order, with outputs', () => {
    const notebook = book();
    play(pageOf(notebook), run('r1'));
    expect(ids(notebook)).toEqual(['first', ANCHOR, 'r1-1', 'r1-2', 'other', 'mine']);
    expect((notebook.cells[3].toJSON() as { outputs: { text: string }[] }).outputs[0].text).toBe(
      'of 2'
    );
    expect(records(notebook).map(one => one.id)).toEqual(['r1']);
  });

  it('of two asking cells each stand under their own, whichever runs first', () => {
    const notebook = book();
    const page = pageOf(notebook);
    play(page, [begins('r2', 1, 'other'), shows('r2', 1, 'b', 'other')]);
    play(page, [begins('r1', 2), shows('r1', 1)]);
    expect(ids(notebook)).toEqual(['first', ANCHOR, 'r1-1', 'other', 'r2-1', 'mine']);
  });

  it('follow a cell that was moved, and a deleted one is not brought back', () => {
    const notebook = book();
    const page = pageOf(notebook);
    play(page, [begins('r1'), shows('r1', 1), ends('r1', 1), shows('r1', 2)]);
    notebook.moveCells(2, 5, 1);
    notebook.deleteCell(ids(notebook).indexOf('r1-2'));
    play(page, [ends('r1', 2), shows('r1', 3), ends('r1', 3)]);
    expect(ids(notebook)).toEqual(['first', ANCHOR, 'other', 'mine', 'r1-1', 'r1-3']);
  });

  it('go nowhere when the cell that asked and all of the run are gone', () => {
    const notebook = book();
    const page = pageOf(notebook);
    play(page, [begins('r1')]);
    notebook.deleteCell(1);
    play(page, [shows('r1', 1), ends('r1', 1), over('r1')]);
    expect(ids(notebook)).toEqual(['first', 'other', 'mine']);
    expect(records(notebook)).toEqual([]);
  });

  it('are replaced by a new run, but for those that the person edited', () => {
    const notebook = book();
    const retire = jest.fn();
    const page = pageOf(notebook, () => true, retire);
    play(page, run('r1'));
    notebook.cells[3].setSource('my_step(2)');
    play(page, run('r2', 2));
    expect(retire.mock.calls).toEqual([[['r1-1']]]);
    expect(ids(notebook)).toEqual(['first', ANCHOR, 'r2-1', 'r2-2', 'r1-2', 'other', 'mine']);
    expect(isEdited(notebook.cells[4])).toBe(true);
    expect(notebook.cells[4].getSource()).toBe('my_step(2)');
    expect(records(notebook).map(one => one.id)).toEqual(['r1', 'r2']);
  });

  it('keep the source that the person wrote while the step ran', () => {
    const notebook = book();
    const page = pageOf(notebook);
    play(page, [begins('r1'), shows('r1', 1)]);
    notebook.cells[2].setSource('mine now');
    play(page, [ends('r1', 1)]);
    expect(notebook.cells[2].getSource()).toBe('mine now');
    expect(isEdited(notebook.cells[2])).toBe(true);
  });

  it('go away in one step, and one undo brings them back with ids and outputs', () => {
    const notebook = book();
    play(pageOf(notebook), run('r1'));
    const before = notebook.cells.map(cell => cell.toJSON());
    notebook.cells[4].setSource('an edit just before'); // less than the half second in which edits are merged
    const removed = removeRun(notebook, 'r1');
    expect(removed).toMatchObject({ removed: 2, kept: 0 });
    expect(ids(notebook)).toEqual(['first', ANCHOR, 'other', 'mine']);
    expect(removed.undoable()).toBe(true);
    notebook.undo();
    expect(notebook.cells.map(cell => cell.toJSON()).slice(0, 4)).toEqual(before.slice(0, 4));
    expect(notebook.cells[4].getSource()).toBe('an edit just before');
    expect(removed.undoable()).toBe(false);
  });

  it('cannot be undone by the button once something else was changed', () => {
    const notebook = book();
    play(pageOf(notebook), run('r1'));
    const removed = removeRun(notebook, 'r1');
    notebook.insertCell(0, { cell_type: 'code', source: 'later' });
    expect(removed.undoable()).toBe(false);
  });

  it('are ordinary ones when they are kept, and a new run leaves them alone', () => {
    const notebook = book();
    const page = pageOf(notebook);
    play(page, run('r1'));
    keepRun(notebook, 'r1');
    expect(notebook.cells.map(markOf).every(mark => mark === null)).toBe(true);
    play(page, run('r2', 2));
    expect(ids(notebook)).toEqual([
      'first',
      ANCHOR,
      'r2-1',
      'r2-2',
      'r1-1',
      'r1-2',
      'other',
      'mine'
    ]);
  });

  it('of a model are not trusted where they are words', () => {
    const notebook = book();
    const answer = { ...made('r1', 0, '<img src=x>'), cell_type: 'markdown' as const };
    const end = { ...over('r1'), cells: [answer], after: ANCHOR } as RunEvent;
    play(pageOf(notebook), [begins('r1'), shows('r1', 1), end]);
    const trusted = cellsOf(notebook, 'r1').map(cell => cell.getMetadata('trusted'));
    expect(trusted).toEqual([undefined, true]);
  });
});

describe('after the page was loaded again', () => {
  it('what came meanwhile is caught up with, and the line under the question too', () => {
    const notebook = book();
    play(pageOf(notebook), run('r1'), true);
    expect(ids(notebook)).toEqual(['first', ANCHOR, 'r1-1', 'r1-2', 'other', 'mine']);
    expect(headerOf(notebook, ANCHOR)).toMatchObject({ run: 'r1', n: 1, status: 'answered' });
  });

  it('nothing that is there comes twice, nor is it taken away', () => {
    const notebook = book();
    const events = run('r1');
    play(pageOf(notebook), events.slice(0, 3));
    play(pageOf(notebook), events, true);
    expect(ids(notebook)).toEqual(['first', ANCHOR, 'r1-1', 'r1-2', 'other', 'mine']);
    play(pageOf(notebook), events, true);
    expect(ids(notebook)).toEqual(['first', ANCHOR, 'r1-1', 'r1-2', 'other', 'mine']);
  });

  it('a run that was replaced is not brought back over the newer one', () => {
    const notebook = book();
    const page = pageOf(notebook);
    const [one, two] = [run('r1'), run('r2', 2)];
    play(page, [...one, ...two]);
    const again = pageOf(notebook);
    const head = { cell: ANCHOR } as never as { cell: string };
    again.know([
      { ...head, run: 'r1', n: 1 },
      { ...head, run: 'r2', n: 2 }
    ] as never);
    play(again, [...one, ...two], true);
    expect(ids(notebook)).toEqual(['first', ANCHOR, 'r2-1', 'r2-2', 'other', 'mine']);
  });

  it('a run that was taken away stays away', () => {
    const notebook = book();
    const events = run('r1');
    play(pageOf(notebook), events);
    removeRun(notebook, 'r1');
    play(pageOf(notebook), events, true);
    expect(ids(notebook)).toEqual(['first', ANCHOR, 'other', 'mine']);
  });
});

describe('with more than one page', () => {
  it('a page that does not write catches up when it becomes its turn', () => {
    const notebook = book();
    let writes = false;
    const page = pageOf(notebook, () => writes);
    const events = run('r1');
    play(page, events.slice(0, 4));
    expect(ids(notebook)).toEqual(['first', ANCHOR, 'other', 'mine']);
    writes = true;
    page.catchUp();
    play(page, events.slice(4));
    expect(ids(notebook)).toEqual(['first', ANCHOR, 'r1-1', 'r1-2', 'other', 'mine']);
  });

  it('a kernel that is gone leaves nothing that seems to run', () => {
    const notebook = book();
    const page = pageOf(notebook);
    play(page, [begins('r1'), shows('r1', 1)]);
    page.abandon();
    expect(markOf(notebook.cells[2])?.status).toBe('died');
    expect(headerOf(notebook, ANCHOR)?.status).toBe('failed');
  });
});
