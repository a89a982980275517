import { readFileSync } from 'fs';
import { join } from 'path';

const CSS = readFileSync(join(__dirname, '..', '..', 'style', 'panel.css'), 'utf-8');

/** Variables that both of JupyterLab's themes and those of others define. */
const ALLOWED = new Set(
  (
    'border-color1 border-color2 border-radius border-width brand-color1 cell-collapser-width cell-editor-background ' +
    'cell-prompt-width code-font-family content-link-color elevation-z6 error-color1 focus-outline-color ' +
    'input-active-background input-active-border-color input-active-box-shadow-color layout-color1 layout-color2 ' +
    'layout-color4 mirror-editor-comment-color mirror-editor-keyword-color mirror-editor-meta-color ' +
    'mirror-editor-number-color mirror-editor-operator-color mirror-editor-property-color ' +
    'mirror-editor-string-color mirror-editor-variable-color rendermime-error-background success-color1 ' +
    'ui-font-color0 ui-font-color1 ui-font-color3 ui-font-family ui-font-size1 ui-inverse-font-color0 warn-color1'
  ).split(' ')
);

describe('the style sheet', () => {
  it('reads only variables that every theme has', () => {
    const used = [...CSS.matchAll(/var\(--jp-([a-z0-9-]+)/g)].map(found => found[1]);
    expect(used.length).toBeGreaterThan(100);
    expect([...new Set(used)].filter(name => !ALLOWED.has(name))).toEqual([]);
  });

  it('has no colour of its own', () => {
    const colours = CSS.match(
      /#[0-9a-f]{3,8}\b|\b(rgb|hsl)a?\(|:\s*[^;]*\b(black|red|blue|grey)\b/gi
    );
    expect(colours ?? []).toEqual([]);
  });
});
