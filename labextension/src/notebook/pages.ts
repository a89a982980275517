/**
 * Which page writes the cells of a run, when several have the notebook open.
 *
 * The kernel tells every page of what happens. The one in which the person ran the cell writes; if that page is gone, one
 * of those that share the document does, and the others see it through the shared model. A second window on the same file
 * without collaboration has a document of its own, and is left alone.
 */
import type { NotebookPanel } from '@jupyterlab/notebook';

const FIELD = 'k2lab';
/** How long after the notebook is loaded the other pages are known too. */
const MEET_MS = 2000;

export class Pages {
  private _client = '';
  private _met = false;

  constructor(
    private _panel: NotebookPanel,
    changed: () => void
  ) {
    void _panel.context.ready.then(() => {
      const awareness = this._awareness;
      awareness?.on('change', changed);
      _panel.disposed.connect(() => awareness?.off('change', changed));
      this._tell();
      window.setTimeout(() => {
        this._met = true;
        changed();
      }, MEET_MS);
    });
  }

  /** The kernel knows this page by the name of a client. */
  join(client: string): void {
    this._client = client;
    this._tell();
  }

  /** Whether this page writes the run that `owner` started; `missed`: before this page listened. */
  writes(owner: string, missed: boolean): boolean {
    if (owner === this._client) {
      return true;
    }
    const awareness = this._awareness;
    if (!awareness || !this._panel.context.model.collaborative) {
      return missed;
    }
    const pages = new Map<number, string>();
    awareness.getStates().forEach((state, id) => {
      if (typeof state[FIELD] === 'string') {
        pages.set(id, state[FIELD]);
      }
    });
    const gone = ![...pages.values()].includes(owner);
    return this._met && gone && Math.min(...pages.keys()) === awareness.clientID;
  }

  private get _awareness() {
    return this._panel.context.model?.sharedModel.awareness ?? null;
  }

  private _tell(): void {
    if (this._client) {
      this._awareness?.setLocalStateField(FIELD, this._client);
    }
  }
}
