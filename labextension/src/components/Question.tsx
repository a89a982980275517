import React from 'react';

/** A question with its `@mentions` and code words set apart. */
export function Question(props: { text: string; inline?: boolean }): JSX.Element {
  const pieces = props.text.split(/(@[A-Za-z_][\w.]*\w|`[^`]+`)/g).map((piece, at) =>
    at % 2 ? (
      <span key={at} className="k2-at">
        {piece.replace(/`/g, '')}
      </span>
    ) : (
      piece
    )
  );
  return props.inline ? (
    <span>{pieces}</span>
  ) : (
    <div className="k2-q" data-testid="k2-question">
      {pieces}
    </div>
  );
}
