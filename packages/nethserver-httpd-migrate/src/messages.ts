import type { Messages } from '@nethserver-migrate/core'

export const messages: Messages = {
  'content-missing': {
    means:
      'A domain of the old server showed something that is no ibay, or one that does not exist. What it is to show here, only a person knows.',
    remedy: 'See the task `domain-content` for this domain.',
  },
  'domain-content': {
    means:
      'The hosts of this domain show nothing of their own, since the old content is not known here.',
    remedy:
      'If they are still needed, run the commands of the task with the name of the shared folder, or with the files, that they are to show.',
  },
  'ibay-web-exists': {
    means:
      'The shared folder has web settings from an earlier import, or from a person. They stay as they are.',
    remedy: '',
  },
  'ibay-password-for-all': {
    means:
      'The old server asked for the password of these pages from outside only. The new one knows no such difference and asks everybody, since otherwise everybody could read them.',
    remedy: 'Tell the password to those who work in the local network.',
  },
  'ibay-ssl': {
    means:
      'The pages were shown with encryption only. That is not migrated: here they can be read without it, too.',
    remedy: 'Ask for encryption in the web access of the folder, on the page Shared folders.',
  },
  'ibay-password-weak': {
    means:
      'The password of the pages is stored as a hash that can be broken today. It was imported as it is.',
    remedy: 'Set another one soon, on the page Shared folders.',
  },
  'ibay-password-missing': {
    means:
      'The pages ask for a password, and none could be imported. They stay closed, rather than open for everybody.',
    remedy: 'Set a password on the page Shared folders.',
  },
  'shadow-missing': {
    means:
      'The file `etc/shadow` is not in the source, or is a link. The passwords of web pages stand there: those pages stay closed.',
    remedy:
      'Set the passwords on the page Shared folders. Or extract the whole backup as root and run the same command again.',
  },
  'web-server-access': {
    means:
      'On the old server the web server was in the group of every ibay, here it is in none: pages that only a group may read, it cannot show.',
    remedy:
      'Run the command of the task: `setfacl` lets the web server (the account apache) read them, and what is added later.',
  },
  'ibay-hosts': {
    means:
      'Several ibays were the site of a domain each, and here would all be the site of every host. Only a person knows which is whose.',
    remedy:
      'Run the commands of the task for each of them; they give the shared folder the hosts that it had.',
  },
  'ibay-missing': {
    means:
      'The ibay has become no shared folder; another message above says why. Its web pages have no place.',
    remedy: 'Mend what the error about the shared folder says, then run the same command again.',
  },
  'proxypass-exists': {
    means:
      'The new server has this forwarding of a path to another server already. It is kept as it is.',
    remedy: '',
  },
  'cipher-suite-left-out': {
    means:
      'The old server had a list of encryption methods of its own. It is not imported: methods of that time are weak today.',
    remedy:
      'Nothing has to be done, unless old clients cannot connect any more: then use the command of the message, which sets `SSLCipherSuite` of httpd.',
  },
  'ibay-public-access': {
    means:
      'The record does not say who may see the pages of this ibay, or says something unknown. They are not shown.',
    remedy: 'If the old server showed them, do so by hand on the page Shared folders.',
  },
  'ibay-web-access': {
    means:
      'The ibay was on the web. Shared folders of this NethServer are not, so the message suggests what it could become: the document root of the web server, a folder below it, or a virtual host.',
    remedy: 'Decide whether its pages are still needed. If so, run the commands of the task.',
  },
  'ibay-stays-share': {
    means:
      'The ibay was on the web. It is no longer, since the file of decisions says that it is a shared folder only.',
    remedy: '',
  },
}
