import type { Messages } from '@nethserver-migrate/core'

export const messages: Messages = {
  'certificate-not-imported': {
    means:
      'The server certificate of the old server was not imported: certificate or key are missing, in a form that cannot be read, or do not belong together. A certificate with a foreign key would stop every service that uses it, so the one of the new server stays.',
    remedy:
      'Find key and certificate on the old server (`config show modSSL` names them there). Without a passphrase and in PEM form they can be uploaded on the page Server certificate, or requested anew.',
  },
  'certificate-expired': {
    means:
      'The server certificate of the old server is no longer valid. It would be imported, and clients would refuse to connect, or warn whoever does.',
    remedy:
      'Request a new one on the page Server certificate of the new server, after the import. `openssl x509 -noout -enddate -in FILE` shows until when one is valid.',
  },
  'certificate-expires': {
    means:
      'The server certificate of the old server is valid for less than 30 days. It is imported as it is.',
    remedy:
      'Request a new one on the page Server certificate of the new server, after the import and before that day.',
  },
  'certificate-weak': {
    means:
      'The key of the server certificate of the old server is shorter than 2048 bits, or the certificate is signed with SHA-1 or MD5. Clients of today refuse such certificates.',
    remedy: 'Request a new one on the page Server certificate of the new server, after the import.',
  },
  'certificate-other-name': {
    means:
      'The server certificate of the old server does not name the new one. Clients that call the new server by its own name are warned; those that still use the old name are not.',
    remedy:
      'If clients go on to use the old name, nothing has to be done. Otherwise request a new certificate on the page Server certificate, after the import.',
  },
  'chain-missing': {
    means:
      'The file with the chain of the certificate is not in the backup. The certificate is in use without it, and some clients will not trust it.',
    remedy:
      'Get the chain from the authority that issued the certificate, save it as `/etc/pki/tls/chain.pem`, then run `config setprop pki ChainFile /etc/pki/tls/chain.pem` and `signal-event certificate-update`.',
  },
  'certificate-put-beside': {
    means:
      'The new server had another file of that name. Neither is lost: the one of the old server lies beside it under the name in the message, and that one is used.',
    remedy:
      'Compare both with `openssl x509 -noout -subject -enddate -in FILE`, and remove the one that is not needed.',
  },
  'custom-templates': {
    means:
      'The old server had custom templates. None is migrated: the files that they make have other places and forms on the new server, and an old fragment could break a service. The message lists all of them.',
    remedy:
      'Look what each changed, compare with the new template below `/etc/e-smith/templates`, and write it anew below `/etc/e-smith/templates-custom` only if it is still needed.',
  },
  'networks-missing': {
    means:
      'The backup has no database `networks`, so nothing is known of trusted networks and static routes.',
    remedy:
      'Extract the whole backup and run the same command again, or enter trusted networks and static routes by hand.',
  },
  'network-exists': {
    means:
      'The new server has a trusted network of this address already, with other values. It is kept as it is.',
    remedy:
      'Compare both (`db networks show ADDRESS`), and correct the one that is here if the old one was right.',
  },
  'network-invalid': {
    means:
      'A trusted network of the old server has no address as its key, or no valid mask. It was skipped.',
    remedy: 'Enter it by hand on the page Trusted networks if it is still needed.',
  },
  'router-no-address': {
    means:
      'The network is to be reached through a router whose name is no address. The network is trusted, a route to it is not made.',
    remedy: 'Enter the route by hand on the page Static routes, with the address of the router.',
  },
  'route-exists': {
    means:
      'The new server has a route to this network already, with other values. It is kept as it is.',
    remedy:
      'Compare both (`db routes show ADDRESS`), and correct the one that is here if the old one was right.',
  },
  'limit-not-a-number': {
    means:
      'A limit of the old server (the smallest user id, the longest name of an account) is no usable number. The value of the new server stays.',
    remedy: 'Nothing has to be done if the value here suits you: `config get NAME` shows it.',
  },
  'root-home-missing': {
    means:
      'The home directory of root is not in the backup, or is no folder there. None of its files is migrated.',
    remedy: 'Extract the whole backup, then run the same command again.',
  },
  'authorized-keys-no-file': {
    means:
      'The list of ssh keys that open the account root is a link or no file, in the source or at the destination. It is not followed, and the old keys are not added; the keys of the new server stay valid.',
    remedy:
      'Add the keys that are still needed by hand to `/root/.ssh/authorized_keys`, then try to log in from another terminal before you close this one.',
  },
  'authorized-keys-unknown': {
    means:
      'Some lines of the old list of ssh keys hold no key that was recognised. They are left out, the keys are added.',
    remedy:
      'Look at these lines in `root/.ssh/authorized_keys` of the source, and add by hand what is still needed.',
  },
}
