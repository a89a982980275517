/** What is set in JupyterLab's Settings editor is told to each kernel once, when it says hello for the first time. */
import { ISettingRegistry } from '@jupyterlab/settingregistry';
import type { Desk } from './desk';
import type { Settings } from './protocol';
import type { Session } from './session';

type Values = Partial<Settings>;

function read(settings: ISettingRegistry.ISettings): Values {
  const set = ([name, value]: [string, unknown]): boolean =>
    value !== '' && value !== null && name !== 'lang';
  return Object.fromEntries(
    Object.entries(settings.user)
      .filter(([name]) => ['model', 'privacy', 'approve', 'budget', 'lang'].includes(name))
      .filter(set)
  ) as Values;
}

export async function preset(
  registry: ISettingRegistry,
  plugin: string,
  desk: Desk
): Promise<void> {
  const settings = await registry.load(plugin);
  const told = new WeakMap<Session, string>();
  const watched = new WeakSet<Session>();
  const tell = (session: Session): void => {
    const { connection, kernel } = session.store.get();
    const values = read(settings);
    if (connection === 'ready' && kernel && told.get(session) !== kernel) {
      told.set(session, kernel);
      if (Object.keys(values).length > 0) {
        void session.set(values).catch(() => undefined);
      }
    }
  };
  const watch = (): void => {
    for (const session of desk.sessions) {
      if (!watched.has(session)) {
        watched.add(session);
        session.store.subscribe(() => tell(session));
        tell(session);
      }
    }
  };
  const speak = (): void => desk.setLanguage(settings.composite.lang as Settings['lang']);
  settings.changed.connect(speak);
  speak();
  desk.changed.connect(watch);
  watch();
}
