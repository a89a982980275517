/** The icons JupyterLab has not got, drawn as in the mock; the mark of K2 as an icon of JupyterLab. */
import { LabIcon } from '@jupyterlab/ui-components';
import React from 'react';

const PATHS = {
  check: (
    <>
      <circle cx="9" cy="9" r="7.2" />
      <path d="M5.8 9.2l2.2 2.2 4.2-4.6" />
    </>
  ),
  fail: (
    <>
      <circle cx="9" cy="9" r="7.2" />
      <path d="M6.6 6.6l4.8 4.8m0-4.8l-4.8 4.8" />
    </>
  ),
  todo: (
    <>
      <circle cx="9" cy="9" r="6.2" />
    </>
  ),
  stop: (
    <>
      <circle cx="9" cy="9" r="7.2" />
      <rect x="6.5" y="6.5" width="5" height="5" fill="currentColor" stroke="none" />
    </>
  ),
  shield: (
    <>
      <path d="M9 2l5.6 2v4.4c0 3.5-2.3 6-5.6 7.4-3.3-1.4-5.6-3.9-5.6-7.4V4z" />
      <path d="M9 6v3.4M9 11.9v.1" />
    </>
  ),
  lock: (
    <>
      <path d="M9 2l5.6 2v4.4c0 3.5-2.3 6-5.6 7.4-3.3-1.4-5.6-3.9-5.6-7.4V4z" />
      <path d="M6.6 8.9l1.7 1.7 3.1-3.3" />
    </>
  ),
  gear: (
    <>
      <circle cx="9" cy="9" r="2.4" />
      <path d="M9 2.2v2M9 13.8v2M2.2 9h2M13.8 9h2M4.2 4.2l1.4 1.4M12.4 12.4l1.4 1.4M4.2 13.8l1.4-1.4M12.4 5.6l1.4-1.4" />
    </>
  ),
  clock: (
    <>
      <path d="M3 9a6.2 6.2 0 1 0 1.9-4.5L3 6.2" />
      <path d="M3 2.8v3.4h3.4M9 5.6V9l2.4 1.5" />
    </>
  ),
  down: (
    <>
      <path d="M5 7l4 4 4-4" />
    </>
  ),
  right: (
    <>
      <path d="M7 5l4 4-4 4" />
    </>
  ),
  up: (
    <>
      <path d="M9 14V4M4.8 8.2L9 4l4.2 4.2" />
    </>
  ),
  x: (
    <>
      <path d="M4.5 4.5l9 9m0-9l-9 9" />
    </>
  ),
  plus: (
    <>
      <path d="M9 4v10M4 9h10" />
    </>
  ),
  table: (
    <>
      <rect x="2.5" y="3.5" width="13" height="11" rx="1.2" />
      <path d="M2.5 7.3h13M7 7.3v7.2" />
    </>
  ),
  warn: (
    <>
      <path d="M9 2.6l6.8 12.2H2.2z" />
      <path d="M9 7.4v3.4M9 12.8v.1" />
    </>
  ),
  net: (
    <>
      <path d="M2.5 6.8a10 10 0 0 1 13 0M5 9.6a6.2 6.2 0 0 1 8 0M7.4 12.3a2.6 2.6 0 0 1 3.2 0M3 15L15 3" />
    </>
  ),
  coin: (
    <>
      <circle cx="9" cy="9" r="6.6" />
      <path d="M11.2 6.6c-.5-.8-1.3-1.1-2.2-1.1-1.2 0-2.1.6-2.1 1.6 0 2.4 4.4 1.2 4.4 3.7 0 1-.9 1.7-2.3 1.7-1 0-1.9-.4-2.4-1.2M9 4.3v9.4" />
    </>
  ),
  find: (
    <>
      <circle cx="8" cy="8" r="4.8" />
      <path d="M11.6 11.6L15 15" />
    </>
  ),
  effect: (
    <>
      <path d="M3 14.5h12.5M5 11.5V8M9 11.5V4M13 11.5V6.5" />
    </>
  ),
  trend: (
    <>
      <path d="M2.8 12.5l4-4.2 3 2.8 5.2-6.2M11.4 4.9H15v3.6" />
    </>
  ),
  checkup: (
    <>
      <path d="M3 5.2l1.3 1.3L6.6 4M3 12l1.3 1.3 2.3-2.5M9 5.4h6M9 12.2h6" />
    </>
  ),
  reply: (
    <>
      <path d="M4 4v4.6a2 2 0 0 0 2 2h8M10.8 7.2l3.4 3.4-3.4 3.4" />
    </>
  ),
  doc: (
    <>
      <path d="M4.5 2.5h6l3 3v10h-9zM10.5 2.5v3h3M6.8 9h4.4M6.8 11.8h4.4" />
    </>
  ),
  book: (
    <>
      <rect x="4" y="2.5" width="11" height="13" rx="1.2" />
      <path d="M7 2.5v13M2.5 6H5M2.5 9H5M2.5 12H5" />
    </>
  ),
  copy: (
    <>
      <rect x="6" y="6" width="9" height="9" rx="1.2" />
      <path d="M3 11.5V4.2A1.2 1.2 0 0 1 4.2 3h7.3" />
    </>
  ),
  power: (
    <>
      <path d="M9 2.5v6M5.2 4.8a6 6 0 1 0 7.6 0" />
    </>
  ),
  laptop: (
    <>
      <rect x="3.5" y="3.5" width="11" height="8" rx="1" />
      <path d="M1.8 14.5h14.4" />
    </>
  ),
  mend: (
    <>
      <path d="M14.8 5.2a3.6 3.6 0 0 1-4.7 4.6l-4.9 5a1.6 1.6 0 0 1-2.2-2.3l5-4.8A3.6 3.6 0 0 1 12.6 3l-2 2.2.5 1.7 1.7.5z" />
    </>
  ),
  sync: (
    <>
      <path d="M14.8 7A6.2 6.2 0 0 0 3.6 6M3.2 11a6.2 6.2 0 0 0 11.2 1M3.4 2.8V6h3.2M14.6 15.2V12h-3.2" />
    </>
  )
} as const;

export type IconName = keyof typeof PATHS;

export function Icon(props: { name: IconName; className?: string }): JSX.Element {
  return (
    <svg className={`k2-ico ${props.className ?? ''}`} viewBox="0 0 18 18" aria-hidden="true">
      {PATHS[props.name]}
    </svg>
  );
}

const MARK = 'M1.5 15.5L7.2 4.2l2.9 5.2 2-2.7 4.4 8.8z';

export function K2Mark(): JSX.Element {
  return (
    <svg className="k2-mark" viewBox="0 0 18 18" aria-hidden="true">
      <path d={MARK} fill="none" stroke="currentColor" strokeWidth="1.7" strokeLinejoin="round" />
      <circle cx="7.2" cy="2.6" r="1.4" fill="currentColor" />
    </svg>
  );
}

export const k2Icon = new LabIcon({
  name: 'k2lab:mark',
  svgstr: `<svg xmlns="http://www.w3.org/2000/svg" width="16" height="16" viewBox="0 0 18 18"><g class="jp-icon3 jp-icon-selectable" style="fill:none" stroke="#616161" stroke-width="1.7" stroke-linejoin="round"><path d="${MARK}"/></g><circle class="jp-icon3 jp-icon-selectable" cx="7.2" cy="2.6" r="1.4" fill="#616161"/></svg>`
});
