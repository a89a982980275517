import React from 'react';
import { Icon } from '../icons';
import { Button, Link } from './Button';
import { useLatest, useView } from './context';

/** One line about what was just done, with the one thing to do about it. */
export function Toast(): JSX.Element | null {
  const { desk, session, t } = useView();
  const state = useLatest();
  const { toast } = state;
  const undo = React.useRef<HTMLButtonElement>(null);
  React.useEffect(() => {
    // The button that removed the run went with it; focus in the notebook stays there.
    const active = document.activeElement;
    if (toast?.kind === 'removed' && (active === document.body || active?.closest('.k2-panel'))) {
      undo.current?.focus();
    }
  }, [toast]);
  if (!toast || toast.kind === 'making') {
    return null;
  }
  const close = (): void => session.store.dispatch({ type: 'toast', toast: null });
  return (
    <div
      className={`k2-toast ${toast.kind}`}
      role={toast.kind === 'failed' ? 'alert' : 'status'}
      data-testid="k2-toast"
    >
      <span className="k2-wide">{toast.text}</span>
      {toast.path && (
        <Button data-testid="k2-open" onClick={() => void desk.open(session, toast.path ?? '')}>
          {t('answer.open')}
        </Button>
      )}
      {toast.kind === 'removed' && (
        <Link ref={undo} data-testid="k2-undo" onClick={() => desk.undo(session)}>
          {t('nb.undo')}
        </Link>
      )}
      <button type="button" className="k2-iconbtn" aria-label={t('set.close')} onClick={close}>
        <Icon name="x" />
      </button>
    </div>
  );
}
