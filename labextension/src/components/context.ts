/** What every component may use: the desk, the session in view, its state, the words. */
import React from 'react';
import type { Desk } from '../desk';
import type { T } from '../language';
import type { Session } from '../session';
import type { State } from '../state';

export type Popover = 'settings' | 'notebooks' | 'sent' | null;

export interface View {
  desk: Desk;
  session: Session;
  t: T;
  open(popover: Popover): void;
}

export const ViewContext = React.createContext<View | null>(null);

/** Apart from the view, so that what does not look at the state is not drawn again with each event. */
export const StateContext = React.createContext<State | null>(null);

export function useLatest(): State {
  const state = React.useContext(StateContext);
  if (!state) {
    throw new Error('A component of a notebook was drawn without its state');
  }
  return state;
}

export function useView(): View {
  const view = React.useContext(ViewContext);
  if (!view) {
    throw new Error('A component of a notebook was drawn without one');
  }
  return view;
}

/** Ticks every second while `on`; returns milliseconds since 1970. */
export function useNow(on: boolean): number {
  const [now, setNow] = React.useState(() => Date.now());
  React.useEffect(() => {
    if (!on) {
      return;
    }
    setNow(Date.now());
    const timer = window.setInterval(() => setNow(Date.now()), 1000);
    return () => window.clearInterval(timer);
  }, [on]);
  return now;
}
