import { Sequence } from '../sequence';
import { event } from './fixtures';

const seqs = (events: readonly { seq: number }[]): number[] => events.map(one => one.seq);

describe('the order of events', () => {
  it('holds back what comes after a gap, and lets all through once it is filled', () => {
    const sequence = new Sequence();
    expect(seqs(sequence.take(event('run_started', 1)))).toEqual([1]);
    expect(seqs(sequence.take(event('plan', 3)))).toEqual([]);
    expect(sequence.gap).toBe(true);
    expect(seqs(sequence.take(event('text', 2)))).toEqual([2, 3]);
    expect(sequence.gap).toBe(false);
  });

  it('drops what was let through already', () => {
    const sequence = new Sequence();
    sequence.take(event('run_started', 1));
    expect(sequence.take(event('run_started', 1))).toEqual([]);
  });

  it('goes on after a gap that nobody can fill', () => {
    const sequence = new Sequence();
    sequence.take(event('plan', 5));
    expect(seqs(sequence.skipTo(4))).toEqual([5]);
  });
});
