import React from 'react';

interface Props extends React.ButtonHTMLAttributes<HTMLButtonElement> {
  look?: 'primary' | 'quiet' | 'primary wide' | 'wide' | '';
}

export const Button = React.forwardRef<HTMLButtonElement, Props>(function Button(
  { look = '', className = '', ...rest },
  ref
) {
  return <button ref={ref} type="button" className={`k2-btn ${look} ${className}`} {...rest} />;
});

export function Link(props: React.ButtonHTMLAttributes<HTMLButtonElement>): JSX.Element {
  return <button type="button" {...props} className={`k2-link ${props.className ?? ''}`} />;
}
