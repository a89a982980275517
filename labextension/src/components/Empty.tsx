import React from 'react';
import { Icon, IconName } from '../icons';
import type { Frame } from '../protocol';
import { Link } from './Button';
import { Question } from './Question';
import { useLatest, useView } from './context';

const KINDS: Readonly<Record<string, IconName>> = {
  effect: 'effect',
  trend: 'trend',
  check: 'checkup',
  relate: 'find'
};

/** Before the first question: suggestions from the columns there are, and the frames. */
export function Empty(): JSX.Element {
  const { desk, session, t } = useView();
  const state = useLatest();
  const { frames, suggestions } = state;
  return (
    <>
      <h2 className="k2-h1">{t('empty.title')}</h2>
      {frames.length === 0 ? (
        <p className="k2-meta" data-testid="k2-noframes">
          {t('empty.noframes')}
        </p>
      ) : (
        <>
          {suggestions.length > 0 && (
            <div>
              <p className="k2-label k2-above">{t('empty.suggest')}</p>
              <div className="k2-list">
                {suggestions.map(suggestion => (
                  <button
                    key={suggestion.text}
                    type="button"
                    className="k2-sug"
                    data-testid="k2-suggestion"
                    onClick={() => {
                      desk.setDraft(session, { text: suggestion.text });
                      desk.wantFocus('question');
                    }}
                  >
                    <span className="k2-kind">
                      <Icon name={KINDS[suggestion.kind] ?? 'find'} />
                      {suggestion.kind in KINDS
                        ? t(`empty.kind.${suggestion.kind}` as 'empty.kind.effect')
                        : suggestion.kind}
                    </span>
                    <Question text={suggestion.text} inline />
                  </button>
                ))}
              </div>
            </div>
          )}
          <div>
            <p className="k2-label k2-above">{t('empty.lead', { n: frames.length })}</p>
            <div className="k2-list">
              {frames.map(frame => (
                <FrameLine key={frame.name} frame={frame} />
              ))}
            </div>
          </div>
        </>
      )}
    </>
  );
}

function FrameLine({ frame }: { frame: Frame }): JSX.Element {
  const { t } = useView();
  const [open, setOpen] = React.useState(false);
  const rows = frame.rows === null ? '?' : frame.rows.toLocaleString('en');
  return (
    <div data-testid="k2-frame">
      <div className="k2-frame">
        <Icon name="table" />
        <b className="k2-mono">{frame.name}</b>
        <span className="k2-meta">
          {t('empty.rows', { rows, cols: frame.columns.length })} · {frame.kind}
        </span>
        <span className="k2-grow" />
        <Link className="k2-meta" aria-expanded={open} onClick={() => setOpen(!open)}>
          {t('empty.browse')}
        </Link>
      </div>
      {open && (
        <ul className="k2-columns">
          {frame.columns.map(column => (
            <li key={column.name}>
              <span className="k2-mono">{column.name}</span>
              <span className="k2-meta">
                {column.type}
                {column.distinct !== null &&
                  ` · ${t('ask.unique', { n: column.distinct.toLocaleString('en') })}`}
                {column.missing
                  ? ` · ${t('ask.missing', { p: column.missing.toLocaleString('en') })}`
                  : ''}
              </span>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
