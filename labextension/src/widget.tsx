/** The side panel: a thin Lumino shell around the React components. */
import { ReactWidget } from '@jupyterlab/ui-components';
import type { Message } from '@lumino/messaging';
import React from 'react';
import { Panel } from './components/Panel';
import type { Desk } from './desk';
import { k2Icon } from './icons';
import type { Session } from './session';
import { waitingStep } from './state';

export class K2Panel extends ReactWidget {
  constructor(private _desk: Desk) {
    super();
    this.id = 'k2lab-panel';
    this.title.icon = k2Icon;
    this.title.caption = _desk.t('header.panel');
    this.addClass('k2-host');
    _desk.changed.connect(() => {
      this.title.caption = _desk.t('header.panel');
      this._watch();
      this._greet();
    });
    this._watch();
  }

  protected render(): JSX.Element {
    return <Panel desk={this._desk} />;
  }

  protected onAfterShow(message: Message): void {
    super.onAfterShow(message);
    this._greet();
  }

  protected onActivateRequest(message: Message): void {
    super.onActivateRequest(message);
    const state = this._desk.current?.store.get();
    // Drawn a moment later; focus goes to the approval if one waits.
    window.requestAnimationFrame(() =>
      this._desk.wantFocus(state && waitingStep(state) ? 'approval' : 'question')
    );
  }

  private _watched = new WeakSet<Session>();

  /** Put a dot on the icon while an approval waits in whatever notebook. */
  private _watch(): void {
    const { sessions } = this._desk;
    const mark = (): void => {
      const waits = this._desk.sessions.some(one => waitingStep(one.store.get()) !== null);
      this.title.className = waits ? 'k2-waits' : '';
    };
    for (const session of sessions) {
      if (!this._watched.has(session)) {
        this._watched.add(session);
        session.store.subscribe(mark);
      }
    }
    mark();
  }

  /** Load k2lab into the kernel of the notebook in view, now that somebody looks. */
  private _greet(): void {
    const session = this._desk.current;
    if (session && this.isVisible && !session.eager) {
      session.eager = true;
      if (session.kernel && session.store.get().connection === 'connecting') {
        void session.hello(true);
      }
    }
  }
}
