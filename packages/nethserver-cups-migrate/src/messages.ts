import type { Messages } from '@nethserver-migrate/core'

export const messages: Messages = {
  'no-regular-file': {
    means:
      'A link, folder or device has the name of a file with printers, or of the options of one (PPD). It was not read, so nothing of it is migrated.',
    remedy:
      'Look at it with `ls -l PATH` in the source. Put the real file there and run the same command again, or choose the driver of the printer by hand.',
  },
  'queue-not-understood': {
    means:
      'A part of the old list of printers or classes is in no form that is understood. That printer or class is not migrated, the rest is.',
    remedy: 'Look at the line that the message names, and set up the printer or class by hand.',
  },
  'file-here-not-understood': {
    means:
      'The list of printers or classes of the new server cannot be understood, so nothing was added to it: something could be lost.',
    remedy:
      'Stop the print server (`systemctl stop cups`, on NethServer 6 `service cups stop`), mend the line that the message names, start it again, then run the same command again.',
  },
  'queue-name-twice': {
    means:
      'The old server had two printers or classes whose names differ in upper and lower case at most, which the print server does not tell apart. The first one is migrated.',
    remedy: 'Set the other one up by hand under another name if it is still needed.',
  },
  'queue-exists': {
    means:
      'The new server has a printer or class of that name for another device, or of other printers. It stays; that of the old server is not migrated.',
    remedy:
      'Compare both (`lpstat -v` shows the devices here), and set up the old one by hand under another name if it is still needed.',
  },
  'other-default-printer': {
    means:
      'The printer that is used when nobody names one is another than on the old server, or there is none.',
    remedy: 'To change it: `lpadmin -d NAME`.',
  },
  'class-member-missing': {
    means:
      'A class was migrated that names printers which do not exist here. Jobs go to those that do.',
    remedy:
      'Set up the missing printers, or take them out of the class: `lpadmin -p PRINTER -r CLASS`.',
  },
  'printer-drivers': {
    means:
      'Printers were migrated with their options, but their drivers are programs and are not. Without the program a job of such a printer stops.',
    remedy:
      'Install the drivers (from the manufacturer, or from a package such as `foomatic-db`), then print a test page on each: `lp -d NAME /etc/hosts`.',
  },
  'printers-without-ppd': {
    means:
      'These printers have no file with options (PPD), so they print what they get as it is. That is right for printers whose driver runs on the workstations.',
    remedy: 'Choose a driver only for those that printed with one on the old server.',
  },
  'printers-plugged-in': {
    means: 'These printers hung on the old server itself, by USB, parallel or serial cable.',
    remedy:
      'Plug them in here and look for the names of their devices with `lpinfo -v`. Where one is another: `lpadmin -p NAME -v DEVICE`.',
  },
  'printers-as-records': {
    means:
      'The old server has printers as records of its database that its print server did not know: they come from an older printing service. Their addresses are in the database, their options are not.',
    remedy:
      'Look at the records of type `printer` in `home/e-smith/db/accounts` of the source, and add those that are still needed: `lpadmin -p NAME -v socket://ADDRESS -E`.',
  },
}
