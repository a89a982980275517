import React from 'react';
import { Icon } from '../icons';
import { useView } from './context';

interface Props {
  title: string;
  testid: string;
  children: React.ReactNode;
}

/** A dialog over the panel; Escape and a press outside close it, focus goes back to its opener. */
export function PopoverFrame({ title, testid, children }: Props): JSX.Element {
  const { t, open } = useView();
  const frame = React.useRef<HTMLDivElement>(null);
  React.useEffect(() => {
    const opener = document.activeElement as HTMLElement | null;
    const node = frame.current;
    node?.querySelector<HTMLElement>('button, select, input')?.focus();
    const outside = (event: PointerEvent): void => {
      const target = event.target as Node;
      if (node && !node.contains(target) && !opener?.contains(target)) {
        open(null);
      }
    };
    document.addEventListener('pointerdown', outside);
    return () => {
      document.removeEventListener('pointerdown', outside);
      opener?.focus();
    };
    // The opener is the element in focus at the moment of opening.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, []);
  return (
    <div
      ref={frame}
      className="k2-pop k2-set"
      role="dialog"
      aria-label={title}
      data-testid={testid}
      onKeyDown={event => {
        if (event.key === 'Escape') {
          event.stopPropagation();
          open(null);
        }
      }}
    >
      <header>
        {title}
        <span className="k2-grow" />
        <button
          type="button"
          className="k2-iconbtn"
          aria-label={t('set.close')}
          onClick={() => open(null)}
        >
          <Icon name="x" />
        </button>
      </header>
      {children}
    </div>
  );
}
