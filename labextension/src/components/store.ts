/** React's side of a session's store. */
import React from 'react';
import type { Session } from '../session';
import type { State } from '../state';

export function useStore(session: Session): State {
  return React.useSyncExternalStore(session.store.subscribe, session.store.get);
}
