/** Puts the events of a run in order: repeats are dropped, and what comes after a gap is held back until it is filled. */
import type { RunEvent } from './protocol';

export class Sequence {
  private _last = 0;
  private _held = new Map<number, RunEvent>();

  /** Number of the last event that was let through. */
  get last(): number {
    return this._last;
  }

  /** Whether an event is missing before one that has come. */
  get gap(): boolean {
    return this._held.size > 0;
  }

  /** Take an event; return those that may be handled now, in order. */
  take(event: RunEvent): RunEvent[] {
    if (event.seq <= this._last) {
      return [];
    }
    this._held.set(event.seq, event);
    return this._drain();
  }

  /** Go on after a gap that the kernel can no longer fill. */
  skipTo(seq: number): RunEvent[] {
    this._last = Math.max(this._last, seq);
    return this._drain();
  }

  private _drain(): RunEvent[] {
    const ready: RunEvent[] = [];
    for (let next = this._held.get(this._last + 1); next; next = this._held.get(this._last + 1)) {
      this._held.delete(next.seq);
      this._last = next.seq;
      ready.push(next);
    }
    return ready;
  }
}
