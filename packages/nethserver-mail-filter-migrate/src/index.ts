import { definePlugin, type LeftOut } from '@nethserver-migrate/core'
import createlinks from '../createlinks.js'
import { migrateLists } from './lists.js'
import { messages } from './messages.js'
import { migrate } from './migrate.js'

export default definePlugin({
  name: 'nethserver-mail-filter-migrate',
  feature: {
    title: 'Mail filter',
    packages: ['nethserver-mail-filter'],
    records: [
      { database: 'configuration', key: 'rspamd' },
      { database: 'configuration', key: 'amavisd' },
    ],
    inUse: ({ configuration }) => configuration.prop('spamassassin', 'status') === 'enabled',
    evidence: 'spamassassin is enabled',
  },
  createlinks,
  replaces: {
    'nethserver-mail-filter': ['nethserver-mail-migrate-wbl'],
  },
  actions: {
    'nethserver-mail-filter-migrate': migrate,
    'nethserver-mail-filter-migrate-lists': migrateLists,
  },
  covers: [
    {
      database: 'configuration',
      key: 'spamassassin',
      props: ['RejectLevel', 'Sensitivity', 'TagLevel'],
      becomes: 'configuration/amavisd SpamTag2Level, SpamKillLevel',
    },
    {
      database: 'spamassassin',
      key: 'wbl.global',
      becomes: 'SenderWhiteList and SenderBlackList of configuration/rspamd or amavisd',
    },
    {
      database: 'spamassassin',
      key: 'wbl.global_to',
      becomes: 'RecipientWhiteList of configuration/rspamd or amavisd',
    },
  ],
  leavesOut: [
    spamassassin(['MessageRetentionTime', 'SortSpam'], 'other-plugin'),
    spamassassin(
      ['Subject', 'SubjectTag'],
      'set-on-destination',
      'Choose the prefix for the subject of spam on the page of the mail filter',
    ),
    spamassassin(
      ['BayesAutoLearnThresholdNonspam', 'BayesAutoLearnThresholdSpam', 'UseBayes'],
      'no-equivalent',
    ),
    spamassassin(
      ['OkLanguages', 'OkLocales', 'ReportSafe', 'SkipRBLChecks', 'status'],
      'set-on-destination',
    ),
    {
      tree: 'var/spool/spamd',
      reason: 'no-equivalent',
      manual: 'Have users train the new filter with their spam folders',
    },
    {
      database: 'spamassassin',
      type: 'wbl',
      reason: 'no-equivalent',
      manual: 'Have users write filters of their own for the senders they still care for',
    },
    { database: 'spamassassin', type: 'spamassassin', reason: 'obsolete' },
    {
      database: 'configuration',
      key: 'qpsmtpd',
      props: ['DNSBL', 'RBLList', 'RHSBL', 'SBLList'],
      reason: 'set-on-destination',
      manual: 'Enable block lists of senders on the new server where they are still wanted',
    },
    {
      database: 'mailpatterns',
      reason: 'set-on-destination',
      manual: 'Choose on the page of the mail filter which attachments are refused',
    },
    ...['clamav', 'clamd', 'freshclam'].map((key): LeftOut => ({
      database: 'configuration',
      key,
      reason: 'set-on-destination',
      manual: 'Look at the virus scanner on the page of the mail filter',
    })),
    { database: 'configuration', key: 'spamd', reason: 'obsolete' },
  ],
  messages,
})

function spamassassin(
  props: readonly string[],
  reason: LeftOut['reason'],
  manual?: string,
): LeftOut {
  return {
    database: 'configuration',
    key: 'spamassassin',
    props,
    reason,
    ...(manual === undefined ? {} : { manual }),
  }
}
