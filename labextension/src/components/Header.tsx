import React from 'react';
import { Icon, K2Mark } from '../icons';
import { money } from '../numbers';
import { activeRun, waitingStep } from '../state';
import { Popover, useLatest, useView } from './context';

interface Props {
  popover: Popover;
  history: boolean;
  onHistory(): void;
}

export function Header(props: Props): JSX.Element {
  const { session, t, open } = useView();
  return (
    <header className="k2-head" data-testid="k2-header">
      <K2Mark />
      <button
        type="button"
        className="k2-target"
        data-testid="k2-target"
        aria-haspopup="listbox"
        aria-expanded={props.popover === 'notebooks'}
        title={t('header.target', { name: session.panel.title.label })}
        onClick={() => open('notebooks')}
      >
        <span className="k2-name">{session.panel.title.label}</span>
        <KernelDot />
        <Icon name="down" />
      </button>
      <span className="k2-grow" />
      <Spent />
      <button
        type="button"
        className="k2-iconbtn"
        data-testid="k2-history-button"
        aria-label={t('header.history')}
        title={t('header.history')}
        aria-expanded={props.history}
        onClick={props.onHistory}
      >
        <Icon name="clock" />
      </button>
      <button
        type="button"
        className="k2-iconbtn"
        data-testid="k2-settings-button"
        aria-label={t('header.settings')}
        title={t('header.settings')}
        aria-expanded={props.popover === 'settings'}
        onClick={() => open('settings')}
      >
        <Icon name="gear" />
      </button>
    </header>
  );
}

function KernelDot(): JSX.Element {
  const { t } = useView();
  const state = useLatest();
  const none = ['no-kernel', 'dead', 'lost'].includes(state.connection);
  // A run answers on other channels, so that Jupyter may take its kernel for idle.
  const busy = state.busy || activeRun(state) !== null;
  const look = none ? 'dead' : waitingStep(state) ? 'wait' : busy ? 'busy' : '';
  const name = t(none ? 'header.dead' : busy ? 'header.busy' : 'header.idle');
  return <span className={`k2-dot ${look}`} role="img" aria-label={name} />;
}

const ROUND = 2 * Math.PI * 6;

/** What was spent in this session, as a ring that fills; nothing for the offline analyst. */
function Spent(): JSX.Element | null {
  const { t, open } = useView();
  const state = useLatest();
  const { account, spend } = state;
  if (!spend?.currency || !account || account.analyst === 'offline') {
    return null;
  }
  const used = money(spend.used, spend.currency) || money('0', spend.currency);
  // The budget is that of a run, so the ring is the last one's; the amount is the session's.
  const last = state.runs[state.runs.length - 1]?.usage?.cost ?? 0;
  const share = spend.limit ? Math.min(1, Number(last) / Number(spend.limit)) : 0;
  const label = spend.limit
    ? t('header.spend', { used, limit: money(spend.limit, spend.currency) })
    : t('header.spent', { used });
  return (
    <button
      type="button"
      className="k2-spend"
      data-testid="k2-spend"
      title={label}
      aria-label={label}
      onClick={() => open('settings')}
    >
      <svg viewBox="0 0 16 16" aria-hidden="true">
        <circle
          cx="8"
          cy="8"
          r="6"
          fill="none"
          stroke="currentColor"
          strokeOpacity=".25"
          strokeWidth="2.5"
        />
        <circle
          className={share > 0.8 ? 'k2-ring warn' : 'k2-ring'}
          cx="8"
          cy="8"
          r="6"
          fill="none"
          strokeWidth="2.5"
          strokeDasharray={`${ROUND * share} ${ROUND}`}
          transform="rotate(-90 8 8)"
        />
      </svg>
      {used}
    </button>
  );
}
