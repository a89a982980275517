import React from 'react';
import { clock } from '../numbers';
import { useNow, useLatest } from './context';

/** Time since `since` (the kernel's clock, ms), rising each second; never read out. */
export function Clock(props: { since: number }): JSX.Element {
  const state = useLatest();
  const now = useNow(true);
  return (
    <span className="k2-num" aria-hidden="true" data-testid="k2-clock">
      {clock((now + state.skew - props.since) / 1000)}
    </span>
  );
}
