/** Times, counts and amounts as a person reads them. */
import type { Money } from './protocol';

const SIGNS: Readonly<Record<string, string>> = { USD: '$', CNY: '¥', EUR: '€' };

/** `65` seconds are `1:05`. */
export function clock(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`;
}

/** `1.24` seconds are `1.2 s`, `75` are `1:15`. */
export function span(seconds: number): string {
  return seconds < 10
    ? `${seconds.toFixed(1)} s`
    : seconds < 60
      ? `${Math.round(seconds)} s`
      : clock(seconds);
}

/** `31400` is `31.4k`. */
export function brief(count: number): string {
  if (count < 1000) {
    return String(count);
  }
  return count < 1e6 ? `${(count / 1000).toFixed(1)}k` : `${(count / 1e6).toFixed(1)}M`;
}

/** Two decimals, or two digits that are not zero: `$0.04`, `$0.0021`; empty when the amount is not known. */
export function money(amount: Money | undefined, currency: string): string {
  if (amount === null || amount === undefined || amount === '') {
    return '';
  }
  const value = Number(amount);
  const decimals =
    value !== 0 && Math.abs(value) < 0.01
      ? Math.min(6, 1 - Math.floor(Math.log10(Math.abs(value))))
      : 2;
  const text = value.toFixed(decimals);
  return currency in SIGNS ? `${SIGNS[currency]}${text}` : `${text} ${currency}`.trim();
}
