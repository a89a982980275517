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

export const Link = React.forwardRef<
  HTMLButtonElement,
  React.ButtonHTMLAttributes<HTMLButtonElement>
>(function Link({ className = '', ...rest }, ref) {
  return <button ref={ref} type="button" className={`k2-link ${className}`} {...rest} />;
});
