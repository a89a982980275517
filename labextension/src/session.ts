/**
 * One notebook's line to its kernel: events come down on a comm, requests go up on the control channel.
 *
 * It reads what comes and tells the store and the notebook; it never changes the state itself.
 */
import type { ISessionContext } from '@jupyterlab/apputils';
import { INotebookModel, NotebookPanel } from '@jupyterlab/notebook';
import { Kernel, KernelMessage } from '@jupyterlab/services';
import type { ISharedNotebook } from '@jupyter/ydoc';
import { UUID } from '@lumino/coreutils';
import { IDisposable } from '@lumino/disposable';
import { Signal } from '@lumino/signaling';
import { Pages } from './notebook/pages';
import { RunCells } from './runcells';
import {
  Announce,
  Change,
  DOWN,
  Decision,
  Down,
  PROTOCOL,
  REQUEST,
  Replies,
  Reply,
  RequestType,
  RunEvent,
  isRunEvent,
  readDown
} from './protocol';
import { Sequence } from './sequence';
import { activeRun, wanted } from './state';
import { Store } from './store';

const HELLO_MS = 1000;
const REPLY_MS = 5000;
const LATER_MS = 60_000;

/** A request that the kernel refused, or that it never answered. */
export class RequestFailed extends Error {
  constructor(
    message: string,
    readonly mend = '',
    readonly unanswered = false
  ) {
    super(message);
  }
}

interface Waiting {
  resolve: (reply: Reply) => void;
  reject: (error: RequestFailed) => void;
  timer: number;
}

export class Session implements IDisposable {
  readonly store = new Store();
  readonly client = `fe-${UUID.uuid4().slice(0, 8)}`;
  /** Emitted after an event of a run was handled. */
  readonly handled = new Signal<this, RunEvent>(this);

  private _kernel: Kernel.IKernelConnection | null = null;
  private _cells: RunCells;
  private _pages: Pages;
  private _sequences = new Map<string, Sequence>();
  private _waiting = new Map<string, Waiting>();
  private _comms = new Set<Kernel.IComm>();
  private _asked = 0;
  private _disposed = false;
  private _resending = new Set<string>();
  private _tried = '';

  constructor(
    readonly panel: NotebookPanel,
    /** Language of the panel, in which the kernel makes suggestions. */
    private _language: () => string
  ) {
    this._cells = new RunCells(
      () => this.notebook,
      (owner, missed) => this._pages.writes(owner, missed),
      cells => void this.request('retire', { cells, at: Date.now() }).catch(() => undefined)
    );
    this._pages = new Pages(panel, () => this._cells.catchUp());
    const context = panel.sessionContext;
    context.kernelChanged.connect(this._onKernelChanged, this);
    context.statusChanged.connect(this._onStatus, this);
    context.connectionStatusChanged.connect(this._onConnection, this);
    panel.disposed.connect(this.dispose, this);
    void context.ready.then(() => this._connect(context.session?.kernel ?? null));
  }

  get isDisposed(): boolean {
    return this._disposed;
  }

  get context(): ISessionContext {
    return this.panel.sessionContext;
  }

  get notebook(): ISharedNotebook | null {
    return (this.panel.content.model as INotebookModel | null)?.sharedModel ?? null;
  }

  get kernel(): Kernel.IKernelConnection | null {
    return this._kernel;
  }

  dispose(): void {
    if (this._disposed) {
      return;
    }
    this._disposed = true;
    this._disconnect();
    Signal.clearData(this);
  }

  /** Ask the kernel something; it answers also while a cell runs. */
  request<T extends RequestType>(
    type: T,
    fields: Record<string, unknown> = {},
    timeout = REPLY_MS
  ): Promise<Reply & Replies[T]> {
    const kernel = this._kernel;
    if (!kernel || kernel.isDisposed) {
      return Promise.reject(new RequestFailed('There is no kernel.', '', true));
    }
    const id = `q${++this._asked}`;
    const answer = new Promise<Reply>((resolve, reject) => {
      this._waiting.set(id, { resolve, reject, timer: 0 });
      this._expect(id, timeout);
    });
    const message = KernelMessage.createMessage({
      // Not one of Jupyter's own types; the kernel's handler for it is registered by k2lab.
      msgType: REQUEST as never,
      channel: 'control',
      session: kernel.clientId,
      username: kernel.username,
      content: { type, id, client: this.client, ...fields } as never
    }) as unknown as KernelMessage.IControlMessage;
    const future = kernel.sendControlMessage(message, true, true);
    future.onReply = reply => this._onReply(reply.content as unknown as Reply);
    return answer as Promise<Reply & Replies[T]>;
  }

  /** Say hello, load k2lab if it is not there yet, and catch up with what we missed. Loads at most once a kernel. */
  async hello(load: boolean): Promise<boolean> {
    const kernel = this._kernel;
    if (!kernel) {
      return false;
    }
    const since = Object.fromEntries([...this._sequences].map(([run, seq]) => [run, seq.last]));
    const fields = { protocol: PROTOCOL, since, language: this._language() };
    try {
      await this._welcome(await this.request('hello', fields, HELLO_MS));
      return true;
    } catch (error) {
      if (!(error instanceof RequestFailed) || kernel !== this._kernel) {
        return false;
      }
    }
    if (
      !load ||
      this._tried === kernel.id ||
      activeRun(this.store.get()) ||
      kernel.status === 'busy'
    ) {
      return false;
    }
    this._tried = kernel.id;
    const info = await kernel.info.catch(() => null);
    if (info?.language_info.name !== 'python') {
      this.store.dispatch({
        type: 'connection',
        connection: 'foreign',
        language: info?.language_info.name ?? null
      });
      return false;
    }
    const code = '%load_ext k2lab';
    const future = kernel.requestExecute({
      code,
      silent: true,
      store_history: false,
      allow_stdin: true
    });
    const reply = await future.done.catch(() => null);
    if (kernel !== this._kernel) {
      return false;
    }
    if (reply?.content.status !== 'ok') {
      this.store.dispatch({ type: 'connection', connection: 'absent' });
      return false;
    }
    return this.hello(false);
  }

  /** Whether it was us who loaded k2lab: then the notebook should say so too. */
  get loadedBySelf(): boolean {
    return this._kernel !== null && this._tried === this._kernel.id;
  }

  async decide(
    approval: string,
    answer: Decision,
    code: string | null = null,
    words = ''
  ): Promise<void> {
    this.store.dispatch({ type: 'decided', approval, decision: answer });
    try {
      await this.request('approve', { approval, answer, code, words });
    } catch {
      this.store.dispatch({ type: 'undelivered', approval });
    }
  }

  /** Stop the run; where the kernel does not hear it, interrupt the kernel. */
  async stop(): Promise<void> {
    const run = activeRun(this.store.get());
    if (!run) {
      return;
    }
    this.store.dispatch({ type: 'stopping', stopping: true });
    try {
      await this.request('cancel', { run: run.id }, HELLO_MS);
    } catch {
      await this._kernel?.interrupt();
    }
  }

  /** Change settings for the questions to come. */
  async set(values: Change): Promise<void> {
    const { settings, account, spend } = await this.request('settings', { values });
    this.store.dispatch({ type: 'settings', settings, account, spend });
  }

  /** Ask again for what cells may have changed: settings, money, frames. */
  async refresh(): Promise<void> {
    try {
      // A cell may have changed those too, with %config or %k2 model.
      await this.set({});
      const frames = await this.request('frames', {}, LATER_MS);
      this.store.dispatch({ type: 'frames', reply: frames });
    } catch {
      // The list stays as it was; the next idle moment asks again.
    }
  }

  private _connect(kernel: Kernel.IKernelConnection | null): void {
    if (this._disposed || kernel === this._kernel) {
      return;
    }
    this._disconnect();
    this._kernel = kernel;
    if (!kernel) {
      this.store.dispatch({ type: 'connection', connection: 'no-kernel' });
      return;
    }
    kernel.registerCommTarget(DOWN, this._onComm);
    this._pages.join(kernel.clientId);
    this.store.dispatch({ type: 'connection', connection: 'connecting' });
    void this.hello(false);
  }

  private _disconnect(): void {
    for (const [id, waiting] of this._waiting) {
      window.clearTimeout(waiting.timer);
      waiting.reject(new RequestFailed('The kernel is gone.', '', true));
      this._waiting.delete(id);
    }
    if (this._kernel && !this._kernel.isDisposed) {
      this._kernel.removeCommTarget(DOWN, this._onComm);
    }
    this._comms.clear();
    this._sequences.clear();
    this._kernel = null;
    this._tried = '';
  }

  private _expect(id: string, timeout: number): void {
    const waiting = this._waiting.get(id);
    if (waiting) {
      window.clearTimeout(waiting.timer);
      waiting.timer = window.setTimeout(() => {
        this._waiting.delete(id);
        waiting.reject(new RequestFailed('The kernel did not answer.', '', true));
      }, timeout);
    }
  }

  private _onReply(reply: Reply): void {
    const waiting = this._waiting.get(reply.id);
    if (!waiting) {
      return;
    }
    if (reply.status === 'later') {
      this._expect(reply.id, LATER_MS);
      return;
    }
    window.clearTimeout(waiting.timer);
    this._waiting.delete(reply.id);
    if (reply.status === 'ok') {
      waiting.resolve(reply);
    } else {
      waiting.reject(new RequestFailed(reply.error ?? 'The kernel refused.', reply.mend));
    }
  }

  // Never returns a promise: JupyterLab would wait for it before it handles the next message.
  private readonly _onComm = (comm: Kernel.IComm, open: KernelMessage.ICommOpenMsg): void => {
    this._comms.add(comm);
    comm.onMsg = message => this._hear(message.content.data);
    comm.onClose = () => void this._comms.delete(comm);
    this._hear(open.content.data);
  };

  private _hear(data: unknown): void {
    const message = readDown(data);
    if (message) {
      this._take(message);
    }
  }

  private _take(message: Down): void {
    if (isRunEvent(message)) {
      this._takeEvent(message);
    } else if (message.type === 'reply') {
      this._onReply(message);
    } else if (message.type === 'announce') {
      this._onAnnounce(message);
    } else {
      this._cells.removed(message);
      this.store.dispatch({ type: 'forgotten', run: message.run });
    }
  }

  private _onAnnounce(announce: Announce): void {
    if (announce.to === null || announce.to === undefined || announce.wait) {
      void this.hello(false);
    }
  }

  private _takeEvent(event: RunEvent): void {
    let sequence = this._sequences.get(event.run);
    if (!sequence) {
      sequence = new Sequence();
      this._sequences.set(event.run, sequence);
    }
    sequence.take(event).forEach(ready => this._handle(ready, false));
    if (sequence.gap) {
      void this._resend(event.run, sequence.last + 1, event.seq);
    }
  }

  private _handle(event: RunEvent, missed: boolean): void {
    this.store.dispatch({ type: 'event', event, heard: Date.now() });
    this._cells.handle(event, missed);
    this.handled.emit(event);
    if (event.type === 'run_finished') {
      void this.refresh();
    }
  }

  private async _welcome(reply: Replies['hello']): Promise<void> {
    if (this.store.get().kernel !== reply.kernel) {
      this._sequences.clear();
    }
    this.store.dispatch({ type: 'hello', reply });
    this._cells.know(reply.runs);
    for (const want of wanted(this.store.get(), reply.runs)) {
      await this._resend(want.run, want.from, want.to);
    }
    void this.refresh();
  }

  /** Ask for events again until there are no more; what the kernel no longer has is skipped. */
  private async _resend(run: string, from: number, to: number): Promise<void> {
    if (this._resending.has(run)) {
      return;
    }
    this._resending.add(run);
    try {
      for (let next = from, more = true; more;) {
        this.store.dispatch({ type: 'sync', sync: { from: from - 1, to, at: next - 1 } });
        const reply = await this.request('resend', { run, from: next }, LATER_MS);
        const sequence = this._sequences.get(run) ?? new Sequence();
        this._sequences.set(run, sequence);
        if (reply.lost || reply.events.length === 0) {
          sequence.skipTo(reply.last).forEach(event => this._handle(event, true));
          break;
        }
        for (const event of reply.events) {
          sequence.take(event).forEach(ready => this._handle(ready, true));
        }
        next = reply.events[reply.events.length - 1].seq + 1;
        more = reply.more;
      }
    } catch {
      // The kernel went away or did not answer: the next hello asks again.
    } finally {
      this._resending.delete(run);
      this.store.dispatch({ type: 'sync', sync: null });
    }
  }

  private _onKernelChanged(): void {
    const kernel = this.context.session?.kernel ?? null;
    if (this._kernel && kernel !== this._kernel) {
      this.store.dispatch({ type: 'kernel_lost', how: 'restarted' });
    }
    this._connect(kernel);
  }

  private _onConnection(_: ISessionContext, status: Kernel.ConnectionStatus): void {
    if (status === 'connected') {
      void this.hello(false);
    } else if (status === 'disconnected' && this._kernel) {
      this.store.dispatch({ type: 'connection', connection: 'lost' });
    }
  }

  private _onStatus(_: ISessionContext, status: Kernel.Status): void {
    this.store.dispatch({ type: 'kernel_busy', busy: status === 'busy' });
    if (status === 'dead' || status === 'terminating') {
      this._end('dead');
    } else if (status === 'restarting' || status === 'autorestarting') {
      this._end('restarted');
    } else if (status === 'idle' && this._kernel) {
      this._onIdle();
    }
  }

  private _end(how: 'dead' | 'restarted'): void {
    const { connection } = this.store.get();
    if (connection === 'dead' && how === 'dead') {
      return;
    }
    this._cells.abandon();
    this._sequences.clear();
    this._tried = '';
    this.store.dispatch({ type: 'kernel_lost', how });
  }

  private _onIdle(): void {
    const { connection } = this.store.get();
    if (connection === 'ready') {
      this._refreshSoon();
    } else if (connection === 'connecting' || connection === 'lost' || connection === 'dead') {
      void this.hello(this.eager);
    }
  }

  /** Whether somebody looks at the panel: only then is k2lab loaded into a kernel that has not got it. */
  eager = false;

  private _soon = 0;

  private _refreshSoon(): void {
    window.clearTimeout(this._soon);
    this._soon = window.setTimeout(() => {
      if (
        !this._disposed &&
        this.store.get().connection === 'ready' &&
        !activeRun(this.store.get())
      ) {
        void this.refresh();
      }
    }, 400);
  }
}
