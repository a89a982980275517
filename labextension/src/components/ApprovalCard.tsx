import React from 'react';
import { Icon } from '../icons';
import type { Decision } from '../protocol';
import type { Approval, Step } from '../state';
import { Button } from './Button';
import { Clock } from './Clock';
import { RiskCode } from './Code';
import { Spinner } from './Spinner';
import { useView } from './context';

const DEAF_MS = 400; // keys that were meant for something else must not approve

interface Props {
  /** Number of the run. */
  n: number;
  step: Step;
  approval: Approval;
}

/** A cell that waits for the person: rule and effect in our words, the reason in the model's, the code in full. */
export function ApprovalCard({ n, step, approval }: Props): JSX.Element {
  const { desk, session, t } = useView();
  const [mode, setMode] = React.useState<'ask' | 'edit' | 'reject'>('ask');
  const [code, setCode] = React.useState(approval.code);
  const [reply, setReply] = React.useState('');
  const card = React.useRef<HTMLDivElement>(null);
  const since = React.useRef(Date.now());
  const decide = (decision: Decision, changed: string | null = null, said = ''): void =>
    void session.decide(approval.id, decision, changed, said);

  // When the card goes, focus that was in it goes to its step: never to the top of the page.
  React.useLayoutEffect(() => {
    const node = card.current;
    const row = node?.closest('li');
    return () => {
      if (node?.contains(document.activeElement)) {
        row?.focus();
      }
    };
  }, []);

  React.useEffect(() => {
    const panel = card.current?.closest('.k2-panel');
    const question = panel?.querySelector('textarea');
    if (panel?.contains(document.activeElement) && !(question?.value ?? '')) {
      card.current?.focus();
    }
    const slot = (_: unknown, where: 'question' | 'approval'): void => {
      if (where === 'approval') {
        card.current?.scrollIntoView({ block: 'nearest' });
        card.current?.focus();
      }
    };
    desk.focusWanted.connect(slot);
    return () => void desk.focusWanted.disconnect(slot);
  }, [desk, approval.id]);

  const onKey = (event: React.KeyboardEvent): void => {
    const field = (event.target as HTMLElement).closest('input, textarea');
    const early = Date.now() - since.current < DEAF_MS;
    if (
      field ||
      early ||
      event.ctrlKey ||
      event.metaKey ||
      event.altKey ||
      approval.sent ||
      mode !== 'ask'
    ) {
      return;
    }
    const act: Record<string, () => void> = {
      a: () => decide('once'),
      e: () => setMode('edit'),
      r: () => setMode('reject')
    };
    const chosen = act[event.key.toLowerCase()];
    if (chosen) {
      event.preventDefault();
      event.stopPropagation();
      chosen();
    }
  };

  const back = (
    <Button look="quiet" data-testid="k2-ok-back" onClick={() => setMode('ask')}>
      {t('ok.edit.cancel')}
    </Button>
  );
  const rules = [...new Set(approval.reasons.map(reason => reason.rule))].join(', ');
  const effects = [...new Set(approval.reasons.map(reason => reason.why))].join('; ');
  const title = `k2-ok-${approval.id}`;
  return (
    <div
      ref={card}
      className="k2-ok"
      role="group"
      tabIndex={-1}
      aria-labelledby={title}
      aria-describedby={`${title}-d`}
      data-testid="k2-approval"
      onKeyDown={onKey}
    >
      <div className="k2-okhead" id={title}>
        <Icon name="shield" />
        <span>{t(mode === 'edit' ? 'ok.edit' : mode === 'reject' ? 'ok.reject' : 'ok.title')}</span>
        <span className="k2-grow" />
        <Clock since={approval.askedAt} />
      </div>
      {mode === 'edit' ? (
        <div className="k2-okbody">
          <textarea
            className="k2-edit"
            spellCheck={false}
            autoFocus
            aria-label={t('ok.edit')}
            data-testid="k2-ok-code"
            value={code}
            rows={Math.min(14, code.split('\n').length + 3)}
            onChange={event => setCode(event.target.value)}
            onKeyDown={event => {
              if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
                decide('edit', code);
              } else if (event.key === 'Escape') {
                setMode('ask');
              }
            }}
          />
          <div className="k2-row">
            <Button
              look="primary"
              data-testid="k2-ok-run-mine"
              onClick={() => decide('edit', code)}
            >
              {t('ok.edit.run')}
            </Button>
            {back}
          </div>
        </div>
      ) : mode === 'reject' ? (
        <form
          className="k2-okbody"
          onSubmit={event => {
            event.preventDefault();
            decide('reject', null, reply);
          }}
        >
          <input
            className="k2-field"
            autoFocus
            placeholder={t('ok.reject.why')}
            aria-label={t('ok.reject.why')}
            data-testid="k2-ok-words"
            value={reply}
            onChange={event => setReply(event.target.value)}
            onKeyDown={event => event.key === 'Escape' && setMode('ask')}
          />
          <div className="k2-row">
            <Button look="primary" type="submit" data-testid="k2-ok-reject-send">
              {t('ok.reject.send')}
            </Button>
            {back}
          </div>
        </form>
      ) : (
        <div className="k2-okbody">
          <dl className="k2-dl">
            <dt>{t('ok.rule')}</dt>
            <dd className="k2-mono">{rules}</dd>
            <dt>{t('ok.effect')}</dt>
            <dd>{effects}</dd>
            {step.why && (
              <>
                <dt>{t('ok.why')}</dt>
                <dd>“{step.why}”</dd>
              </>
            )}
          </dl>
          <RiskCode
            code={approval.code}
            lines={new Set(approval.reasons.map(reason => reason.line))}
          />
          <p className="k2-meta" id={`${title}-d`}>
            {t(approval.undelivered ? 'ok.lost' : 'ok.waiting')}
          </p>
          <div className="k2-okbtns">
            <Button
              look="primary"
              disabled={approval.sent !== null}
              aria-keyshortcuts="A"
              data-testid="k2-ok-once"
              onClick={() => decide('once')}
            >
              {approval.sent === 'once' && <Spinner />}
              {t('ok.once')} <kbd>A</kbd>
            </Button>
            <Button
              disabled={approval.sent !== null}
              data-testid="k2-ok-run"
              title={t('ok.run.help', { rule: rules, n })}
              onClick={() => decide('run')}
            >
              {approval.sent === 'run' && <Spinner />}
              {t('ok.run')}
            </Button>
            <Button
              disabled={approval.sent !== null}
              aria-keyshortcuts="E"
              data-testid="k2-ok-edit"
              onClick={() => setMode('edit')}
            >
              {t('ok.edit')} <kbd>E</kbd>
            </Button>
            <Button
              disabled={approval.sent !== null}
              aria-keyshortcuts="R"
              data-testid="k2-ok-reject"
              onClick={() => setMode('reject')}
            >
              {t('ok.reject')} <kbd>R</kbd>
            </Button>
          </div>
        </div>
      )}
    </div>
  );
}
