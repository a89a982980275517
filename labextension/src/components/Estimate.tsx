import React from 'react';
import type { Replies } from '../protocol';
import { brief, money } from '../numbers';
import { useLatest, useView } from './context';

const AFTER_MS = 300;

export type Context = Replies['context'];

/** What would be sent for a draft, asked from the kernel a moment after the last key. */
export function useContextOf(text: string, frames: readonly string[] | null): Context | null {
  const { session } = useView();
  const state = useLatest();
  const [context, setContext] = React.useState<Context | null>(null);
  const { settings, connection } = state;
  const names = frames ?? state.frames.map(frame => frame.name);
  const key = names.join('\n');
  React.useEffect(() => {
    if (connection !== 'ready' || !key) {
      setContext(null);
      return;
    }
    let stale = false;
    const timer = window.setTimeout(() => {
      session
        .request('context', { names: key.split('\n'), privacy: null, question: text })
        .then(reply => !stale && setContext(reply))
        .catch(() => !stale && setContext(null));
    }, AFTER_MS);
    return () => {
      stale = true;
      window.clearTimeout(timer);
    };
  }, [session, text, key, settings, connection]);
  return context;
}

/** Tokens and price before anything is spent; a click shows the exact text. */
export function Estimate(props: { text: string; frames: readonly string[] | null }): JSX.Element {
  const { t, open } = useView();
  const context = useContextOf(props.text, props.frames);
  if (!context) {
    return <span className="k2-est off" />;
  }
  const price = money(context.price, context.currency);
  const tokens = brief(context.tokens + context.fixed);
  const words =
    context.host === null
      ? t('ask.estimate.local')
      : price
        ? t('ask.estimate', { tokens, price })
        : t('ask.estimate.tokens', { tokens });
  return (
    <button
      type="button"
      className={`k2-est ${context.host === null ? 'off' : ''}`}
      data-testid="k2-estimate"
      title={t('ask.preview')}
      onClick={() => open('sent')}
    >
      {words}
    </button>
  );
}
