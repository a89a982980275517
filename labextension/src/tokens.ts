import { Token } from '@lumino/coreutils';
import type { Desk } from './desk';

export const IDesk = new Token<Desk>(
  'k2lab:IDesk',
  'Sessions of the open notebooks with their kernels, for K2.'
);
