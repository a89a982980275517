import { exporting } from './plugins/export';
import { desk } from './plugins/desk';
import { notebook } from './plugins/notebook';
import { panel } from './plugins/panel';
import { status } from './plugins/status';

export default [desk, panel, notebook, status, exporting];
