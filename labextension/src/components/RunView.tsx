import React from 'react';
import { brief, clock, money, span } from '../numbers';
import { Run, isOver, progress, shownSteps } from '../state';
import { AnswerView } from './AnswerView';
import { AskedBack } from './AskedBack';
import { Clock } from './Clock';
import { Fold } from './Fold';
import { Outcome } from './Outcome';
import { Prose } from './Prose';
import { Question } from './Question';
import { Spinner } from './Spinner';
import { StepRow, TodoRow } from './StepRow';
import { useView } from './context';

/** One run: the question, the plan that is also the progress, how it ended. */
export const RunView = React.memo(function RunView({ run }: { run: Run }): JSX.Element {
  const { t } = useView();
  const over = isOver(run);
  const { done, total } = progress(run);
  return (
    <article className="k2-run" data-testid="k2-run" data-status={run.status} data-run={run.id}>
      <Question text={run.question} />
      {over && run.answer ? (
        total > 0 && (
          <Fold
            summary={<span>{`${t('run.plan')} · ${t('run.plan.count', { done, total })}`}</span>}
          >
            <Steps run={run} />
          </Fold>
        )
      ) : (
        <>
          <div className="k2-planhead">
            {run.status === 'planning' ? (
              <>
                <span className="k2-state run">
                  <Spinner />
                </span>
                <span>{t('run.planning')}</span>
              </>
            ) : (
              <>
                <span>{t('run.name', { n: run.n })}</span>
                <span className="k2-num" data-testid="k2-count">
                  {t('run.plan.count', { done, total })}
                </span>
              </>
            )}
            <span className="k2-grow" />
            {over
              ? run.seconds !== null && <span className="k2-num">{clock(run.seconds)}</span>
              : !over && <Clock since={run.startedAt} />}
          </div>
          {run.status === 'planning' && run.frames.length > 0 && !run.text && (
            <p className="k2-note">{t('run.planning.note', { frame: run.frames.join(', ') })}</p>
          )}
          {run.text && !over && <Prose text={run.text} />}
          <Steps run={run} />
        </>
      )}
      {run.asking && <AskedBack ask={run.asking.ask} text={run.asking.text} />}
      {over && <AnswerView run={run} />}
      {over && <Outcome run={run} />}
      {over && <RunFoot run={run} />}
    </article>
  );
});

function Steps({ run }: { run: Run }): JSX.Element {
  const steps = shownSteps(run);
  const begun = steps.filter(step => step.tool === 'run_cell' && step.state !== 'fail').length;
  const todo = isOver(run) ? [] : run.planned.slice(begun);
  let failed = 0;
  return (
    <ol className="k2-steps" data-testid="k2-plan">
      {steps.map((step, at) => {
        const mending = failed;
        failed = step.state === 'fail' ? failed + 1 : 0;
        const last = at === steps.length - 1;
        return <StepRow key={step.number} run={run} step={step} last={last} mending={mending} />;
      })}
      {todo.map((title, at) => (
        <TodoRow key={`todo-${at}`} title={title} />
      ))}
    </ol>
  );
}

function RunFoot({ run }: { run: Run }): JSX.Element {
  const { t } = useView();
  const { usage } = run;
  const tokens = usage ? usage.prompt + usage.completion : 0;
  const values = { steps: shownSteps(run).length, time: span(run.seconds ?? 0) };
  const text =
    tokens === 0
      ? t('run.usage.free', values)
      : t('run.usage', {
          ...values,
          tokens: brief(tokens),
          price: money(usage?.cost, usage?.currency ?? '') || '–'
        });
  return (
    <p className="k2-meta" data-testid="k2-usage">
      {text}
      {run.offline && ` · ${t('run.offline')}`}
    </p>
  );
}
