import React from 'react';

interface Props<V extends string> {
  id: string;
  label: string;
  value: V;
  options: readonly (readonly [V, string])[];
  onChange(value: V): void;
}

/** A radio group with one tab stop; arrows move and choose. */
export function Segments<V extends string>(props: Props<V>): JSX.Element {
  const { options, value } = props;
  const move = (event: React.KeyboardEvent<HTMLDivElement>): void => {
    const by = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (!by) {
      return;
    }
    event.preventDefault();
    const at = options.findIndex(([name]) => name === value);
    const next = options[(at + by + options.length) % options.length][0];
    props.onChange(next);
    event.currentTarget.querySelector<HTMLElement>(`[data-value="${next}"]`)?.focus();
  };
  return (
    <div
      className="k2-seg"
      role="radiogroup"
      aria-label={props.label}
      data-testid={props.id}
      onKeyDown={move}
    >
      {options.map(([name, label]) => (
        <button
          key={name}
          type="button"
          role="radio"
          data-value={name}
          aria-checked={name === value}
          tabIndex={name === value ? 0 : -1}
          onClick={() => props.onChange(name)}
        >
          {label}
        </button>
      ))}
    </div>
  );
}
