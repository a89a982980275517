import { readFileSync, readdirSync, statSync } from 'fs';
import { join } from 'path';
import { TranslationManager } from '@jupyterlab/translation';
import { words } from '../language';
import { Key, WORDS } from '../words';
// eslint-disable-next-line @typescript-eslint/no-require-imports
const { PATH, catalogue } = require('../../scripts/catalogue.cjs') as {
  PATH: string;
  catalogue(table: typeof WORDS): string;
};

const SOURCES = join(__dirname, '..');

function sources(folder = SOURCES): string[] {
  return readdirSync(folder).flatMap(name => {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) {
      return name === '__tests__' ? [] : sources(path);
    }
    return /\.tsx?$/.test(name) && name !== 'words.ts' ? [path] : [];
  });
}

const ALL = sources().map(path => [path, readFileSync(path, 'utf-8')] as const);
const places = (text: string): string[] => (text.match(/\{\w+\}/g) ?? []).sort();

const SAME = ['empty.rows', 'run.plan.count', 'answer.qmd', 'say.error', 'bar.idle'];

describe('the words', () => {
  it('are in the Chinese catalogue, all of them and nothing else (node scripts/catalogue.cjs renews it)', () => {
    expect(readFileSync(PATH, 'utf-8')).toBe(catalogue(WORDS));
  });

  it('have the same places in both languages', () => {
    const table = Object.entries(WORDS) as [Key, readonly string[]][];
    const other = table.filter(([, [english, chinese, one]]) => {
      const counts = one === undefined || /\{(n|steps)\}/.test(english);
      return !counts || places(chinese).join() !== places(english).join();
    });
    expect(other).toEqual([]);
  });

  it('of every key that the sources name exist', () => {
    const used = ALL.flatMap(([, text]) =>
      [...text.matchAll(/\bt\(\s*['`]([a-z.]+)['`]/g)].map(found => found[1])
    );
    expect(used.length).toBeGreaterThan(100);
    expect(used.filter(key => !(key in WORDS))).toEqual([]);
  });

  it('are the only ones that a component shows', () => {
    // Between tags: a letter that is no code. A name in a font of code and the name of the product are no words.
    const loose = ALL.filter(([path]) => path.endsWith('.tsx')).flatMap(([path, text]) =>
      [...text.matchAll(/[a-z"'}]>\s*([A-Z][a-z]+(?: [a-z]+)*)\s*<\//g)].map(
        found => `${path}: ${found[1]}`
      )
    );
    const spoken = ALL.flatMap(([path, text]) =>
      [...text.matchAll(/(?:aria-label|title|placeholder|alt)="([^"]*[A-Za-z]{2}[^"]*)"/g)].map(
        found => `${path}: ${found[1]}`
      )
    );
    expect([...loose, ...spoken].filter(one => !/sk-…$|http:.*\/v1$/.test(one))).toEqual([]);
  });

  it('are all used', () => {
    const text = ALL.map(([, source]) => source).join('\n');
    const prefixes = [...text.matchAll(/`([a-z.]+\.)\$\{/g)].map(found => found[1]);
    const unused = Object.keys(WORDS).filter(
      key => !text.includes(`'${key}'`) && !prefixes.some(prefix => key.startsWith(prefix))
    );
    expect(unused).toEqual([]);
  });

  it('are in Chinese, apart from those that are the same everywhere', () => {
    const same = Object.entries(WORDS).filter(
      ([, [, chinese]]) => !/[\u4e00-\u9fff]/.test(chinese)
    );
    expect(same.map(([key]) => key)).toEqual(SAME);
  });
});

/** A translator as JupyterLab has it, with the catalogue that the package brings. */
async function jupyterlab(language: string): Promise<TranslationManager> {
  const manager = new TranslationManager();
  const given = JSON.parse(readFileSync(PATH, 'utf-8')) as object;
  Object.assign(manager, {
    _currentLocale: language,
    _languageData: language === 'en' ? {} : { k2lab: given }
  });
  return manager;
}

describe('the language', () => {
  it('is the one of JupyterLab, through its translator', async () => {
    const chinese = words(await jupyterlab('zh_CN'), 'auto');
    expect(chinese('ask.send')).toBe('提问');
    expect(chinese('empty.lead', { n: 3 })).toBe('此内核中有 3 个数据框');
    expect(words(await jupyterlab('en'), 'auto')('ask.send')).toBe('Ask');
  });

  it('keeps a percent sign and counts in the singular', async () => {
    const english = words(await jupyterlab('en'), 'auto');
    expect(english('cmd.insert')).toBe('Insert a %%k2 cell');
    expect(english('empty.lead', { n: 1 })).toBe('1 frame in this kernel');
    expect(english('empty.lead', { n: 2 })).toBe('2 frames in this kernel');
    expect(words(await jupyterlab('zh_CN'), 'auto')('cmd.insert')).toBe('插入 %%k2 单元格');
  });

  it('can be chosen for K2 alone, also where there is no language pack', async () => {
    expect(words(await jupyterlab('en'), 'zh')('ask.send')).toBe('提问');
    expect(words(null, 'zh')('nb.cells', { n: 1 })).toBe('1 个单元格');
    expect(words(await jupyterlab('zh_CN'), 'en')('nb.cells', { n: 1 })).toBe('1 cell');
    expect(words(null, 'auto')('ask.send')).toBe('Ask');
  });

  it('is Chinese from our own words where the language pack does not know k2lab', async () => {
    const manager = await jupyterlab('zh_CN');
    Object.assign(manager, { _languageData: {} });
    expect(words(manager, 'auto')('ask.send')).toBe('提问');
  });
});
