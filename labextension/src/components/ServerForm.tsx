import React from 'react';
import { said } from '../desk';
import { Button } from './Button';
import { useView } from './context';

/** Takes the address of a server: one of one's own needs no key. */
export function ServerForm(props: { onUsed?(): void }): JSX.Element {
  const { session, t } = useView();
  const [problem, setProblem] = React.useState('');
  const field = React.useRef<HTMLInputElement>(null);
  const use = async (event: React.FormEvent): Promise<void> => {
    event.preventDefault();
    const address = field.current?.value.trim() ?? '';
    if (!address) {
      return;
    }
    setProblem('');
    try {
      await session.set({ base_url: address, model: null });
      props.onUsed?.();
    } catch (error) {
      setProblem(said(error));
      field.current?.focus();
    }
  };
  return (
    <>
      <form className="k2-line" onSubmit={event => void use(event)}>
        <input
          ref={field}
          className="k2-field"
          placeholder="http://localhost:8000/v1"
          aria-label={t('first.own.label')}
          aria-invalid={problem !== ''}
          data-testid="k2-server"
        />
        <Button type="submit" data-testid="k2-server-use">
          {t('first.own.use')}
        </Button>
      </form>
      {problem && (
        <p className="k2-problem" role="alert">
          {problem}
        </p>
      )}
    </>
  );
}
