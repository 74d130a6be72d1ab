import type { Messages } from '@nethserver-migrate/core'

export const messages: Messages = {
  'fax-recipient-unknown': {
    means:
      'Received faxes are to be sent to somebody who is no user, group or address of the new server. The mail would bounce. The setting is migrated as it was.',
    remedy: 'See the task `set-fax-recipient`.',
  },
  'set-fax-recipient': {
    means:
      'Somebody has to decide who gets received faxes, since the one who did is not known here.',
    remedy:
      'Run `config setprop hylafax SendTo ADDRESS`, then `signal-event nethserver-hylafax-update`.',
  },
  'fax-printer-unknown': {
    means: 'Received faxes are to be printed on a printer that the new server does not have.',
    remedy:
      'Add the printer, or name another one: `config setprop hylafax PrinterName NAME`, then `signal-event nethserver-hylafax-update`.',
  },
  'fax-device-missing': {
    means:
      'No modem may answer: none is set, the one that is set is not here, or the old server had none set, so that the one of the new server stays.',
    remedy:
      'Connect the modem and look for its name with `ls -l /dev/ttyS* /dev/ttyUSB* /dev/ttyACM*`. Run `config setprop hylafax FaxDevice DEVICE`, then `signal-event nethserver-hylafax-update`.',
  },
  'check-fax-device': {
    means:
      'The name of a modem depends on the port that it is plugged in to, and can be another one on this machine.',
    remedy: 'Run `ls -l /dev/DEVICE` with the name in the message, and send a fax to yourself.',
  },
  'check-fax-notification': {
    means:
      'Who is told of incoming faxes, and in which form, has other settings on the new server. The message has the values of both, so that nobody waits for faxes in vain.',
    remedy:
      'Change what is wrong with `config setprop hylafax PROP VALUE`, then run `signal-event nethserver-hylafax-update`.',
  },
  'fax-paths': {
    means:
      'The list of faxes of the web interface had the paths of the old server. The message says how many were changed into those of the new one.',
    remedy: '',
  },
  'fax-settings-left': {
    means:
      'Of the settings of the old fax server only the files of modems (`config.*`) are migrated. The other files of that folder stay in the source, and those of the new server are in use.',
    remedy:
      'Nothing has to be done, unless you had changed one of these files yourself: then look at it in the source.',
  },
  'check-modem-file': {
    means:
      'The file with the settings of a modem was written for the old server. It may name a device or paths that are not here.',
    remedy:
      'Run `grep -n / FILE` with the file in the message to see its paths, and correct those that are wrong here.',
  },
  'fax-files-missing': {
    means:
      'A file or folder of the fax server is not in the source. That is normal where it was never needed.',
    remedy: '',
  },
  'fax-jobs-left': {
    means:
      'Faxes waited on the old server to be sent. They are bound to that server, and not migrated.',
    remedy:
      'Send again what is still wanted. The documents lie in `home/e-smith/hylafax/docq` of the source.',
  },
  'fax-sequence-invalid': {
    means:
      'The file with the number of the last fax holds no number. That of the new server stays, so numbers of old faxes may be given again.',
    remedy:
      'Write a number into the file of the new server that the message names (below `/var/spool/hylafax`) that is larger than those of all faxes.',
  },
  'fax-sequence-kept': {
    means:
      'The new server has given more numbers to faxes than the old one had, so its number stays. No number is given twice.',
    remedy: '',
  },
  'unused-props': {
    means:
      'The old settings have entries that the fax server of the destination does not use. They are carried over, and do nothing.',
    remedy: '',
  },
}
