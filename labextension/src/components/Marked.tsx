import React from 'react';
import type { Mark } from '../protocol';
import type { Run } from '../state';
import { useView } from './context';

/** A sentence of the answer; each of its numbers says whether it was found in a cell, and in which. */
export function Marked(props: { run: Run; text: string; marks: readonly Mark[] }): JSX.Element {
  const pieces: React.ReactNode[] = [];
  let at = 0;
  for (const mark of [...props.marks].sort((a, b) => a.start - b.start)) {
    if (mark.start < at || mark.end > props.text.length) {
      continue; // overlapping or out of the text: shown as plain words
    }
    pieces.push(props.text.slice(at, mark.start));
    const value = props.text.slice(mark.start, mark.end);
    pieces.push(<NumberMark key={mark.start} run={props.run} value={value} mark={mark} />);
    at = mark.end;
  }
  pieces.push(props.text.slice(at));
  return <>{pieces}</>;
}

function NumberMark(props: { run: Run; value: string; mark: Mark }): JSX.Element {
  const { run, value, mark } = props;
  const { desk, session, t } = useView();
  const [open, setOpen] = React.useState(false);
  const button = React.useRef<HTMLButtonElement>(null);
  const count = run.steps.find(step => step.cellId === mark.cell)?.count ?? '·';
  const ok = mark.verified;
  const sentence = ok
    ? mark.step === null
      ? t('answer.num.given', { value })
      : t('answer.num.ok', { value, cell: count, step: mark.step })
    : t('answer.num.no');
  const close = (): void => {
    setOpen(false);
    button.current?.focus();
  };
  return (
    <span className="k2-numwrap" onKeyDown={event => event.key === 'Escape' && close()}>
      <button
        ref={button}
        type="button"
        className={`k2-n ${ok ? 'ok' : 'no'}`}
        data-testid="k2-number"
        data-verified={ok}
        aria-expanded={open}
        aria-label={ok ? sentence : `${value}. ${sentence}`}
        onClick={() => setOpen(!open)}
      >
        {value}
        {!ok && <sup aria-hidden="true">?</sup>}
      </button>
      {open && (
        <span className="k2-numtip" role="status" data-testid="k2-number-source">
          <span>{sentence}</span>
          {(mark.expression ?? mark.near) && (
            <span className="k2-mono">{mark.expression ?? mark.near}</span>
          )}
          {ok && mark.cell === null ? null : ok ? (
            <button
              type="button"
              className="k2-link"
              onClick={() => mark.cell && void desk.jump(session, mark.cell)}
            >
              {t('run.jump', { n: count })}
            </button>
          ) : (
            <button
              type="button"
              className="k2-link"
              onClick={() => {
                desk.setDraft(session, { text: t('answer.check', { value }) });
                desk.wantFocus('question');
              }}
            >
              {t('answer.num.ask')}
            </button>
          )}
        </span>
      )}
    </span>
  );
}
