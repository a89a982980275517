import React from 'react';
import type { Completing, Item } from '../completion';
import { useView } from './context';

interface Props {
  at: Completing;
  chosen: number;
  onTake(index: number): void;
}

export function Completion({ at, chosen, onTake }: Props): JSX.Element {
  const { t } = useView();
  const list = React.useRef<HTMLDivElement>(null);
  React.useEffect(() => {
    list.current?.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: 'nearest' });
  }, [chosen]);
  const label = at.frame ? t('ask.columns', { frame: at.frame }) : t('ask.frames');
  return (
    <div
      ref={list}
      className="k2-pop k2-comp"
      id="k2-complist"
      role="listbox"
      aria-label={label}
      data-testid="k2-completion"
    >
      <span className="k2-label" aria-hidden="true">
        {label}
      </span>
      {at.items.length === 0 && (
        <p className="k2-meta k2-nomatch">{t('ask.nomatch', { text: at.part })}</p>
      )}
      {at.items.map((item, index) => (
        <div
          key={item.label}
          className="k2-opt"
          role="option"
          id={`k2-option-${index}`}
          aria-selected={index === chosen}
          onMouseDown={event => {
            event.preventDefault();
            onTake(index);
          }}
        >
          <span className="k2-type" aria-hidden="true">
            {item.badge}
          </span>
          <span className="k2-mono">
            <Found label={item.label} part={at.part} />
          </span>
          <span className="k2-meta">
            <Detail item={item} />
          </span>
        </div>
      ))}
    </div>
  );
}

function Found({ label, part }: { label: string; part: string }): JSX.Element {
  const at = part ? label.toLowerCase().indexOf(part.toLowerCase()) : -1;
  return at < 0 ? (
    <>{label}</>
  ) : (
    <>
      {label.slice(0, at)}
      <b>{label.slice(at, at + part.length)}</b>
      {label.slice(at + part.length)}
    </>
  );
}

function Detail({ item }: { item: Item }): JSX.Element | null {
  const { t } = useView();
  if ('rows' in item.detail) {
    const { rows, columns } = item.detail;
    return (
      <>
        {t('empty.rows', { rows: rows === null ? '?' : rows.toLocaleString('en'), cols: columns })}
      </>
    );
  }
  const { distinct } = item.detail;
  return distinct === null ? null : <>{t('ask.unique', { n: distinct.toLocaleString('en') })}</>;
}
