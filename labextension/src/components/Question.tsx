import React from 'react';
import { useLatest } from './context';

interface Props {
  text: string;
  /** A suggestion: each name in it is that of a column or frame. */
  inline?: boolean;
}

/** A question with its `@mentions`, code words and names of columns set apart. */
export function Question({ text, inline = false }: Props): JSX.Element {
  const { frames } = useLatest();
  const known = React.useMemo(
    () =>
      new Set(frames.flatMap(frame => [frame.name, ...frame.columns.map(column => column.name)])),
    [frames]
  );
  // In a person's own words "salary" may be just that; `salary_in_usd` is a column.
  const isName = (word: string): boolean => known.has(word) && (inline || /[_0-9A-Z]/.test(word));
  const pieces = text
    .split(/(@?[\p{L}_][\p{L}\p{N}_.]*[\p{L}\p{N}_]|`[^`]+`)/gu)
    .map((piece, at) =>
      at % 2 && (/^[@`]/.test(piece) || isName(piece)) ? (
        <span key={at} className="k2-at">
          {piece.replace(/`/g, '')}
        </span>
      ) : (
        piece
      )
    );
  return inline ? (
    <span>{pieces}</span>
  ) : (
    <div className="k2-q" data-testid="k2-question">
      {pieces}
    </div>
  );
}
