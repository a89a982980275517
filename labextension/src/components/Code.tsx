import React from 'react';
import { highlight } from '../highlight';
import { useView } from './context';
import { Link } from './Button';

export function Highlighted(props: { code: string }): JSX.Element {
  return (
    <>
      {highlight(props.code).map((piece, at) =>
        piece.kind ? (
          <span key={at} className={`k2-tk-${piece.kind}`}>
            {piece.text}
          </span>
        ) : (
          piece.text
        )
      )}
    </>
  );
}

/** The whole code of a step that ended, on demand. */
export function CodeAll(props: { code: string }): JSX.Element {
  return (
    <div className="k2-code all" data-testid="k2-code">
      <pre tabIndex={0}>
        <Highlighted code={props.code} />
      </pre>
    </div>
  );
}

/** The last three lines of a cell that is being written or run, all of them on demand. */
export function CodeTail(props: { code: string; status: string }): JSX.Element {
  const { t } = useView();
  const [open, setOpen] = React.useState(false);
  const lines = props.code.split('\n');
  const shown = open ? lines : lines.slice(-3);
  return (
    <div className={`k2-code ${open ? '' : 'tail'}`} data-testid="k2-code">
      <pre tabIndex={open ? 0 : undefined}>
        <Highlighted code={shown.join('\n')} />
      </pre>
      <div className="k2-codefoot">
        <span>{props.status}</span>
        <span className="k2-grow" />
        {lines.length > 3 && (
          <Link
            className="k2-meta"
            aria-expanded={open}
            data-testid="k2-code-toggle"
            onClick={() => setOpen(!open)}
          >
            {open ? t('run.collapse') : t('run.expand', { n: lines.length })}
          </Link>
        )}
      </div>
    </div>
  );
}

/** Code that is to be judged: every line, numbered, wrapped and never shortened. */
export function RiskCode(props: { code: string; lines: ReadonlySet<number> }): JSX.Element {
  const { t } = useView();
  return (
    <div className="k2-code" data-testid="k2-code">
      <pre className="k2-lines" tabIndex={0}>
        {props.code.split('\n').map((line, at) => (
          <span key={at} className={`k2-ln ${props.lines.has(at + 1) ? 'risk' : ''}`}>
            {props.lines.has(at + 1) && (
              <span className="k2-hidden">{t('ok.line', { n: at + 1 })}: </span>
            )}
            <Highlighted code={line} />
          </span>
        ))}
      </pre>
    </div>
  );
}
