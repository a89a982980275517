import { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ISessionContextDialogs } from '@jupyterlab/apputils';
import { INotebookTracker } from '@jupyterlab/notebook';
import { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import { ITranslator } from '@jupyterlab/translation';
import { Desk } from '../desk';
import { IDesk } from '../tokens';

export const desk: JupyterFrontEndPlugin<Desk> = {
  id: 'k2lab:desk',
  description: 'Connects each open notebook to the k2lab in its kernel.',
  autoStart: true,
  provides: IDesk,
  requires: [INotebookTracker, IRenderMimeRegistry],
  optional: [ITranslator, ISessionContextDialogs],
  activate: (
    app: JupyterFrontEnd,
    tracker: INotebookTracker,
    rendermime: IRenderMimeRegistry,
    translator: ITranslator | null,
    dialogs: ISessionContextDialogs | null
  ) => new Desk(app, tracker, rendermime, translator, dialogs)
};
