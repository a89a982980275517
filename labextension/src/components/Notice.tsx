import React from 'react';
import { Icon, IconName } from '../icons';
import { Spinner } from './Spinner';

interface Props {
  id: string;
  kind?: 'error' | 'warn' | '';
  icon: IconName | 'spin';
  title: React.ReactNode;
  children?: React.ReactNode;
  actions?: React.ReactNode;
  /** Whether it takes the focus when it appears. */
  focused?: boolean;
}

/** One shape for everything that interrupts: what happened, what is safe, what to press. */
export function Notice(props: Props): JSX.Element {
  const { id, kind = '', icon, title, children, actions, focused = false } = props;
  const node = React.useRef<HTMLDivElement>(null);
  React.useEffect(() => {
    if (focused) {
      node.current?.focus();
    }
  }, [focused]);
  return (
    <div
      ref={node}
      className={`k2-notice ${kind}`}
      data-testid={`k2-notice-${id}`}
      role={kind === 'error' ? 'alert' : 'status'}
      tabIndex={-1}
    >
      {icon === 'spin' ? <Spinner /> : <Icon name={icon} />}
      <div className="in">
        <b>{title}</b>
        {children}
        {actions && <div className="k2-row">{actions}</div>}
      </div>
    </div>
  );
}
