/** A light colouring of Python for the few lines that the panel shows; the notebook does it properly. */

export interface Piece {
  text: string;
  kind: 'k' | 's' | 'n' | 'c' | 'p' | 'm' | null;
}

const TOKENS =
  /(#.*$)|("(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')|\b(from|import|as|def|return|for|in|if|else|elif|with|lambda|not|and|or|True|False|None)\b|(%%?[a-z]\w*)|\b(\d+(?:\.\d+)?)\b|(?<=\.)([A-Za-z_]\w*)(?=\()/gm;
const KINDS = [null, 'c', 's', 'k', 'm', 'n', 'p'] as const;

/** Cut code into pieces of one kind each; together they are the code. */
export function highlight(code: string): Piece[] {
  const pieces: Piece[] = [];
  let at = 0;
  for (const found of code.matchAll(TOKENS)) {
    if (found.index > at) {
      pieces.push({ text: code.slice(at, found.index), kind: null });
    }
    const group = found.findIndex((text, index) => index > 0 && text !== undefined);
    pieces.push({ text: found[0], kind: KINDS[group] });
    at = found.index + found[0].length;
  }
  if (at < code.length) {
    pieces.push({ text: code.slice(at), kind: null });
  }
  return pieces;
}
