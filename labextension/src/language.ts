/**
 * The words in the language in use.
 *
 * English sentences are the message ids of the translation bundle `k2lab`, so a language pack may bring any language. The
 * Simplified Chinese catalogue comes with k2lab (k2lab/locale) and is made from the words here, which also serve where
 * K2 is to speak Chinese in a JupyterLab without a language pack.
 */
import type { ITranslator, TranslationBundle } from '@jupyterlab/translation';
import { Key, WORDS } from './words';

export type Values = Readonly<Record<string, string | number>>;
export type T = ((key: Key, values?: Values) => string) & { readonly chinese: boolean };

function fill(text: string, values: Values): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) =>
    name in values ? String(values[name]) : whole
  );
}

/** Ask the bundle; a % is doubled because JupyterLab takes a single one for a place of its own. */
function translated(bundle: TranslationBundle, english: string, one: string, n: number): string {
  const many = english.replace(/%/g, '%%');
  return one ? bundle._n(one.replace(/%/g, '%%'), many, n) : bundle.__(many);
}

/** Return the function that says things; `override` is the person's choice in K2's own settings. */
export function words(translator: ITranslator | null, override: 'auto' | 'en' | 'zh'): T {
  const code = override === 'auto' ? (translator?.languageCode ?? 'en') : override;
  const chinese = code.toLowerCase().startsWith('zh');
  const bundle = override === 'auto' ? (translator?.load('k2lab') ?? null) : null;
  const say = (key: Key, values: Values = {}): string => {
    const [many, zh, one = ''] = WORDS[key] as readonly string[];
    const n = Number(values.n ?? values.steps ?? 0);
    const english = one && n === 1 ? one : many;
    const found = bundle ? translated(bundle, many, one, n) : english;
    return fill(chinese && found === english ? zh : found, values);
  };
  return Object.assign(say, { chinese });
}
