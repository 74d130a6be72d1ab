import type { ChangelogEntry } from './changelog.js'

/** A package as rpmbuild is told of it. */
export interface RpmPackage {
  readonly name: string
  readonly version: string
  readonly release: string
  readonly summary: string
  readonly description: string
  readonly licence: string
  readonly architecture: 'noarch' | 'x86_64'
  readonly requires: readonly string[]
  /** What must still be there when the scriptlets run. */
  readonly scriptletsRequire?: readonly string[]
  readonly provides?: readonly string[]
  /** Sections of scriptlets and triggers, as they stand in a spec. */
  readonly scriptlets?: string
  /** Folders that go with the package, beside its files and the folders of its own name. */
  readonly folders: readonly string[]
  readonly changelog: readonly ChangelogEntry[]
  /** The date of everything in it, in seconds. */
  readonly date: number
  /** Writes its files below a folder, as they lie below `/` of a host. */
  readonly stage: (root: string) => void
}

const AUTHOR = 'nethserver-migrate <nethserver-migrate@localhost>'

/**
 * The spec of a package whose files are staged already.
 * @param paths lines of %files; what lies in /usr/share/doc is documentation by its place.
 */
export function specOf(rpm: RpmPackage, paths: readonly string[]): string {
  const { requires, scriptletsRequire = [], provides = [] } = rpm
  return `Name: ${rpm.name}
Version: ${rpm.version}
Release: ${rpm.release}
Summary: ${escape(rpm.summary)}
License: ${rpm.licence}
BuildArch: ${rpm.architecture}
AutoReqProv: no
${lines([
  ...requires.map((name) => `Requires: ${name}`),
  ...scriptletsRequire.map((name) => `Requires(post,preun): ${name}`),
  ...provides.map((name) => `Provides: ${name}`),
])}
%description
${escape(rpm.description)}

%install
cp -a %{_sourcedir}/. %{buildroot}

${rpm.scriptlets ?? ''}
%files
%defattr(-,root,root,-)
${lines(paths)}
%changelog
${rpm.changelog.map((entry) => changelogOf(entry, rpm)).join('\n')}`
}

function changelogOf({ version, day, changes }: ChangelogEntry, rpm: RpmPackage): string {
  const [weekday, , date, month, year] = new Date(day ?? rpm.date * 1000)
    .toUTCString()
    .split(/[, ]/)
  // Of earlier versions there was one release each.
  const release = version === rpm.version ? rpm.release : '1'
  return lines([
    `* ${weekday} ${month} ${date} ${year} ${AUTHOR} - ${version}-${release}`,
    ...changes.map(
      (change) => `- ${escape(change).replace(/\n\n+/g, '\n').replace(/\n/g, '\n  ')}`,
    ),
  ])
}

function lines(all: readonly string[]): string {
  return all.map((line) => `${line}\n`).join('')
}

/** A percent sign begins a macro. */
function escape(text: string): string {
  return text.replace(/%/g, '%%')
}
