import React from 'react';
import type { Desk } from '../desk';
import { Icon, K2Mark } from '../icons';
import { Button } from './Button';

/** No notebook is open. */
export function Nowhere({ desk }: { desk: Desk }): JSX.Element {
  const { t } = desk;
  return (
    <>
      <header className="k2-head" data-testid="k2-header">
        <K2Mark />
        <span className="k2-target">K2</span>
      </header>
      <div className="k2-body" data-testid="k2-nowhere">
        <div className="k2-middle">
          <Icon name="book" className="k2-big" />
          <h2 className="k2-h1">{t('none.title')}</h2>
          <p className="k2-meta">{t('none.body')}</p>
          <Button
            look="primary wide"
            data-testid="k2-new"
            onClick={() => void desk.app.commands.execute('notebook:create-new')}
          >
            {t('none.new')}
          </Button>
        </div>
      </div>
    </>
  );
}
