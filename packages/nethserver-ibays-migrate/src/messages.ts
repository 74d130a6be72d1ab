import type { Messages } from '@nethserver-migrate/core'

export const messages: Messages = {
  'acls-missing': {
    means:
      'The backup has no list of the access rights (ACLs) in ibays. All files belong to admin and the group of the folder; rights that single files had are lost.',
    remedy:
      'Look at shared folders in which single files had permissions of their own. If the old server still runs, take a backup with the list there and import that one.',
  },
  'acls-unreadable': {
    means:
      'A link or folder has the name of the list of access rights (ACLs) in the source. None is restored.',
    remedy: 'Put the file of the backup there, then run the same command again.',
  },
  'acl-malformed': {
    means:
      'A part of the list of access rights (ACLs) is in no form that is understood, or not whole. It is left out; the file has the rights of its folder.',
    remedy:
      'Look at the line that the message names, and set the permissions of that file by hand with `setfacl`.',
  },
  'ibay-exists': {
    means:
      'The new server has a shared folder of this name, which no import has made. The ibay is joined with it: the files of both are there.',
    remedy:
      'Look at its group and access on the page Shared folders: they decide who reads the files of either.',
  },
  'ibay-user-access': {
    means:
      'The record does not say who may use the ibay, or says something unknown. The closest is taken: its group may read and write, nobody else may do anything.',
    remedy: 'Look at its access on the page Shared folders.',
  },
  'ibay-data-missing': {
    means:
      'The folder of an ibay is not in the source. The shared folder is made, and stays empty.',
    remedy: 'If the ibay had files, extract the whole backup and run the same command again.',
  },
  'folder-without-ibay': {
    means:
      'A folder with files belongs to no ibay of the old server: the ibay was deleted there. It stays in the source.',
    remedy: 'Copy what is still needed by hand before you remove the source.',
  },
  'ibay-name': {
    means: 'No shared folder can have this name; the message says why. The ibay is not migrated.',
    remedy:
      'Make a shared folder of another name on the page Shared folders, and copy the files by hand from `home/e-smith/files/ibays` of the source.',
  },
  'ibay-name-long': {
    means:
      'The name of the shared folder is longer than the limit that the old and the new server set for such names (`maxIbayNameLength`). It is migrated all the same.',
    remedy: 'Look whether all workstations find it.',
  },
  'ibay-owning-group': {
    means:
      'The group that the ibay belonged to is not known here. Another one, which the message names, gets its rights.',
    remedy: 'Choose its group on the page Shared folders before people use it.',
  },
}
