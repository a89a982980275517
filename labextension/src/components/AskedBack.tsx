import React from 'react';
import { Icon } from '../icons';
import { Button } from './Button';
import { useView } from './context';

/** The analyst asks the person; the run waits for the answer. */
export function AskedBack(props: { ask: string; text: string }): JSX.Element {
  const { session, t } = useView();
  const [answer, setAnswer] = React.useState('');
  const [sent, setSent] = React.useState(false);
  const send = async (event: React.FormEvent): Promise<void> => {
    event.preventDefault();
    setSent(true);
    await session.request('say', { ask: props.ask, text: answer }).catch(() => setSent(false));
  };
  return (
    <form className="k2-card" data-testid="k2-asked" onSubmit={event => void send(event)}>
      <h3>
        <Icon name="reply" />
        {t('ask.answer')}
      </h3>
      <p>{props.text}</p>
      <div className="k2-line">
        <input
          className="k2-field"
          aria-label={t('ask.answer')}
          value={answer}
          disabled={sent}
          onChange={event => setAnswer(event.target.value)}
        />
        <Button look="primary" type="submit" disabled={sent || !answer.trim()}>
          {t('ask.answer.send')}
        </Button>
      </div>
    </form>
  );
}
