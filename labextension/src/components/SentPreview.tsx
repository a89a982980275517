import React from 'react';
import { Icon } from '../icons';
import { brief } from '../numbers';
import type { Replies } from '../protocol';
import { Button } from './Button';
import { useContextOf } from './Estimate';
import { Fold } from './Fold';
import { PopoverFrame } from './Popover';
import { useLatest, useView } from './context';

/** The exact text that would leave this computer, and on demand all that left it so far. */
export function SentPreview(): JSX.Element {
  const { desk, session, t } = useView();
  const state = useLatest();
  const draft = desk.draft(session);
  const context = useContextOf(draft.text, draft.frames);
  const [sent, setSent] = React.useState<Replies['sent']['requests'] | null>(null);
  const showSent = async (): Promise<void> => setSent((await session.request('sent')).requests);
  return (
    <PopoverFrame title={t('privacy.preview.title')} testid="k2-preview">
      {context && (
        <fieldset>
          <p className="k2-meta">
            {context.host
              ? t('privacy.preview.to', { host: context.host, model: context.model })
              : `${t('ask.estimate.local')} · ${t('set.model.offline')}`}
          </p>
          <div className="k2-code">
            <pre className="k2-wrap" tabIndex={0} data-testid="k2-preview-text">
              {context.text}
            </pre>
          </div>
          <p className="k2-meta">{t('privacy.preview.system', { n: brief(context.fixed) })}</p>
          {state.settings?.privacy !== 'sample' && (
            <p className="k2-row k2-meta">
              <Icon name="lock" />
              <span className="k2-wide">{t('privacy.preview.foot')}</span>
            </p>
          )}
          <div className="k2-row">
            <Button onClick={() => void navigator.clipboard.writeText(context.text)}>
              <Icon name="copy" />
              {t('privacy.preview.copy')}
            </Button>
            <Button look="quiet" data-testid="k2-all-sent" onClick={() => void showSent()}>
              {t('privacy.preview.sent')}
            </Button>
          </div>
          {sent &&
            (sent.length === 0 ? (
              <p className="k2-meta">{t('privacy.preview.nothing')}</p>
            ) : (
              sent.map((request, at) => (
                <Fold
                  key={at}
                  summary={
                    <span>
                      {request.at} · {request.host}
                    </span>
                  }
                >
                  <pre className="k2-err k2-neutral" tabIndex={0}>
                    {request.body}
                  </pre>
                </Fold>
              ))
            ))}
        </fieldset>
      )}
    </PopoverFrame>
  );
}
