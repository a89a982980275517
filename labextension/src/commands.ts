/** Names of the commands; shortcuts, menus and toolbars in schema/panel.json refer to them. */
export const COMMANDS = {
  open: 'k2lab:open',
  ask: 'k2lab:ask-cell',
  fix: 'k2lab:fix',
  explain: 'k2lab:explain',
  stop: 'k2lab:stop',
  approval: 'k2lab:approval',
  insert: 'k2lab:insert',
  report: 'k2lab:report'
} as const;
