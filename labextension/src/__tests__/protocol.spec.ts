import { readDown } from '../protocol';
import { NAMES, fixture } from './fixtures';

describe('messages from the kernel', () => {
  it.each(NAMES)('%s is read as it is', name => {
    const message = fixture(name);
    expect(readDown(message)).toEqual(message);
  });

  it('an unknown type is ignored with one warning', () => {
    const warn = jest.spyOn(console, 'warn').mockImplementation(() => undefined);
    expect(readDown({ type: 'from-the-future' })).toBeNull();
    expect(readDown({ type: 'from-the-future' })).toBeNull();
    expect(warn).toHaveBeenCalledTimes(1);
    warn.mockRestore();
  });

  it.each([null, 3, 'text', [], {}, { type: 'plan' }, { type: 'plan', run: 'a', seq: '1', at: 2 }])(
    'what is no message is ignored: %j',
    value => {
      expect(readDown(value)).toBeNull();
    }
  );
});
