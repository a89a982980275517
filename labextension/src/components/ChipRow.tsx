import React from 'react';
import { Icon } from '../icons';
import type { Key } from '../words';
import { useLatest, useView } from './context';

const SINGLY = 3; // frames that get a chip each

/** What goes along with the question: the cell it is about, how much may be seen, which frames. */
export function ChipRow(): JSX.Element {
  const { desk, session, t, open } = useView();
  const state = useLatest();
  const { about, frames } = desk.draft(session);
  const offline = state.account?.analyst === 'offline';
  const names = state.frames.map(frame => frame.name);
  const chosen = frames?.filter(name => names.includes(name)) ?? names;
  const left = names.filter(name => !chosen.includes(name));
  const set = (next: readonly string[]): void =>
    desk.setDraft(session, { frames: next.length === names.length ? null : next });
  const privacy = state.settings?.privacy ?? 'schema';
  return (
    <>
      {about && (
        <button
          type="button"
          className="k2-chip"
          data-testid="k2-about-chip"
          aria-label={`${t('nb.ask.about', { n: about.count ?? ' ' })}: ${t('set.close')}`}
          onClick={() => desk.setDraft(session, { about: null })}
        >
          <Icon name="reply" />
          <span>{t('nb.ask.about', { n: about.count ?? ' ' })}</span>
          <Icon name="x" className="x" />
        </button>
      )}
      <button
        type="button"
        className={`k2-chip ${privacy === 'sample' && !offline ? 'warn' : ''}`}
        data-testid="k2-privacy-chip"
        onClick={() => open('settings')}
      >
        <Icon name={offline ? 'laptop' : 'lock'} />
        <span>{offline ? t('set.model.offline') : t(`privacy.${privacy}` as Key)}</span>
      </button>
      {frames === null && names.length > SINGLY ? (
        <button
          type="button"
          className="k2-chip"
          data-testid="k2-frame-chip"
          title={names.join(', ')}
          onClick={() => set(names.slice(0, 1))}
        >
          <Icon name="table" />
          <span>{t('ask.allframes')}</span>
          <Icon name="x" className="x" />
        </button>
      ) : (
        chosen.map(name => (
          <button
            key={name}
            type="button"
            className="k2-chip"
            data-testid="k2-frame-chip"
            aria-label={t('ask.removeframe', { frame: name })}
            disabled={chosen.length === 1}
            onClick={() => set(chosen.filter(other => other !== name))}
          >
            <Icon name="table" />
            <span>{name}</span>
            {chosen.length > 1 && <Icon name="x" className="x" />}
          </button>
        ))
      )}
      {left.length > 0 && (
        <span className="k2-chip k2-add">
          <Icon name="plus" />
          <select
            aria-label={t('ask.addframe')}
            data-testid="k2-add-frame"
            value=""
            onChange={event => set([...chosen, event.target.value])}
          >
            <option value="" disabled>
              {t('ask.addframe')}
            </option>
            {left.map(name => (
              <option key={name}>{name}</option>
            ))}
          </select>
        </span>
      )}
    </>
  );
}
