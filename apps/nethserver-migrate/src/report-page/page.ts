import { createHash } from 'node:crypto'
import {
  shorten,
  type AccountingEntry,
  type Accounting,
  type Finding,
  type Report,
  type ReportedChange,
} from '@nethserver-migrate/core/runner'
import { REASON_WORDS, STATES, STATE_WORDS } from '../output/accounting-lines.js'
import { Amounts } from '../output/change-lines.js'
import { describeChange, shownValue } from '../output/describe-change.js'
import { groupBy } from '../output/group-by.js'
import { count, formatBytes } from '../output/sizes.js'
import { numbers, verdict } from '../output/summary.js'
import { titleOf, type Titles } from '../output/titles.js'
import script from './browser/page.ts?bundled'
import style from './page.css'
import { Html, html } from './html.js'

/**
 * The page of a report, or of a plan: one file that asks nothing of any other place.
 * docs/report.md#the-page
 */
export function reportPage(report: Report, titles: Titles, isPlan: boolean): string {
  const { run, source, destination, findings, changes, actions, events, accounting } = report
  const title = `${isPlan ? 'Migration plan' : 'Migration report'} of ${source}`
  const of = (...wanted: Finding['severity'][]) =>
    findings.filter(({ severity }) => wanted.includes(severity))
  const errors = of('error')
  const tasks = of('follow-up')
  const said = of('warning', 'notice', 'info')
  const names = [
    ...new Set([...actions.map(({ plugin }) => plugin), ...findings.map(({ plugin }) => plugin)]),
  ]
  const body = html`<header>
      <h1>${isPlan ? 'Migration plan' : 'Migration report'}</h1>
      <p class="route">
        <code>${source}</code> <span aria-label="to">→</span> <code>${destination}</code>
      </p>
      <p>
        <span class="badge ${report.status}">${verdict(report)}</span>
        ${run ? html`<span class="quiet">${run.event}, <time datetime="${run.at}">${run.at.replace('T', ' ').replace(/\..*/, ' UTC')}</time></span>` : ''}
      </p>
      <ul class="figures">
        ${numbers(report).map((line) => html`<li>${line}</li>`)}
      </ul>
      <nav aria-label="Parts of this page">
        ${errors.length > 0 ? link('errors', 'Errors', errors.length) : ''}
        ${link('tasks', 'To do', tasks.length)} ${link('findings', 'Messages', said.length)}
        ${accounting ? link('accounting', 'Old server', accounting.entries.length) : ''}
        ${link('changes', 'Changes', changes.length)} ${link('events', 'Events', events.length)}
      </nav>
    </header>
    <form class="tools" role="search">
      <input type="search" id="search" placeholder="Search" aria-label="Search in this page" />
      <select id="plugin" aria-label="Plugin">
        <option value="">All plugins</option>
        ${names.map((name) => html`<option value="${name || '-'}">${titleOf(name, titles)}</option>`)}
      </select>
      <fieldset>
        <legend class="hidden">Severity</legend>
        ${(['error', 'follow-up', 'warning', 'notice', 'info'] as const).map(
          (severity) =>
            html`<label class="chip ${severity}"
              ><input type="checkbox" name="severity" value="${severity}" checked />
              ${WORDS[severity]} <span>${of(severity).length}</span></label
            >`,
        )}
      </fieldset>
      <output id="hits"></output>
    </form>
    <main>
      ${
        errors.length === 0
          ? ''
          : section(
              'errors',
              `Errors`,
              errors.length,
              errors.map((one) => findingItem(one, titles)),
            )
      }
      ${section('tasks', 'Still to be done by a person', tasks.length, taskList(tasks, titles, isPlan))}
      ${section('findings', 'What was said', said.length, findingGroups(said, titles))}
      ${accounting ? section('accounting', 'What became of the old server', undefined, accountingPart(accounting, titles)) : ''}
      ${section('changes', isPlan ? 'What would be changed' : 'What was changed', changes.length, changeGroups(report, titles))}
      ${section('events', 'Events, in their order', events.length, [
        html`<details class="group">
          <summary>${count(events.length, 'event')}</summary>
          <ol>
            ${events.map(({ name, args }) => html`<li class="item" data-plugin=""><code>${[name, ...args].join(' ')}</code></li>`)}
          </ol>
        </details>`,
      ])}
      ${section('actions', 'Actions', actions.length, [
        html`<details class="group">
          <summary>Outcome and time of each</summary>
          <div class="wide">
            <table>
              <thead>
                <tr>
                  <th>Action</th>
                  <th>Level</th>
                  <th>Outcome</th>
                  <th>Seconds</th>
                </tr>
              </thead>
              <tbody>
                ${actions.map(
                  ({ plugin, action, level, outcome, seconds }) =>
                    html`<tr class="item" data-plugin="${plugin}">
                      <td>${action}</td>
                      <td class="number">${level}</td>
                      <td>${outcome}</td>
                      <td class="number">${seconds.toFixed(2)}</td>
                    </tr>`,
                )}
              </tbody>
            </table>
          </div>
        </details>`,
      ])}
      <p id="nothing" hidden>Nothing on this page matches.</p>
    </main>`
  // Every byte between the tags counts for their hashes.
  const policy = `default-src 'none'; style-src '${hashOf(style)}'; script-src '${hashOf(script)}'; base-uri 'none'; form-action 'none'`
  return html`<!doctype html>
    <html lang="en" data-run="${run?.id ?? ''}">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content="${policy}" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="referrer" content="no-referrer" />
        <title>${title}</title>
        ${new Html(`<style>${style}</style>`)}
      </head>
      <body>
        ${body} ${new Html(`<script>${script}</script>`)}
      </body>
    </html> `.text
}

const WORDS: Readonly<Record<Finding['severity'], string>> = {
  error: 'Errors',
  'follow-up': 'To do',
  warning: 'Warnings',
  notice: 'Notices',
  info: 'Information',
}

function link(id: string, words: string, amount: number): Html {
  return html`<a href="#${id}">${words} <span>${amount}</span></a> `
}

function section(
  id: string,
  title: string,
  amount: number | undefined,
  content: readonly Html[],
): Html {
  return html`<section id="${id}">
    <h2>${title} ${amount === undefined ? '' : html`<span class="amount">${amount}</span>`}</h2>
    ${content.length === 0 ? html`<p class="quiet">Nothing.</p>` : content}
  </section>`
}

function taskList(tasks: readonly Finding[], titles: Titles, isPlan: boolean): Html[] {
  if (tasks.length === 0) return []
  const seen = new Map<string, number>()
  const groups = [...groupBy(tasks, ({ plugin }) => plugin)].map(
    ([plugin, own]) =>
      html`<div class="group">
        <h3>${titleOf(plugin, titles)}</h3>
        <ul class="tasks">
          ${own.map((task) => {
            // The same in every page of this run, wherever the task stands.
            const name = `${task.plugin}/${task.code}/${task.subject}`
            const number = (seen.get(name) ?? 0) + 1
            seen.set(name, number)
            return html`<li
              class="item follow-up"
              data-plugin="${plugin || '-'}"
              data-severity="follow-up"
            >
              <label
                >${isPlan ? '' : html`<input type="checkbox" data-task="${name}/${number}" />`}
                <span>${task.message}</span></label
              >${remedyOf(task)}
            </li>`
          })}
        </ul>
      </div>`,
  )
  return [
    isPlan
      ? html`<p class="quiet">An import leaves these to you.</p>`
      : html`<p class="progress">
          <progress id="done" max="${tasks.length}" value="0"></progress>
          <span id="done-words">0 of ${tasks.length} done</span>
          <label><input type="checkbox" id="hide-done" /> hide what is done</label>
        </p>`,
    ...groups,
  ]
}

function findingGroups(findings: readonly Finding[], titles: Titles): Html[] {
  const important = findings.filter(({ severity }) => severity === 'warning')
  const rest = findings.filter(({ severity }) => severity !== 'warning')
  const groups = (of: readonly Finding[], open: boolean) =>
    [...groupBy(of, ({ plugin }) => plugin)].map(([plugin, own]) =>
      group(
        titleOf(plugin, titles),
        own.length,
        own.map((one) => findingItem(one, titles, false)),
        open,
      ),
    )
  return [
    ...groups(important, important.length <= MANY),
    ...(rest.length === 0 ? [] : [html`<h3>Notices and information</h3>`, ...groups(rest, false)]),
  ]
}

/** More than this is not opened by itself. */
const MANY = 200

function findingItem(finding: Finding, titles: Titles, withPlugin = true): Html {
  const { severity, plugin, code, message } = finding
  return html`<div
    class="item finding ${severity}"
    data-plugin="${plugin || '-'}"
    data-severity="${severity}"
  >
    <p>
      <span class="tag">${severity}</span>
      ${withPlugin ? html`<strong>${titleOf(plugin, titles)}:</strong> ` : ''}${message}
      <span class="code">${code}</span>
    </p>
    ${remedyOf(finding)}
  </div>`
}

function remedyOf({ remedy }: Finding): Html {
  return remedy === '' ? html`` : html`<p class="remedy">${remedy}</p>`
}

function group(
  title: string,
  amount: number,
  content: readonly Html[],
  open = false,
  note = '',
): Html {
  return new Html(
    html`<details class="group" ${new Html(open ? 'open' : '')}>
      <summary>
        ${title}
        <span class="amount">${amount}</span
        >${note === '' ? '' : html` <span class="quiet">${note}</span>`}
      </summary>
      ${content}
    </details>`.text,
  )
}

function accountingPart({ totals, entries }: Accounting, titles: Titles): Html[] {
  const table = html`<div class="wide">
    <table class="totals">
      <thead>
        <tr>
          <th></th>
          <th>Records</th>
          <th>Values</th>
          <th>File trees</th>
        </tr>
      </thead>
      <tbody>
        ${[...STATES].reverse().map(
          (state) =>
            html`<tr class="${state}">
              <th>${STATE_WORDS[state]}</th>
              <td class="number">${totals.records[state]}</td>
              <td class="number">${totals.values[state]}</td>
              <td class="number">${totals.trees[state]}</td>
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`
  return [
    table,
    ...STATES.flatMap((state) => {
      const own = entries.filter((entry) => entry.state === state)
      if (own.length === 0) return []
      const isOpen = state === 'unknown' || state === 'not-installed'
      return [
        html`<h3>
          ${STATE_WORDS[state][0]?.toUpperCase() ?? ''}${STATE_WORDS[state].slice(1)}
          <span class="amount">${own.length}</span>
        </h3>`,
        ...[...groupBy(own, ({ database }) => database || 'files')].map(([area, parts]) =>
          group(area, parts.length, [entryTable(parts, titles)], isOpen),
        ),
      ]
    }),
  ]
}

function entryTable(entries: readonly AccountingEntry[], titles: Titles): Html {
  return html`<ul class="entries">
    ${entries.map((entry) => {
      const { state, kind, subject, keys, props, values, bytes, plugins, becomes, reason, manual } =
        entry
      const size =
        kind === 'tree' && state !== 'migrated'
          ? `${count(values, 'file')}, ${formatBytes(bytes)}`
          : ''
      const plural = kind === 'records' && entry.database !== 'configuration'
      return html`<li class="item entry" data-plugin="${plugins.join(' ') || '-'}">
        <p>
          <strong>${subject}</strong
          >${props.length > 0 ? html` <span class="props">${props.join(', ')}</span>` : ''}${size ? html` <span class="quiet">${size}</span>` : ''}
        </p>
        ${plural ? keyList(keys) : ''}
        <p class="quiet">
          ${[plugins.map((plugin) => titleOf(plugin, titles)).join(', '), becomes ? `→ ${becomes}` : '', REASON_WORDS[reason]].filter(Boolean).join(' · ')}
        </p>
        ${manual ? html`<p class="remedy">${manual}</p>` : ''}
      </li>`
    })}
  </ul>`
}

function keyList(keys: readonly string[]): Html {
  return keys.length <= 8
    ? html`<p class="keys">${keys.join(', ')}</p>`
    : html`<details class="keys">
        <summary>${shorten(keys)}</summary>
        ${keys.join(', ')}
      </details>`
}

function changeGroups({ actions, changes }: Report, titles: Titles): Html[] {
  const byPlugin = groupBy(changes, ({ plugin }) => plugin)
  const plugins = [...new Set(actions.map(({ plugin }) => plugin))]
  return plugins.flatMap((plugin) => {
    const own = byPlugin.get(plugin) ?? []
    if (own.length === 0) return []
    const amounts = new Amounts()
    for (const { change } of own) amounts.add(change)
    return [group(titleOf(plugin, titles), own.length, own.map(changeItem), false, amounts.text)]
  })
}

function changeItem({ plugin, change, outcome }: ReportedChange): Html {
  const { kind, text, values, notes } = describeChange(change)
  const mark =
    outcome === 'skipped' || outcome === 'failed' ? html` <span class="tag">${outcome}</span>` : ''
  const rows = values.map(
    ([name, [before, after]]) =>
      html`<tr>
        <th>${name}</th>
        <td class="before">${shownValue(before)}</td>
        <td class="after">${shownValue(after)}</td>
      </tr>`,
  )
  return html`<div class="item change" data-plugin="${plugin}">
    <p><span class="kind">${kind}</span> <span>${text}</span>${mark}</p>
    ${
      rows.length > 0
        ? html`<table class="diff">
            ${rows}
          </table>`
        : ''
    }${notes.map((note) => html`<p class="quiet">${note}</p>`)}
  </div>`
}

function hashOf(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`
}
