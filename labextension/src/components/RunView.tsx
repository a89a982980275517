import React from 'react';
import { brief, clock, money, span } from '../numbers';
import { Run, isOver, progress, shownSteps } from '../state';
import { AnswerView } from './AnswerView';
import { AskedBack } from './AskedBack';
import { Button } from './Button';
import { Clock } from './Clock';
import { Fold } from './Fold';
import { Notice } from './Notice';
import { Outcome } from './Outcome';
import { Prose } from './Prose';
import { Question } from './Question';
import { Spinner } from './Spinner';
import { StepRow, TodoRow } from './StepRow';
import { Bar, Wait } from './Wait';
import { useLatest, useView } from './context';

const NEAR = 0.6; // share of the budget after which it is said: the next reply may cost much of the rest

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
                {total > 0 && (
                  <span className="k2-num" data-testid="k2-count">
                    {t('run.plan.count', { done, total })}
                  </span>
                )}
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
      {run.waiting && <Wait run={run} />}
      {!over && <BudgetNear run={run} />}
      {run.asking && <AskedBack ask={run.asking.ask} text={run.asking.text} />}
      {over && <AnswerView run={run} />}
      {over && <Outcome run={run} />}
      {over && <RunFoot run={run} />}
    </article>
  );
});

function Steps({ run }: { run: Run }): JSX.Element | null {
  const steps = shownSteps(run);
  const begun = steps.filter(step => step.tool === 'run_cell' && step.state !== 'fail').length;
  const todo = isOver(run) ? [] : run.planned.slice(begun);
  if (steps.length + todo.length === 0) {
    return null;
  }
  return (
    <ol className="k2-steps" data-testid="k2-plan">
      {steps.map((step, at) => (
        <StepRow
          key={step.number}
          n={run.n}
          over={isOver(run)}
          step={step}
          last={at === steps.length - 1}
        />
      ))}
      {todo.map((title, at) => (
        <TodoRow key={`todo-${at}`} title={title} />
      ))}
    </ol>
  );
}

/** Said once a run has used most of what it may cost. */
function BudgetNear({ run }: { run: Run }): JSX.Element | null {
  const { t } = useView();
  const state = useLatest();
  const [dismissed, setDismissed] = React.useState(false);
  const used = Number(run.usage?.cost ?? 0);
  const limit = Number(state.spend?.limit ?? 0);
  if (dismissed || !limit || used < NEAR * limit) {
    return null;
  }
  const currency = state.spend?.currency ?? '';
  const each = used / Math.max(1, run.steps.length);
  const left = Math.max(0, limit - used);
  return (
    <Notice
      id="budget-near"
      kind="warn"
      icon="coin"
      title={t('budget.near')}
      actions={
        <Button look="quiet" onClick={() => setDismissed(true)}>
          {t('budget.dismiss')}
        </Button>
      }
    >
      <Bar share={used / limit} look="warn" />
      <p>
        {t('budget.near.body', {
          left: money(String(left), currency),
          limit: money(String(limit), currency),
          n: Math.max(1, Math.floor(left / each))
        })}
      </p>
    </Notice>
  );
}

function RunFoot({ run }: { run: Run }): JSX.Element | null {
  const { t } = useView();
  const { usage } = run;
  const tokens = usage ? usage.prompt + usage.completion : 0;
  if (tokens === 0 && run.steps.length === 0) {
    return null;
  }
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
