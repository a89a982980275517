import React from 'react';
import { Icon } from '../icons';

export function Fold(props: { summary: React.ReactNode; children: React.ReactNode }): JSX.Element {
  return (
    <details className="k2-fold" data-testid="k2-fold">
      <summary>
        <Icon name="right" className="car" />
        {props.summary}
      </summary>
      {props.children}
    </details>
  );
}
