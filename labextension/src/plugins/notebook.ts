import { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import type { Desk } from '../desk';
import { runRenderer } from '../notebook/RunHeader';
import { Strips } from '../notebook/strips';
import type { Session } from '../session';
import { IDesk } from '../tokens';

export const notebook: JupyterFrontEndPlugin<void> = {
  id: 'k2lab:notebook',
  description: 'Marks the cells that K2 made and shows what can be done with a run.',
  autoStart: true,
  requires: [IDesk, IRenderMimeRegistry],
  activate: (_: JupyterFrontEnd, desk: Desk, rendermime: IRenderMimeRegistry) => {
    rendermime.addFactory(runRenderer(desk), 0);
    const decorated = new WeakSet<Session>();
    const decorate = (): void =>
      desk.sessions.forEach(session => {
        if (!decorated.has(session)) {
          decorated.add(session);
          new Strips(desk, session);
        }
      });
    desk.changed.connect(decorate);
    decorate();
  }
};
