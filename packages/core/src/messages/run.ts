import type { Messages } from './message.js'

/** What core says during a run, whichever plugin is at work. */
export const RUN_FINDINGS: Messages = {
  'left-behind': {
    means:
      'A part of the old server has nothing to do here, for the reason in the message: the report counts it as left out.',
    remedy: '',
  },
  message: {
    means: 'A line without a code of its own: it says in place all that there is to say.',
    remedy: '',
  },
  'archive-size': {
    means:
      'The backup was given as an archive, and this is what it holds, measured before anything of it is written, with the room there is for it.',
    remedy: '',
  },
  'archive-extracted': {
    means:
      'The backup was given as an archive: it was extracted in the folder that the message names, or had been by an earlier run. The import moves files out of that folder; the archive itself is not changed.',
    remedy: '',
  },
  'archive-entry-refused': {
    means:
      'An entry of the archive has an absolute name, `..` in its name, or lies behind a symbolic link, so it would have been written outside of the folder. It was not extracted as it is.',
    remedy:
      'Look at it with `tar -tvf ARCHIVE`. No archive that an SME Server made has such entries: find out where this one comes from.',
  },
  'archive-entry-repeated': {
    means:
      'The archive holds several entries of the same name. As tar does it, each takes the place of the one before, so the last one is what is imported.',
    remedy:
      'See them with `tar -tvf ARCHIVE`. Parts that were added to an archive later repeat names. Otherwise find out where this one comes from.',
  },
  'source-link': {
    means:
      'Where a file or folder was looked for, the source has a symbolic link. Links of a source are never followed, so what it leads to is not migrated.',
    remedy:
      'Look where it points. If that is yours, put the real file or folder in its place and run the same command again.',
  },
  'source-one-deeper': {
    means: 'The backup lies one folder deeper than the one that was named: that folder is used.',
    remedy: '',
  },
  'source-changed': {
    means:
      'Databases or accounts of the source are not those of its last import: it is a newer backup, or somebody has changed the files. The import goes on, and brings what is new.',
    remedy: 'Make sure that the right backup was named.',
  },
  resumed: {
    means: 'An earlier run with this source was cut short. This one goes on from where it stopped.',
    remedy: '',
  },
  restarted: {
    means:
      'With `--restart` the import begins anew: what the journal says of earlier ones does not count. What they did at the destination stays, and can still be undone.',
    remedy: '',
  },
  interrupted: {
    means:
      'The run was asked to stop and did so between two operations. What is done is written down.',
    remedy: 'Run the same command again: it goes on.',
  },
  'owners-not-set': {
    means:
      'The command does not run as root, so all files that are migrated belong to the person who runs it. Only root can give them to their accounts: whom each is to belong to is written down beside the queue.',
    remedy:
      'For a trial nothing has to be done. On the host that the tree is for, `nethserver-migrate replay` sets the owners, with the ids of the accounts there.',
  },
  'feature-not-installed': {
    means:
      'The destination does not have the feature that a plugin is for, so the plugin was skipped and nothing of the feature was migrated.',
    remedy:
      'If the old server made use of it, and only then: install the package that the message names with `yum install NAME`, then run the same command again. What is done already is not done twice.',
  },
  unknown: {
    means:
      'A kind of record, a database or a folder of the source that no installed plugin knows: an add-on of the old server, or a plugin that is not installed. Nothing of it was migrated; it is still in the source.',
    remedy:
      'See whether a plugin for it exists. Otherwise decide whether it is needed, and copy it by hand before you remove the source.',
  },
  'exists-kept-both': {
    means:
      'The destination had another file of the same name. Neither was overwritten: the one of the old server lies beside it, under the name in the message.',
    remedy:
      'Compare both with `diff`, keep the one that is right under the name, and remove the other.',
  },
  'exists-replaced': {
    means:
      'The destination had another file of the same name. With `--on-conflict replace` the one of the old server took its place; the other lies beside it, under the name in the message.',
    remedy: 'Compare both with `diff`, and remove the saved one when nothing of it is needed.',
  },
  'exists-skipped': {
    means:
      'The destination had another file of the same name. With `--on-conflict skip` that one stays, and the one of the old server is still in the source.',
    remedy:
      'Compare both with `diff`, and copy by hand what is needed before you remove the source.',
  },
  'acl-name-unknown': {
    means:
      'Access rights (ACLs) or owners of files name an account that the destination does not have. That entry is left out: nobody gets a right that was meant for somebody else.',
    remedy:
      'If the account is still needed, make it, then run the same command again. If it is not, nothing has to be done.',
  },
  'acls-queued': {
    means:
      'A staged destination on this filesystem cannot hold access rights (ACLs). They wait in the queue, and the host sets them when the queue is run.',
    remedy: '',
  },
  'acl-file-missing': {
    means:
      'The backup has access rights (ACLs) for a file that does not exist at the destination: it was removed on the old server, or not migrated.',
    remedy:
      'If the file was removed there, nothing has to be done. Otherwise look for the error that says why it was not migrated.',
  },
  'acl-path-refused': {
    means:
      'The list of access rights (ACLs) names a path that lies outside of the folders it is for, or in no ibay of the source. No right is set there.',
    remedy:
      'Nothing has to be done if the folder was removed on the old server. Otherwise set the rights by hand with `setfacl`.',
  },
  'acl-link-refused': {
    means:
      'The list of access rights (ACLs) names a symbolic link, or something behind one. Links are not followed, so no right is set.',
    remedy:
      'See where it leads with `namei -l PATH`, and set the rights there by hand with `setfacl` if they are needed.',
  },
  'special-file-left': {
    means:
      'A device or socket was left in the source: it holds no data, and the program that needs it makes it anew.',
    remedy: '',
  },
  'link-left': {
    means:
      'A symbolic link that leads out of its folder was left in the source: on the new server it would lead to something else, or to nothing.',
    remedy:
      'See where it points with `ls -l PATH`. Copy by hand what is still needed, or make a new link at the destination.',
  },
  'folder-renamed': {
    means:
      'A folder has another name at the destination than on the old server, since its new place has rules for names. Its content is complete.',
    remedy: 'Tell those who look for it under the old name.',
  },
  'own-kept': {
    means:
      'A file that a program keeps for itself (an index, a list of ids) exists at the destination already: that one stays, the old one would contradict it.',
    remedy: '',
  },
  'key-differs-by-case': {
    means:
      'Two records of the old server have keys that differ in upper and lower case only. NethServer holds them for the same: the first one is migrated, this one is skipped.',
    remedy:
      'If this one is still needed too, enter it by hand under another name. If only this one is right, correct the other at the destination.',
  },
  'pipe-stripped': {
    means:
      'A value of the old server has a pipe character (`|`), which separates the fields of a record and cannot be stored. The pipes were taken out of the value.',
    remedy:
      'Compare it with the value of the old server, and correct it at the destination with `db NAME setprop KEY PROP VALUE`.',
  },
  'secret-not-writable': {
    means:
      'A password holds a character that a database cannot store (a pipe, a backslash at its end). A shortened password would be a wrong one, so it is left empty, and what it belongs to is disabled where it can be.',
    remedy: 'See the task `enter-secret`: enter the password by hand, or have a new one given.',
  },
  'enter-secret': {
    means:
      'A password could not be carried over, for the reason that stands beside it, and has to be entered.',
    remedy:
      'Run the command of the task, which looks like `db NAME setprop KEY PROP VALUE`, with a password without pipes and backslashes. Set `status` to `enabled` again where it was.',
  },
  'prop-not-writable': {
    means:
      'A prop has a name that a database cannot hold. It is left out; the rest of the record is migrated.',
    remedy:
      'Nothing has to be done unless an add-on of yours needs it: then enter it under another name.',
  },
  'record-not-writable': {
    means:
      'A record has a key or type that a database cannot hold, so it was not migrated; the others are.',
    remedy: 'Enter it by hand under another name if it is still needed.',
  },
  'database-done': {
    means:
      'What `load-databases` has done: a database, an account or a password, in the order of the work.',
    remedy: '',
  },
  'database-exists': {
    means:
      'The destination has a database of this name, which no import has made. It is not overwritten: the dump was not loaded.',
    remedy:
      'Look at what is there. If it may go, run the same command again with `--replace-databases`: it is written into a file first.',
  },
  'database-replaced': {
    means:
      'With `--replace-databases` a database of the destination was replaced by that of the old server. It was written into the file that the message names before.',
    remedy:
      'Check the program that uses it, then remove that file when nothing of it is needed any more.',
  },
  'database-account-exists': {
    means:
      'The database server has an account of this name already: it keeps its password and its privileges, those of the old server are not added.',
    remedy:
      'If a program needs the old privileges, grant them by hand in `mysql`. If it logs in with the old password, give it the new one.',
  },
  'database-account-locked': {
    means:
      'An account of the database server was made, but its old password cannot be used here. Nobody can log in with it until it gets a new one.',
    remedy:
      'Enter in `mysql` the statement of the task, `SET PASSWORD FOR … = PASSWORD(…)`, then give the new password to the program that uses the account.',
  },
  'database-account-gone': {
    means:
      'The old database server kept privileges of an account that it did not have any more. They are left out.',
    remedy: '',
  },
  'database-privilege-refused': {
    means:
      'The database server refused a privilege of an account, such as one that the new version does not know or that names a database that is missing. The account exists, without it.',
    remedy:
      'Mend the cause, and enter the statement of the message in `mysql` if the privilege is still needed.',
  },
  'database-password-from-secret': {
    means:
      'A package of the destination has a password of its own for this database account. The account has that one, not the old one, so that the package goes on to work.',
    remedy: '',
  },
}
