import React from 'react';

export function Spinner(): JSX.Element {
  return <span className="k2-spin" aria-hidden="true" />;
}
