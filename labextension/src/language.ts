/**
 * The words in the language in use.
 *
 * English sentences are the message ids of the translation bundle `k2lab`, so a language pack may bring any other language;
 * Simplified Chinese is in this package and needs none.
 */
import type { ITranslator } from '@jupyterlab/translation';
import { Key, WORDS } from './words';

export type Values = Readonly<Record<string, string | number>>;
export type T = ((key: Key, values?: Values) => string) & { readonly chinese: boolean };

function fill(text: string, values: Values): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) =>
    name in values ? String(values[name]) : whole
  );
}

/** Return the function that says things; `override` is the person's choice in K2's own settings. */
export function words(translator: ITranslator | null, override: 'auto' | 'en' | 'zh'): T {
  const code = translator?.languageCode ?? 'en';
  const chinese = override === 'zh' || (override === 'auto' && code.toLowerCase().startsWith('zh'));
  const bundle = override === 'auto' && !chinese ? translator?.load('k2lab') : null;
  const say = (key: Key, values: Values = {}): string => {
    const [english, zh] = WORDS[key];
    return fill(chinese ? zh : bundle ? bundle.__(english) : english, values);
  };
  return Object.assign(say, { chinese });
}
