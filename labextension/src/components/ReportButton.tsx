import React from 'react';
import { Icon } from '../icons';
import type { Run } from '../state';
import type { Key } from '../words';
import { Button } from './Button';
import { useLatest, useView } from './context';

export const FORMATS = ['html', 'pdf', 'ipynb', 'md', 'qmd'] as const;

/** Makes the report as a web page at once, or in another format from its menu. */
export function ReportButton({ run }: { run: Run }): JSX.Element {
  const { desk, session, t } = useView();
  const state = useLatest();
  const [open, setOpen] = React.useState(false);
  const opener = React.useRef<HTMLButtonElement>(null);
  const menu = React.useRef<HTMLDivElement>(null);
  const making = state.toast?.kind === 'making';
  React.useEffect(() => {
    if (open) {
      menu.current?.querySelector('button')?.focus();
    }
  }, [open]);
  const close = (): void => {
    setOpen(false);
    opener.current?.focus();
  };
  const make = (format: string): void => {
    if (open) {
      close();
    }
    if (!making) {
      void desk.report(session, run.id, format);
    }
  };
  const onKey = (event: React.KeyboardEvent<HTMLDivElement>): void => {
    const items = [...event.currentTarget.querySelectorAll('button')];
    const at = items.indexOf(document.activeElement as HTMLButtonElement);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: items.length - 1 }[event.key];
    if (to !== undefined) {
      event.preventDefault();
      items[(to + items.length) % items.length].focus();
    } else if (event.key === 'Escape' || event.key === 'Tab') {
      event.preventDefault();
      close();
    }
  };
  return (
    <div className="k2-report">
      <div className="k2-split">
        <Button
          look="primary"
          data-testid="k2-report"
          aria-disabled={making /* not disabled: that would lose the focus */}
          onClick={() => make('html')}
        >
          <Icon name="doc" />
          {t(making ? 'answer.making' : 'answer.report')}
        </Button>
        <Button
          look="primary"
          data-testid="k2-formats-button"
          aria-label={t('answer.formats')}
          aria-haspopup="menu"
          aria-expanded={open}
          aria-disabled={making /* not disabled: that would lose the focus */}
          ref={opener}
          onClick={() => setOpen(!open)}
        >
          <Icon name="down" />
        </Button>
      </div>
      {open && (
        <div
          ref={menu}
          className="k2-pop k2-menu"
          role="menu"
          aria-label={t('answer.formats')}
          data-testid="k2-formats"
          onKeyDown={onKey}
        >
          {FORMATS.map(format => (
            <button
              key={format}
              type="button"
              role="menuitem"
              tabIndex={-1}
              onClick={() => make(format)}
            >
              {t(`answer.${format}` as Key)}
              <span className="k2-meta">.{format}</span>
            </button>
          ))}
        </div>
      )}
    </div>
  );
}
