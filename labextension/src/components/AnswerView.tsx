import React from 'react';
import { Icon } from '../icons';
import type { Answer, Finding } from '../protocol';
import type { Run } from '../state';
import { Fold } from './Fold';
import { Link } from './Button';
import { Marked } from './Marked';
import { ReportButton } from './ReportButton';
import { useView } from './context';

/** The answer: verdict, findings with their numbers and steps, what to keep in mind, report, what to ask next. */
export function AnswerView({ run }: { run: Run }): JSX.Element | null {
  const { desk, session, t } = useView();
  const section = React.useRef<HTMLElement>(null);
  const { answer } = run;
  if (!answer) {
    return null;
  }
  const untraced = answer.numbers - answer.traced;
  const showUntraced = (): void => {
    const first = section.current?.querySelector<HTMLElement>('[data-verified="false"]');
    first?.scrollIntoView({ block: 'center' });
    first?.focus();
  };
  return (
    <section
      ref={section}
      className="k2-answer"
      data-testid="k2-answer"
      aria-label={t('answer.title')}
    >
      <p className="k2-verdict" data-testid="k2-verdict">
        <Marked run={run} text={answer.summary} marks={answer.marks} />
      </p>
      <ul className="k2-find">
        {answer.findings.map((finding, at) => (
          <FindingView key={at} run={run} finding={finding} />
        ))}
      </ul>
      {answer.limitations.length > 0 && (
        <div className="k2-meta">
          <b>{t('answer.limits')}</b>
          <ul className="k2-limits">
            {answer.limitations.map((text, at) => (
              <li key={at}>{text}</li>
            ))}
          </ul>
        </div>
      )}
      {answer.methods.length > 0 && (
        <Fold summary={<span>{t('answer.method')}</span>}>
          <ul className="k2-limits k2-meta">
            {answer.methods.map((text, at) => (
              <li key={at}>{text}</li>
            ))}
          </ul>
        </Fold>
      )}
      {answer.numbers > 0 && (
        <div className="k2-trace" data-testid="k2-trace">
          <Icon name="lock" />
          <span>{t('answer.traced', { a: answer.traced, b: answer.numbers })}</span>
          {untraced > 0 && (
            <>
              ·<Link onClick={showUntraced}>{t('answer.untraced', { n: untraced })}</Link>
            </>
          )}
        </div>
      )}
      {!run.past && <ReportButton run={run} />}
      <Link
        className="k2-copy"
        data-testid="k2-copy"
        onClick={() => void navigator.clipboard.writeText(plain(answer))}
      >
        {t('answer.copy')}
      </Link>
      {answer.follow_ups.length > 0 && (
        <div>
          <span className="k2-label">{t('answer.follow')}</span>
          <div className="k2-follow">
            {answer.follow_ups.map((text, at) => (
              <button
                key={at}
                type="button"
                data-testid="k2-followup"
                onClick={() => {
                  desk.setDraft(session, { text });
                  desk.wantFocus('question');
                }}
              >
                <Icon name="reply" />
                <span>{text}</span>
              </button>
            ))}
          </div>
        </div>
      )}
    </section>
  );
}

/** The answer in plain words, as it is pasted. */
function plain(answer: Answer): string {
  const lines = [...answer.findings.map(finding => finding.text), ...answer.limitations];
  return [answer.summary, ...lines.map(line => `- ${line}`)].join('\n');
}

function FindingView({ run, finding }: { run: Run; finding: Finding }): JSX.Element {
  const { desk, session, t } = useView();
  return (
    <li data-testid="k2-finding">
      <Marked run={run} text={finding.text} marks={finding.marks} />
      {finding.aside && <span className="k2-meta"> ({finding.aside})</span>}
      {finding.steps.map(number => {
        const cell = run.steps.find(step => step.number === number)?.cellId;
        return (
          cell && (
            <button
              key={number}
              type="button"
              className="k2-src"
              title={t('answer.from', { n: number })}
              aria-label={t('answer.from', { n: number })}
              onClick={() => void desk.jump(session, cell)}
            >
              {number}
            </button>
          )
        );
      })}
    </li>
  );
}
