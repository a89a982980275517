import React from 'react';
import { Icon, IconName } from '../icons';
import { span } from '../numbers';
import type { Step, StepState } from '../state';
import type { Key } from '../words';
import { ApprovalCard } from './ApprovalCard';
import { Clock } from './Clock';
import { CodeAll, CodeTail } from './Code';
import { Fold } from './Fold';
import { Spinner } from './Spinner';
import { useView } from './context';

const ICONS: Readonly<Record<Exclude<StepState, 'run'>, IconName>> = {
  todo: 'todo',
  wait: 'shield',
  done: 'check',
  fail: 'fail',
  stop: 'stop',
  skip: 'stop'
};

export function StateIcon(props: { state: StepState }): JSX.Element {
  const { t } = useView();
  return (
    <span className={`k2-state ${props.state}`}>
      {props.state === 'run' ? <Spinner /> : <Icon name={ICONS[props.state]} />}
      <span className="k2-hidden">{t(`step.${props.state}` as Key)}: </span>
    </span>
  );
}

export function TodoRow(props: { title: string }): JSX.Element {
  return (
    <li className="k2-step todo" data-testid="k2-step" data-state="todo">
      <StateIcon state="todo" />
      <div className="k2-steptitle">
        <span>{props.title}</span>
      </div>
    </li>
  );
}

interface Props {
  /** Of the run: its number, and whether it ended. */
  n: number;
  over: boolean;
  step: Step;
  last: boolean;
}

/** One row of the plan: it gains its clock, its code, its approval or its figure, and closes again. */
export const StepRow = React.memo(function StepRow({ n, over, step, last }: Props): JSX.Element {
  const { desk, session, t } = useView();
  const now = step.state === 'run' || step.state === 'wait';
  const jump = (): void => {
    if (step.cellId) {
      void desk.jump(session, step.cellId);
    }
  };
  return (
    <li
      className={`k2-step ${step.state} ${now ? 'now' : ''}`}
      data-testid="k2-step"
      data-state={step.state}
      data-step={step.number}
      aria-current={now ? 'step' : undefined}
      tabIndex={-1}
    >
      <StateIcon state={step.state} />
      <Titled step={step} fold={!now && step.code !== ''} onJump={jump}>
        {step.cellId !== null && step.count !== null && (
          <button
            type="button"
            className="k2-jump"
            data-testid="k2-jump"
            title={t('run.jump', { n: step.count })}
            aria-label={t('run.jump', { n: step.count })}
            onClick={jump}
          >
            [{step.count}]
          </button>
        )}
        {step.state === 'run' && <Clock since={step.startedAt} />}
        {step.seconds !== null && <span className="k2-num">{span(step.seconds)}</span>}
      </Titled>
      {now && step.attempts.length > 0 && (
        <p className="k2-note">{t('fix.mending', { n: step.attempts.length + 1 })}</p>
      )}
      <Attempts step={step} />
      {step.state === 'wait' && step.approval && (
        <ApprovalCard n={n} step={step} approval={step.approval} />
      )}
      {step.state === 'run' && (
        <>
          {step.why && <p className="k2-note">{step.why}</p>}
          {step.code && (
            <CodeTail code={step.code} status={t(step.cellId ? 'run.running' : 'run.writing')} />
          )}
        </>
      )}
      {step.state === 'skip' && <p className="k2-note">{step.refusal || t('ok.rejected')}</p>}
      {step.state === 'fail' && !last && (
        <p className="k2-note">{t('fix.gaveup', { n: step.attempts.length })}</p>
      )}
      {step.state !== 'run' && step.figure && (
        <button
          type="button"
          className="k2-thumb"
          data-testid="k2-thumb"
          aria-label={t('run.thumb', { n: step.number, alt: step.figure.alt })}
          onClick={jump}
        >
          <span className="pic">
            <Picture figure={step.figure} />
          </span>
          <span>
            {step.note || step.title}
            <br />
            {step.count !== null && (
              <span className="k2-meta">{t('run.jump', { n: step.count })}</span>
            )}
          </span>
        </button>
      )}
      {step.state === 'done' && !step.figure && step.note && (last || !over) && (
        <p className="k2-note">{step.note}</p>
      )}
    </li>
  );
});

interface TitledProps {
  step: Step;
  /** Whether the code can be unfolded under the title. */
  fold: boolean;
  onJump(): void;
  children: React.ReactNode;
}

/** The title with what stands at its end; a press unfolds the code, Enter goes to the cell, arrows open and close. */
function Titled({ step, fold, onJump, children }: TitledProps): JSX.Element {
  const { t } = useView();
  const [open, setOpen] = React.useState(false);
  const title = step.title || step.tool;
  const onKey = (event: React.KeyboardEvent): void => {
    const act = {
      ArrowRight: () => setOpen(true),
      ArrowLeft: () => setOpen(false),
      Enter: step.cellId ? onJump : undefined
    }[event.key];
    if (act) {
      event.preventDefault();
      act();
    }
  };
  return (
    <>
      <div className="k2-steptitle">
        {fold ? (
          <button
            type="button"
            className="k2-name-wide"
            data-testid="k2-step-title"
            aria-expanded={open}
            aria-keyshortcuts="Enter ArrowRight ArrowLeft"
            onClick={() => setOpen(!open)}
            onKeyDown={onKey}
          >
            {title}
          </button>
        ) : (
          <span className="k2-name-wide">{title}</span>
        )}
        {children}
      </div>
      {fold && open && (
        <>
          {step.why && (
            <p className="k2-note">
              {t('run.why')}: {step.why}
            </p>
          )}
          <CodeAll code={step.code} />
        </>
      )}
    </>
  );
}

function Picture({ figure }: { figure: NonNullable<Step['figure']> }): JSX.Element {
  const source =
    figure.mime === 'image/svg+xml'
      ? `data:image/svg+xml;utf8,${encodeURIComponent(figure.data)}`
      : `data:${figure.mime};base64,${figure.data.replace(/\s/g, '')}`;
  return <img src={source} alt="" loading="lazy" decoding="async" />;
}

function Attempts({ step }: { step: Step }): JSX.Element | null {
  const { t } = useView();
  if (step.attempts.length === 0) {
    return null;
  }
  return (
    <div className="k2-attempts">
      {step.state === 'done' && (
        <p className="k2-note">{t('fix.mended', { n: step.attempts.length + 1 })}</p>
      )}
      {step.attempts.map((attempt, at) => (
        <Fold
          key={at}
          summary={
            <span>
              {t('fix.attempt', { n: at + 1 })} · {attempt.problem.split('\n')[0]}
            </span>
          }
        >
          <pre className="k2-err" tabIndex={0}>
            {attempt.traceback || attempt.problem}
          </pre>
        </Fold>
      ))}
    </div>
  );
}
