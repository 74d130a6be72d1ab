import type { Messages } from '@nethserver-migrate/core/runner'

export const BEFORE_IMPORT_ERRORS: Messages = {
  CHECK_BLOCKED: {
    means:
      'The check before the import has found blockers, which stand below the message. The import was refused, and nothing was touched.',
    remedy:
      'Do what each of them says, then run the same command again. A finding that does not matter here is accepted with `--accept CODE`, or with a reason in the file of decisions.',
  },
  DECISIONS_MISSING: {
    means: 'There is no file of decisions under the path that was given. Nothing was done.',
    remedy:
      'Check the path, or let it be written: `nethserver-migrate check SOURCE --decisions FILE`.',
  },
}

export const BEFORE_IMPORT_FINDINGS: Messages = {
  'decision-overruled': {
    means:
      'An option of the command says something else than the file of decisions. The option holds, for this run.',
    remedy:
      'If the file is to hold, give the command without the option. Otherwise write the same in the file, so that plan and import agree.',
  },
  'blocker-accepted': {
    means:
      'A blocker of the check was accepted, for the reason in the message: the import goes on.',
    remedy: '',
  },
}
