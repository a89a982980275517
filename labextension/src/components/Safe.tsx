import React from 'react';
import type { T } from '../language';
import { Button } from './Button';

interface Props {
  t: T;
  children: React.ReactNode;
}

/** Keeps a fault in drawing from emptying the panel: the notebook and the run do not depend on it. */
export class Safe extends React.Component<Props, { fault: Error | null }> {
  state: { fault: Error | null } = { fault: null };

  static getDerivedStateFromError(fault: Error): { fault: Error } {
    return { fault };
  }

  render(): React.ReactNode {
    const { t, children } = this.props;
    const { fault } = this.state;
    return fault ? (
      <div className="k2-body" role="alert" data-testid="k2-fault">
        <h2 className="k2-h1">{t('panel.fault')}</h2>
        <p className="k2-meta">{t('panel.fault.body')}</p>
        <pre className="k2-err">{String(fault)}</pre>
        <Button look="primary" onClick={() => this.setState({ fault: null })}>
          {t('panel.again')}
        </Button>
      </div>
    ) : (
      children
    );
  }
}
