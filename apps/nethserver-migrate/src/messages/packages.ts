import type { Messages } from '@nethserver-migrate/core/runner'

export const PACKAGE_ERRORS: Messages = {
  RPM_FAILED: {
    means:
      'The program `rpm` could not say what is installed, or what a file in the folder holds; the message has its words. Nothing was installed.',
    remedy:
      'Run the command on the NethServer itself. If the message names a file, copy it there again: it is no RPM, or a broken one.',
  },
  NO_RPM_FOLDER: {
    means: '`plugins --install DIR` names something that is no folder. Nothing was installed.',
    remedy: 'Name the folder with the RPMs. Without one, `yum` fetches them.',
  },
  RPM_MISSING: {
    means:
      'The folder has no RPM of a plugin that matches this host; the message has its name. Nothing was installed.',
    remedy: 'Copy the RPM of that plugin into the folder, then run the same command again.',
  },
  INSTALL_FAILED: {
    means: '`rpm` or `yum` did not install the plugins. Its own words stand above the message.',
    remedy: 'Mend what they say, then run the same command again.',
  },
}
