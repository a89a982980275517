import React from 'react';
import { about } from '../asking';
import { completing, taken } from '../completion';
import { EMPTY_DRAFT } from '../desk';
import { Icon } from '../icons';
import { activeRun } from '../state';
import { ChipRow } from './ChipRow';
import { Completion } from './Completion';
import { Estimate } from './Estimate';
import { Link } from './Button';
import { useLatest, useView } from './context';

const MARKS = /(@[A-Za-z_][\w.]*)/g;

/** The question: a text area over a mirror that tints mentions, chips for what goes along, and Ask or Stop. */
export function Composer(): JSX.Element {
  const { desk, session, t } = useView();
  const state = useLatest();
  const draft = desk.draft(session);
  const { text } = draft;
  const area = React.useRef<HTMLTextAreaElement>(null);
  const placed = React.useRef<number | null>(null);
  const [caret, setCaret] = React.useState(0);
  const [chosen, setChosen] = React.useState(0);
  const [closed, setClosed] = React.useState(false);
  const running = activeRun(state);
  const locked = state.connection === 'no-kernel' || state.connection === 'dead';
  const at = closed ? null : completing(text, caret, state.frames);
  const items = at?.items ?? [];
  const pick = Math.min(chosen, Math.max(0, items.length - 1));

  React.useEffect(() => {
    const slot = (_: unknown, where: string): void => {
      if (where === 'question') {
        area.current?.focus();
        const end = area.current?.value.length ?? 0;
        area.current?.setSelectionRange(end, end);
        setCaret(end);
      }
    };
    desk.focusWanted.connect(slot);
    return () => void desk.focusWanted.disconnect(slot);
  }, [desk]);

  React.useLayoutEffect(() => {
    const node = area.current;
    if (node) {
      node.style.height = 'auto';
      node.style.height = `${Math.min(168, Math.max(44, node.scrollHeight))}px`;
      if (placed.current !== null) {
        // With the text that it belongs to: a moment later the person may have typed on.
        node.setSelectionRange(placed.current, placed.current);
        placed.current = null;
      }
    }
  }, [text]);

  const change = (next: string, to: number): void => {
    desk.setDraft(session, { text: next });
    setCaret(to);
    setChosen(0);
    setClosed(false);
  };
  const take = (index: number): void => {
    const item = items[index];
    if (at && item) {
      const made = taken(text, caret, at, item);
      change(made.text, made.caret);
      placed.current = made.caret;
    }
  };
  const ask = (): void => {
    const words = text.trim();
    if (!words || locked) {
      return;
    }
    const question = draft.about ? about(words, draft.about.source) : words;
    desk.setDraft(session, { ...EMPTY_DRAFT, frames: draft.frames });
    void desk.ask(session, question, draft.frames);
  };
  const onKey = (event: React.KeyboardEvent<HTMLTextAreaElement>): void => {
    if (event.nativeEvent.isComposing) {
      return; // an input method uses Enter and arrows itself
    }
    const keys: Record<string, (() => void) | undefined> = at
      ? {
          ArrowDown: () => setChosen((pick + 1) % Math.max(1, items.length)),
          ArrowUp: () => setChosen((pick - 1 + items.length) % Math.max(1, items.length)),
          Enter: items.length ? () => take(pick) : ask,
          Tab: items.length ? () => take(pick) : undefined,
          Escape: () => setClosed(true)
        }
      : {
          Enter: ask,
          ArrowUp: text
            ? undefined
            : () => {
                const last = state.runs[state.runs.length - 1]?.question ?? '';
                change(last, last.length);
              }
        };
    const act = event.shiftKey ? undefined : keys[event.key];
    if (act) {
      event.preventDefault();
      event.stopPropagation();
      act();
    }
  };
  const placeholder = locked
    ? 'ask.locked'
    : state.runs.length > 0
      ? 'ask.placeholder.follow'
      : 'ask.placeholder';
  return (
    <div className="k2-compose" data-testid="k2-composer">
      {at && <Completion at={at} chosen={pick} onTake={take} />}
      <div className="k2-box">
        <div className="k2-input">
          <div className="k2-mirror" aria-hidden="true">
            {text
              .split(MARKS)
              .map((piece, index) => (index % 2 ? <mark key={index}>{piece}</mark> : piece))}
            {'\n'}
          </div>
          <textarea
            ref={area}
            rows={1}
            role="combobox"
            aria-expanded={at !== null}
            aria-controls="k2-complist"
            aria-autocomplete="list"
            aria-activedescendant={at && items.length ? `k2-option-${pick}` : undefined}
            aria-label={t('ask.label')}
            placeholder={t(placeholder)}
            title={t('ask.hint')}
            data-testid="k2-input"
            disabled={locked}
            value={text}
            onChange={event => change(event.target.value, event.target.selectionStart)}
            onSelect={event => setCaret(event.currentTarget.selectionStart)}
            onBlur={() => setClosed(true)}
            onKeyDown={onKey}
          />
        </div>
        <div className="k2-chips">
          {!running && <ChipRow />}
          <div className="k2-foot">
            {running ? (
              <>
                <Queued />
                <button
                  type="button"
                  className="k2-stopbtn"
                  data-testid="k2-stop"
                  disabled={state.stopping}
                  aria-keyshortcuts="Control+."
                  onClick={() => {
                    desk.stopped = running.id;
                    void session.stop();
                  }}
                >
                  <i />
                  {t(state.stopping ? 'ask.stopping' : 'ask.stop')}
                </button>
              </>
            ) : (
              <>
                <Estimate text={text} frames={draft.frames} />
                <button
                  type="button"
                  className="k2-send"
                  data-testid="k2-send"
                  aria-label={t('ask.send')}
                  title={t('ask.send')}
                  disabled={locked || !text.trim()}
                  onClick={ask}
                >
                  <Icon name="up" />
                </button>
              </>
            )}
          </div>
        </div>
      </div>
    </div>
  );
}

function Queued(): JSX.Element {
  const { session, t } = useView();
  const state = useLatest();
  return (
    <span className="k2-est off" data-testid="k2-queued">
      {state.queued === null ? (
        t('ask.queue')
      ) : (
        <>
          {t('ask.queue')}: {state.queued.slice(0, 40)}{' '}
          <Link
            aria-label={t('budget.dismiss')}
            onClick={() => session.store.dispatch({ type: 'queued', text: null })}
          >
            ×
          </Link>
        </>
      )}
    </span>
  );
}
