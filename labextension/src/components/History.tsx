import React from 'react';
import { Icon } from '../icons';
import { span } from '../numbers';
import { PastRun, inView, pastRuns, rows, search } from '../past';
import { Segments } from './Segments';
import { StateIcon } from './StepRow';
import { statusKey } from './Thread';
import { useLatest, useView } from './context';

const SEARCH_MS = 120;

export function History(props: { onClose(): void }): JSX.Element {
  const { desk, session, t } = useView();
  const state = useLatest();
  const [text, setText] = React.useState('');
  const [find, setFind] = React.useState('');
  const [scope, setScope] = React.useState<'here' | 'all'>('here');
  const [top, setTop] = React.useState(0);
  React.useEffect(() => {
    const timer = window.setTimeout(() => setFind(text), SEARCH_MS);
    return () => window.clearTimeout(timer);
  }, [text]);
  const all = React.useMemo(
    () =>
      (scope === 'here' ? [session] : desk.sessions)
        .flatMap(pastRuns)
        .sort((a, b) => b.started - a.started),
    // The list follows the runs of the notebook in view; others are read when the scope changes.
    // eslint-disable-next-line react-hooks/exhaustive-deps
    [scope, session, desk, state.runs]
  );
  const found = React.useMemo(() => search(all, find), [all, find]);
  const laid = React.useMemo(() => rows(found, !find, Date.now()), [found, find]);
  const open = (run: PastRun): void => {
    desk.choose(run.session);
    if (run.cellId) {
      void desk.jump(run.session, run.cellId);
    }
    props.onClose();
  };
  const onKey = (event: React.KeyboardEvent<HTMLDivElement>): void => {
    const items = [...event.currentTarget.querySelectorAll<HTMLElement>('.k2-item')];
    const at = items.indexOf(document.activeElement as HTMLElement);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: items.length - 1 }[event.key];
    if (to !== undefined && items.length) {
      event.preventDefault();
      items[Math.max(0, Math.min(items.length - 1, to))].focus();
    }
  };
  return (
    <div className="k2-body k2-past" data-testid="k2-history">
      <div className="k2-planhead">
        <h2 className="k2-h3">{t('past.title')}</h2>
        <span className="k2-num" role="status">
          {find ? t('past.found', { n: found.length }) : t('past.count', { n: found.length })}
        </span>
        <span className="k2-grow" />
        <button
          type="button"
          className="k2-iconbtn"
          aria-label={t('past.back')}
          title={t('past.back')}
          onClick={props.onClose}
        >
          <Icon name="x" />
        </button>
      </div>
      <div className="k2-search">
        <Icon name="find" />
        <input
          className="k2-field"
          type="search"
          autoFocus
          placeholder={t('past.search')}
          aria-label={t('past.search')}
          data-testid="k2-history-search"
          value={text}
          onChange={event => setText(event.target.value)}
          onKeyDown={event => event.key === 'Escape' && props.onClose()}
        />
      </div>
      <Segments<'here' | 'all'>
        id="k2-history-scope"
        label={t('past.title')}
        value={scope}
        options={[
          ['here', t('past.here')],
          ['all', t('past.all')]
        ]}
        onChange={next => setScope(next)}
      />
      <div
        className="k2-vlist"
        data-testid="k2-history-list"
        onScroll={event => setTop(event.currentTarget.scrollTop)}
        onKeyDown={onKey}
      >
        {found.length === 0 && <p className="k2-meta">{t('past.none', { text: find })}</p>}
        <div className="k2-vinner" style={{ height: laid.height }}>
          {inView(laid.rows, top).map(row =>
            row.kind === 'day' ? (
              <div key={row.day} className="k2-day k2-label" style={{ top: row.top }}>
                {t(`past.${row.day}`)}
              </div>
            ) : (
              <Item key={row.run.id} run={row.run} top={row.top} find={find} onOpen={open} />
            )
          )}
        </div>
      </div>
    </div>
  );
}

interface ItemProps {
  run: PastRun;
  top: number;
  find: string;
  onOpen(run: PastRun): void;
}

function Item({ run, top, find, onOpen }: ItemProps): JSX.Element {
  const { t } = useView();
  const look = run.status === 'answered' ? 'done' : run.status === 'failed' ? 'fail' : 'stop';
  const at = find ? run.question.toLowerCase().indexOf(find.trim().toLowerCase()) : -1;
  const end = at + find.trim().length;
  return (
    <button
      type="button"
      className="k2-item"
      style={{ top }}
      data-testid="k2-history-item"
      onClick={() => onOpen(run)}
    >
      <StateIcon state={look} />
      <span className="k2-t">
        {at < 0 ? (
          run.question
        ) : (
          <>
            {run.question.slice(0, at)}
            <mark>{run.question.slice(at, end)}</mark>
            {run.question.slice(end)}
          </>
        )}
      </span>
      <span className="k2-num">{run.n}</span>
      <span className="k2-meta">
        {t(statusKey(run.status))} · {span(run.seconds)}
        {run.verdict && ` · ${run.verdict}`}
      </span>
    </button>
  );
}
