import React from 'react';
import { said } from '../desk';
import { Icon } from '../icons';
import { money } from '../numbers';
import type { Settings } from '../protocol';
import { Button, Link } from './Button';
import { Fold } from './Fold';
import { PopoverFrame } from './Popover';
import { ServerForm } from './ServerForm';
import { Segments } from './Segments';
import { useLatest, useView } from './context';

export function SettingsPopover(): JSX.Element | null {
  const { desk, session, t, open } = useView();
  const state = useLatest();
  const { settings, account } = state;
  const [problem, setProblem] = React.useState('');
  React.useEffect(() => {
    session
      .request('models', {}, 15_000)
      .then(reply => session.store.dispatch({ type: 'models', reply }))
      .catch(() => undefined);
  }, [session]);
  if (!settings || !account) {
    return (
      <PopoverFrame title={t('set.title')} testid="k2-settings">
        <fieldset>
          <p className="k2-meta">{t('none.connecting')}</p>
        </fieldset>
      </PopoverFrame>
    );
  }
  const set = (values: Partial<Settings>): void => {
    setProblem('');
    session
      .set(values)
      .then(() => values.lang && desk.setLanguage(values.lang))
      .catch(error => setProblem(said(error)));
  };
  const signOut = async (): Promise<void> => {
    const reply = await session.request('sign_out');
    session.store.dispatch({ type: 'account', account: reply.account });
  };
  const current = settings.model ?? (account.analyst === 'offline' ? 'offline' : '');
  const models = [...new Set([...(current ? [current] : []), ...state.models, 'offline'])];
  const price = state.prices[current];
  return (
    <PopoverFrame title={t('set.title')} testid="k2-settings">
      {problem && (
        <p className="k2-problem" role="alert">
          {problem}
        </p>
      )}
      <fieldset>
        <legend>{t('set.model')}</legend>
        <select
          className="k2-field"
          aria-label={t('set.model')}
          data-testid="k2-set-model"
          value={current}
          onChange={event => set({ model: event.target.value })}
        >
          {!current && <option value="">–</option>}
          {models.map(model => (
            <option key={model} value={model}>
              {model === 'offline' ? t('set.model.offline') : model}
            </option>
          ))}
        </select>
        {current === 'offline' && <p className="k2-meta">{t('set.model.offline.help')}</p>}
        {price && (
          <p className="k2-meta">
            {t('set.model.price', {
              input: money(price.input, price.currency),
              output: money(price.output, price.currency)
            })}
          </p>
        )}
      </fieldset>
      <fieldset>
        <legend>{t('set.privacy')}</legend>
        <Segments
          id="k2-set-privacy"
          label={t('set.privacy')}
          value={settings.privacy}
          options={[
            ['schema', t('privacy.schema')],
            ['summary', t('privacy.summary')],
            ['sample', t('privacy.sample')]
          ]}
          onChange={privacy => set({ privacy })}
        />
        <p className="k2-meta">
          {t(`privacy.${settings.privacy}.help`)}{' '}
          <Link onClick={() => open('sent')}>{t('ask.preview')}</Link>
        </p>
      </fieldset>
      <fieldset>
        <legend>{t('set.approve')}</legend>
        <Segments
          id="k2-set-approve"
          label={t('set.approve')}
          value={settings.approve}
          options={[
            ['auto', t('set.approve.auto')],
            ['ask', t('set.approve.ask')],
            ['never', t('set.approve.never')]
          ]}
          onChange={approve => set({ approve })}
        />
        <p className="k2-meta">{t('set.approve.help')}</p>
      </fieldset>
      <fieldset>
        <legend>{t('set.budget')}</legend>
        <div className="k2-line">
          <input
            key={settings.budget ?? ''}
            className="k2-field k2-amount"
            inputMode="decimal"
            aria-label={t('set.budget')}
            data-testid="k2-set-budget"
            defaultValue={settings.budget ?? ''}
            placeholder="–"
            onBlur={event => {
              const value = event.target.value.replace(/[^0-9.]/g, '');
              if (value !== (settings.budget ?? '')) {
                set({ budget: value || null });
              }
            }}
          />
          <span className="k2-meta">{t('set.budget.help')}</span>
        </div>
      </fieldset>
      <fieldset>
        <legend>{t('set.lang')}</legend>
        <Segments
          id="k2-set-lang"
          label={t('set.lang')}
          value={settings.lang}
          options={[
            ['auto', t('set.lang.auto')],
            ['en', 'English'],
            ['zh', '中文']
          ]}
          onChange={lang => set({ lang })}
        />
      </fieldset>
      <fieldset>
        {account.key === 'ok' && (
          <div className="k2-line">
            <Icon name="lock" />
            <span className="k2-wide">
              {t('set.account', { host: account.host })}
              {account.source === 'keyring' && (
                <>
                  <br />
                  <span className="k2-meta">{t('set.account.where')}</span>
                </>
              )}
            </span>
            {account.source === 'keyring' && (
              <Button data-testid="k2-signout" onClick={() => void signOut()}>
                {t('set.signout')}
              </Button>
            )}
          </div>
        )}
        <Fold summary={<span>{t('net.server')}</span>}>
          <ServerForm onUsed={() => open(null)} />
        </Fold>
        <p className="k2-meta">{t('set.scope')}</p>
      </fieldset>
    </PopoverFrame>
  );
}
