/** Reports under File > Save and Export Notebook As: JupyterLab lists nbconvert's exporters there, by their bare names. */
import { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { IMainMenu } from '@jupyterlab/mainmenu';
import type { ReadonlyJSONObject } from '@lumino/coreutils';
import { Message, MessageLoop } from '@lumino/messaging';
import { Menu } from '@lumino/widgets';
import type { Desk } from '../desk';
import { k2Icon } from '../icons';
import { IDesk } from '../tokens';
import type { Key } from '../words';

const MENU = 'jp-mainmenu-file-notebookexport';
const EXPORT = 'notebook:export-to-format';
const OURS = 'k2lab:export';
const NAMES: Readonly<Record<string, Key>> = {
  k2report: 'cmd.export.html',
  'k2report-pdf': 'cmd.export.pdf',
  'k2report-md': 'cmd.export.md',
  'k2report-qmd': 'cmd.export.qmd'
};

export const exporting: JupyterFrontEndPlugin<void> = {
  id: 'k2lab:export',
  description: 'Names the reports among the formats a notebook can be exported to.',
  autoStart: true,
  requires: [IDesk],
  optional: [IMainMenu],
  activate: (app: JupyterFrontEnd, desk: Desk, menus: IMainMenu | null) => {
    const { commands } = app;
    commands.addCommand(OURS, {
      label: args => desk.t(NAMES[String(args.format)] ?? 'cmd.export'),
      icon: k2Icon,
      isEnabled: args => commands.isEnabled(EXPORT, args),
      execute: args => commands.execute(EXPORT, args)
    });
    const find = (): Menu | null =>
      menus?.fileMenu.items.find(item => item.submenu?.id === MENU)?.submenu ?? null;
    // The list is filled when a notebook was opened and the server has answered, so it is looked at each time it opens.
    const watched = new WeakSet<Menu>();
    const watch = (): void => {
      const menu = find();
      if (menu && !watched.has(menu)) {
        watched.add(menu);
        MessageLoop.installMessageHook(menu, (_, message: Message) => {
          if (message.type === 'update-request') {
            rename(menu);
          }
          return true;
        });
      }
    };
    void app.restored.then(watch);
    desk.changed.connect(watch);
  }
};

function rename(menu: Menu): void {
  for (const item of [...menu.items]) {
    const format = String(item.args.format ?? '');
    if (item.command === EXPORT && format in NAMES) {
      const at = menu.items.indexOf(item);
      menu.removeItemAt(at);
      menu.insertItem(at, { command: OURS, args: item.args as ReadonlyJSONObject });
    }
  }
}
