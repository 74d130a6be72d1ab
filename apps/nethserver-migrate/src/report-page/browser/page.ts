// The script of the page: search, filters, the checklist. It runs in a browser, alone: it asks
// nothing of any other place, and the page can be read without it.

/** A task, a message, a change: what is found or filtered away. */
interface Item {
  readonly element: HTMLElement
  readonly plugins: readonly string[]
  readonly severity: string | undefined
  /** What is searched, read when first asked for. */
  text?: string
}

const items = [...document.querySelectorAll<HTMLElement>('.item')].map((element): Item => ({
  element,
  plugins: (element.dataset['plugin'] ?? '').split(' '),
  severity: element.dataset['severity'],
}))
const groups = [...document.querySelectorAll<HTMLElement>('.group, main > section')]
const search = find('search', HTMLInputElement)
const plugin = find('plugin', HTMLSelectElement)
const hits = find('hits', HTMLOutputElement)
const nothing = find('nothing', HTMLElement)
const severities = [...document.querySelectorAll<HTMLInputElement>('input[name=severity]')]

/** So many groups are opened by themselves to show what was found. */
const OPENED = 30

function find<Kind extends HTMLElement>(id: string, kind: new () => Kind): Kind {
  const element = document.getElementById(id)
  if (!(element instanceof kind)) throw new Error(`#${id} is missing`)
  return element
}

function filter(): void {
  const words = search.value.toLowerCase().split(/\s+/).filter(Boolean)
  const shown = new Set(severities.filter(({ checked }) => checked).map(({ value }) => value))
  const isFiltering = words.length > 0 || plugin.value !== '' || shown.size < severities.length
  let found = 0
  for (const item of items) {
    const matches = isMatch(item, words, shown)
    if (matches) found += 1
    item.element.hidden = !matches
  }
  let opened = 0
  for (const group of groups) {
    const hasHits = group.querySelector('.item:not([hidden])') !== null
    group.hidden = isFiltering && !hasHits
    if (group instanceof HTMLDetailsElement && words.length > 0 && hasHits && opened < OPENED) {
      group.open = true
      opened += 1
    }
  }
  hits.textContent = isFiltering ? `${found} found` : ''
  nothing.hidden = found > 0 || !isFiltering
}

function isMatch(item: Item, words: readonly string[], shown: ReadonlySet<string>): boolean {
  if (item.severity !== undefined && !shown.has(item.severity)) return false
  if (plugin.value !== '' && !item.plugins.includes(plugin.value)) return false
  if (words.length === 0) return true
  item.text ??= (item.element.textContent ?? '').toLowerCase()
  const { text } = item
  return words.every((word) => text.includes(word))
}

/** Waits until nobody has typed for a moment: a large page takes its time. */
let waiting = 0
search.addEventListener('input', () => {
  window.clearTimeout(waiting)
  waiting = window.setTimeout(filter, 120)
})
plugin.addEventListener('change', filter)
for (const box of severities) box.addEventListener('change', filter)
document.querySelector('form')?.addEventListener('submit', (event) => {
  event.preventDefault()
  filter()
})

/** What is ticked, by run. A browser that keeps nothing for files still shows the list. */
const place = `nethserver-migrate ${document.documentElement.dataset['run'] ?? ''}`
const tasks = [...document.querySelectorAll<HTMLInputElement>('input[data-task]')]

function remembered(): Set<string> {
  try {
    const list: unknown = JSON.parse(localStorage.getItem(place) ?? '[]')
    return new Set(Array.isArray(list) ? list.map(String) : [])
  } catch {
    return new Set()
  }
}

function remember(): void {
  const ticked = tasks.filter(({ checked }) => checked)
  try {
    localStorage.setItem(place, JSON.stringify(ticked.map(({ dataset }) => dataset['task'])))
  } catch {
    // Nothing can be kept here: the ticks last as long as the page.
  }
  showProgress(ticked.length)
}

function showProgress(done: number): void {
  for (const { checked, parentElement } of tasks)
    parentElement?.parentElement?.classList.toggle('done', checked)
  const bar = document.getElementById('done')
  if (bar instanceof HTMLProgressElement) bar.value = done
  const words = document.getElementById('done-words')
  if (words) words.textContent = `${done} of ${tasks.length} done`
}

const ticked = remembered()
for (const box of tasks) {
  box.checked = ticked.has(box.dataset['task'] ?? '')
  box.addEventListener('change', remember)
}
if (tasks.length > 0) {
  showProgress(tasks.filter(({ checked }) => checked).length)
  const hide = find('hide-done', HTMLInputElement)
  hide.addEventListener('change', () => {
    document.body.classList.toggle('hide-done', hide.checked)
  })
}

/** On paper nothing can be opened: what is not too long is printed whole. */
window.addEventListener('beforeprint', () => {
  for (const group of groups)
    if (group instanceof HTMLDetailsElement && group.querySelectorAll('.item').length <= 200)
      group.open = true
})
