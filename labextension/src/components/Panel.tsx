import React from 'react';
import { announcement } from '../announce';
import type { Desk } from '../desk';
import type { RunEvent } from '../protocol';
import type { Session } from '../session';
import { Composer } from './Composer';
import { Header } from './Header';
import { History } from './History';
import { NotebookList } from './NotebookList';
import { Nowhere } from './Nowhere';
import { Safe } from './Safe';
import { SentPreview } from './SentPreview';
import { SettingsPopover } from './SettingsPopover';
import { Thread } from './Thread';
import { Toast } from './Toast';
import { Popover, StateContext, View, ViewContext } from './context';
import { useStore } from './store';

/** Everything in the side panel. */
export function Panel({ desk }: { desk: Desk }): JSX.Element {
  const [, redraw] = React.useReducer((count: number) => count + 1, 0);
  React.useEffect(() => {
    desk.changed.connect(redraw);
    return () => void desk.changed.disconnect(redraw);
  }, [desk]);
  const session = desk.current;
  return (
    <div
      className="k2-root k2-panel"
      role="region"
      aria-label={desk.t('header.panel')}
      data-testid="k2-panel"
    >
      {session ? (
        <Safe key={session.client} t={desk.t}>
          <InNotebook desk={desk} session={session} />
        </Safe>
      ) : (
        <Nowhere desk={desk} />
      )}
    </div>
  );
}

function InNotebook({ desk, session }: { desk: Desk; session: Session }): JSX.Element {
  const state = useStore(session);
  const [popover, setPopover] = React.useState<Popover>(null);
  const [history, setHistory] = React.useState(false);
  const open = React.useCallback(
    (wanted: Popover) => setPopover(shown => (shown === wanted ? null : wanted)),
    []
  );
  const { t } = desk;
  const view = React.useMemo<View>(() => ({ desk, session, t, open }), [desk, session, t, open]);
  const onKey = (event: React.KeyboardEvent): void => {
    const field = (event.target as HTMLElement).closest('input, textarea, select');
    if (event.key === '/' && !field && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      desk.wantFocus('question');
    }
  };
  return (
    <ViewContext.Provider value={view}>
      <StateContext.Provider value={state}>
        <div className="k2-inside" onKeyDown={onKey}>
          <Header popover={popover} history={history} onHistory={() => setHistory(!history)} />
          {history ? <History onClose={() => setHistory(false)} /> : <Thread />}
          <Composer />
          {popover === 'settings' && <SettingsPopover />}
          {popover === 'notebooks' && <NotebookList />}
          {popover === 'sent' && <SentPreview />}
          <Toast />
          <Spoken desk={desk} session={session} />
        </div>
      </StateContext.Provider>
    </ViewContext.Provider>
  );
}

const SPOKEN_MS = 1000;

/** The two hidden regions that do the talking: at most one polite message a second, the latest wins. */
function Spoken({ desk, session }: { desk: Desk; session: Session }): JSX.Element {
  const [polite, setPolite] = React.useState('');
  const [assertive, setAssertive] = React.useState('');
  React.useEffect(() => {
    let timer = 0;
    let next = '';
    const slot = (_: Session, event: RunEvent): void => {
      const said = session.store.get().sync
        ? null
        : announcement(event, session.store.get(), desk.t);
      if (said?.assertive) {
        setAssertive(said.assertive);
      }
      if (said?.polite) {
        next = said.polite;
        if (!timer) {
          timer = window.setTimeout(() => {
            timer = 0;
            setPolite(next);
          }, SPOKEN_MS);
        }
      }
    };
    session.handled.connect(slot);
    return () => {
      window.clearTimeout(timer);
      session.handled.disconnect(slot);
    };
  }, [desk, session]);
  return (
    <>
      <div className="k2-hidden" role="status" aria-live="polite" data-testid="k2-polite">
        {polite}
      </div>
      <div className="k2-hidden" role="alert" aria-live="assertive" data-testid="k2-assertive">
        {assertive}
      </div>
    </>
  );
}
