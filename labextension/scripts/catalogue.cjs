// Writes the Simplified Chinese catalogue of the interface, which JupyterLab finds by the entry point `jupyterlab.locale`
// beside a language pack, from the words in src/words.ts. `node scripts/catalogue.cjs` renews it; jest tells when it is stale.
const { readFileSync, writeFileSync } = require('fs');
const { join } = require('path');
const ts = require('typescript');

const ROOT = join(__dirname, '..');
const PATH = join(ROOT, '..', 'k2lab', 'locale', 'zh_CN', 'LC_MESSAGES', 'k2lab.json');

/** The words, without a build. */
function words() {
  const source = readFileSync(join(ROOT, 'src', 'words.ts'), 'utf-8');
  const { outputText } = ts.transpileModule(source, {
    compilerOptions: { module: ts.ModuleKind.CommonJS }
  });
  const made = { exports: {} };
  new Function('module', 'exports', outputText)(made, made.exports);
  return made.exports.WORDS;
}

/** The catalogue: English sentence -> its translation; where the English has a singular, that is the id. */
function catalogue(table) {
  const messages = {};
  for (const [key, [english, chinese, one]] of Object.entries(table)) {
    // JupyterLab's translator takes a single % for a place of its own.
    const id = (one ?? english).replace(/%/g, '%%');
    const translation = chinese.replace(/%/g, '%%');
    if (id in messages && messages[id][0] !== translation) {
      throw new Error(`${key}: ${JSON.stringify(english)} already has another translation`);
    }
    messages[id] = [translation];
  }
  const sorted = Object.entries(messages).sort(([a], [b]) => (a < b ? -1 : 1));
  const head = { domain: 'k2lab', language: 'zh_CN', plural_forms: 'nplurals=1; plural=0;' };
  return JSON.stringify({ '': head, ...Object.fromEntries(sorted) }, null, 1) + '\n';
}

module.exports = { PATH, catalogue };

if (require.main === module) {
  writeFileSync(PATH, catalogue(words()));
}
