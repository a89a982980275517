import { MimeModel } from '@jupyterlab/rendermime';
import { Widget } from '@lumino/widgets';
import React from 'react';
import { useView } from './context';

/** Markdown of a model, through JupyterLab's own renderer, untrusted and sanitised; at most ten paints a second. */
export function Prose(props: { text: string }): JSX.Element {
  const { desk } = useView();
  const host = React.useRef<HTMLDivElement>(null);
  const renderer = React.useRef<ReturnType<typeof desk.rendermime.createRenderer> | null>(null);
  // In the layout phase: a Lumino widget has to be taken out before React takes its host away.
  React.useLayoutEffect(() => {
    const made = desk.rendermime.createRenderer('text/markdown');
    renderer.current = made;
    if (host.current) {
      Widget.attach(made, host.current);
    }
    return () => {
      renderer.current = null;
      made.dispose();
    };
  }, [desk]);
  React.useEffect(() => {
    const timer = window.setTimeout(() => {
      const model = new MimeModel({ data: { 'text/markdown': props.text }, trusted: false });
      void renderer.current?.renderModel(model);
    }, 100);
    return () => window.clearTimeout(timer);
  }, [props.text]);
  return <div className="k2-prose" ref={host} />;
}
