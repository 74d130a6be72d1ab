import type { Messages } from '@nethserver-migrate/core'

export const messages: Messages = {
  'host-keys-migrated': {
    means:
      'The new server shows the ssh host keys of the old one, so clients that know the old server find no change.',
    remedy:
      'A client that has met the new server under its own key warns of a change: `ssh-keygen -R NAME` on that client makes it forget.',
  },
  'host-key-weak': {
    means:
      'A host key of the old server is too weak for today (protocol 1, or DSA). It stays behind.',
    remedy:
      'A client that knows the old server by this key warns of a change: `ssh-keygen -R NAME` on that client makes it forget.',
  },
  'host-key-not-imported': {
    means:
      'A host key of the old server cannot be used; the message says why (a file of the pair is missing, or both do not belong together). The key of the new server stays.',
    remedy:
      'Find both files of the pair on the old server, copy them to `/etc/ssh` (mode 0600 for the private one) and restart ssh. Or let clients forget the old key: `ssh-keygen -R NAME`.',
  },
  'ssh-access-kept': {
    means:
      'The old server had other settings of who may log in with ssh, and on which port. Nothing of it is changed here, so that you are not locked out.',
    remedy:
      'To take a value over: `config setprop sshd NAME VALUE`, then `signal-event nethserver-openssh-update`. Log in from another terminal before you close this one.',
  },
}
