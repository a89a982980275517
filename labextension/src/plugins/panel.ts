import { ILayoutRestorer, JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ICommandPalette } from '@jupyterlab/apputils';
import { ILauncher } from '@jupyterlab/launcher';
import { ISettingRegistry } from '@jupyterlab/settingregistry';
import { about } from '../asking';
import { COMMANDS } from '../commands';
import { FORMATS } from '../components/ReportButton';
import type { Desk } from '../desk';
import { k2Icon } from '../icons';
import { preset } from '../preset';
import { errorOf } from '../notebook/errors';
import type { Session } from '../session';
import { activeRun, waitingStep } from '../state';
import { IDesk } from '../tokens';
import { K2Panel } from '../widget';

export const panel: JupyterFrontEndPlugin<void> = {
  id: 'k2lab:panel',
  description: 'The K2 panel, its commands and shortcuts.',
  autoStart: true,
  requires: [IDesk],
  optional: [ICommandPalette, ILauncher, ILayoutRestorer, ISettingRegistry],
  activate: (
    app: JupyterFrontEnd,
    desk: Desk,
    palette: ICommandPalette | null,
    launcher: ILauncher | null,
    restorer: ILayoutRestorer | null,
    registry: ISettingRegistry | null
  ) => {
    const widget = new K2Panel(desk);
    app.shell.add(widget, 'right', { rank: 900, type: 'K2' });
    restorer?.add(widget, widget.id);
    addCommands(app, desk, widget);
    const category = 'K2';
    Object.values(COMMANDS)
      .filter(command => command !== COMMANDS.report)
      .forEach(command => palette?.addItem({ command, category }));
    FORMATS.forEach(format =>
      palette?.addItem({ command: COMMANDS.report, category, args: { format } })
    );
    launcher?.add({ command: COMMANDS.open, category: 'Other', rank: 90 });
    if (registry) {
      void preset(registry, panel.id, desk);
    }
  }
};

function addCommands(app: JupyterFrontEnd, desk: Desk, widget: K2Panel): void {
  const { commands } = app;
  const { t } = desk;
  const show = (): void => app.shell.activateById(widget.id);
  const active = (): {
    session: Session;
    cellId: string;
    source: string;
    count: number | null;
    error: string;
  } | null => {
    const session = desk.sessionOf(desk.tracker.currentWidget);
    const cell = session?.panel.content.activeCell;
    if (!session || !cell) {
      return null;
    }
    const shared = cell.model.sharedModel;
    const count = 'execution_count' in shared ? (shared.execution_count as number | null) : null;
    return {
      session,
      cellId: shared.getId(),
      source: shared.getSource(),
      count,
      error: errorOf(shared)
    };
  };
  const askNow = (words: string): void => {
    const cell = active();
    if (cell) {
      show();
      void desk.ask(cell.session, about(words, cell.source, cell.error), null);
    }
  };

  commands.addCommand(COMMANDS.open, {
    label: () => desk.t('cmd.open'),
    caption: t('header.panel'),
    icon: k2Icon,
    execute: () => {
      // The same keys lead back to where the person was.
      if (widget.isVisible && widget.node.contains(document.activeElement)) {
        const notebook = desk.tracker.currentWidget;
        if (notebook) {
          app.shell.activateById(notebook.id);
          notebook.content.activate();
        }
      } else {
        show();
      }
    }
  });
  commands.addCommand(COMMANDS.ask, {
    label: () => desk.t('cmd.ask'),
    caption: t('cmd.ask'),
    icon: k2Icon,
    isEnabled: () => active() !== null,
    execute: () => {
      const cell = active();
      if (cell) {
        desk.choose(cell.session);
        const { cellId, count, source } = cell;
        desk.setDraft(cell.session, { about: { cellId, count, source } });
        show();
        desk.wantFocus('question');
      }
    }
  });
  commands.addCommand(COMMANDS.fix, {
    label: () => desk.t('nb.fix'),
    icon: k2Icon,
    isEnabled: () => active()?.error !== '',
    isVisible: () => (active()?.error ?? '') !== '',
    execute: () => askNow(desk.t('ask.fix'))
  });
  commands.addCommand(COMMANDS.explain, {
    label: () => desk.t('cmd.explain'),
    icon: k2Icon,
    isEnabled: () => active()?.error !== '',
    isVisible: () => (active()?.error ?? '') !== '',
    execute: () => askNow(desk.t('ask.explain'))
  });
  commands.addCommand(COMMANDS.stop, {
    label: () => desk.t('cmd.stop'),
    isEnabled: () => desk.current !== null && activeRun(desk.current.store.get()) !== null,
    execute: () => void desk.current?.stop()
  });
  commands.addCommand(COMMANDS.approval, {
    label: () => desk.t('cmd.approval'),
    isEnabled: () => desk.sessions.some(session => waitingStep(session.store.get())),
    execute: () => {
      const waiting = desk.sessions.find(session => waitingStep(session.store.get()));
      if (waiting) {
        desk.choose(waiting);
        show();
        window.requestAnimationFrame(() => desk.wantFocus('approval'));
      }
    }
  });
  commands.addCommand(COMMANDS.insert, {
    label: () => desk.t('cmd.insert'),
    icon: k2Icon,
    isEnabled: () => desk.tracker.currentWidget !== null,
    execute: () => {
      const content = desk.tracker.currentWidget?.content;
      const notebook = content?.model?.sharedModel;
      if (content && notebook) {
        const at = content.activeCellIndex + 1;
        notebook.insertCell(at, { cell_type: 'code', source: '%%k2\n' });
        content.activeCellIndex = at;
        content.mode = 'edit';
      }
    }
  });
  commands.addCommand(COMMANDS.report, {
    label: args => desk.t('cmd.report', { format: String(args.format ?? 'html').toUpperCase() }),
    icon: k2Icon,
    isEnabled: () => lastAnswer() !== undefined,
    execute: args => {
      const run = lastAnswer();
      if (desk.current && run) {
        show();
        void desk.report(desk.current, run.id, String(args.format ?? 'html'));
      }
    }
  });

  function lastAnswer(): { id: string } | undefined {
    const runs = desk.current?.store.get().runs ?? [];
    return [...runs].reverse().find(run => run.answer !== null && !run.past);
  }
}
