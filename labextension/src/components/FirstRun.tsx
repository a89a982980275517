import React from 'react';
import { said } from '../desk';
import { Icon } from '../icons';
import { Button, Link } from './Button';
import { Segments } from './Segments';
import { ServerForm } from './ServerForm';
import { useView } from './context';

const SITES = {
  intl: {
    base: 'https://api.moonshot.ai/v1',
    keys: 'https://platform.moonshot.ai/console/api-keys'
  },
  cn: { base: 'https://api.moonshot.cn/v1', keys: 'https://platform.moonshot.cn/console/api-keys' }
} as const;

/** For people without a key: start at once with the offline analyst, or sign in. */
export function FirstRun(): JSX.Element {
  const { session, t } = useView();
  return (
    <>
      <div>
        <h2 className="k2-h1">{t('first.title')}</h2>
        <p className="k2-meta">{t('first.lead')}</p>
      </div>
      <section className="k2-card" data-testid="k2-offline-card">
        <h3>
          <Icon name="laptop" />
          {t('first.offline.title')}
        </h3>
        <p>{t('first.offline.body')}</p>
        <p className="k2-row k2-meta">
          <Icon name="lock" />
          {t('first.offline.promise')}
        </p>
        <Button
          look="primary wide"
          data-testid="k2-offline"
          onClick={() => void session.set({ model: 'offline' })}
        >
          {t('first.offline.go')}
        </Button>
      </section>
      <SignIn />
      <Own />
    </>
  );
}

function Own(): JSX.Element {
  const { t } = useView();
  const [open, setOpen] = React.useState(false);
  return (
    <div className="k2-stack">
      <Link
        aria-expanded={open}
        data-testid="k2-own-server"
        onClick={() => setOpen(shown => !shown)}
      >
        {t('first.own')}
      </Link>
      {open && <ServerForm />}
      <p className="k2-meta">{t('first.env', { name: 'MOONSHOT_API_KEY' })}</p>
    </div>
  );
}

/**
 * Takes the key. It goes once over the control channel and the field is cleared: it is never in the state, an event, a cell,
 * the settings or the console.
 */
function SignIn(): JSX.Element {
  const { session, t } = useView();
  const [site, setSite] = React.useState<keyof typeof SITES>(t.chinese ? 'cn' : 'intl');
  const [problem, setProblem] = React.useState('');
  const [checking, setChecking] = React.useState(false);
  const field = React.useRef<HTMLInputElement>(null);
  const signIn = async (event: React.FormEvent): Promise<void> => {
    event.preventDefault();
    const key = field.current?.value.trim() ?? '';
    if (!key) {
      return;
    }
    if (field.current) {
      field.current.value = '';
    }
    setChecking(true);
    setProblem('');
    try {
      const { account } = await session.request(
        'sign_in',
        { key, base_url: SITES[site].base },
        30_000
      );
      if (account.key === 'refused') {
        setProblem(t('first.key.bad', { host: account.host }));
        field.current?.focus();
      } else {
        session.store.dispatch({ type: 'account', account });
        await session.hello(false);
      }
    } catch (error) {
      setProblem(said(error));
      field.current?.focus();
    } finally {
      setChecking(false);
    }
  };
  return (
    <section className="k2-card" data-testid="k2-signin-card">
      <h3>
        <Icon name="lock" />
        {t('first.key.title')}
      </h3>
      <p>{t('first.key.body')}</p>
      <Segments<keyof typeof SITES>
        id="k2-site"
        label={t('first.key.site')}
        value={site}
        options={[
          ['intl', t('first.key.intl')],
          ['cn', t('first.key.cn')]
        ]}
        onChange={next => setSite(next)}
      />
      <form className="k2-line" onSubmit={event => void signIn(event)}>
        <input
          ref={field}
          className="k2-field"
          type="password"
          autoComplete="off"
          placeholder="sk-…"
          aria-label={t('first.key.label')}
          aria-invalid={problem !== ''}
          data-testid="k2-key-input"
        />
        <Button type="submit" data-testid="k2-signin" disabled={checking}>
          {t('first.key.go')}
        </Button>
      </form>
      {checking && <p className="k2-meta">{t('first.key.checking')}</p>}
      {problem && (
        <p className="k2-problem" role="alert" data-testid="k2-key-problem">
          {problem}
        </p>
      )}
      <p className="k2-meta">
        {t('first.key.hint')}{' '}
        <a className="k2-link" href={SITES[site].keys} target="_blank" rel="noopener noreferrer">
          {t('first.key.get')}
        </a>
      </p>
    </section>
  );
}
