// What one step is compared by: the same deed has the same key, however its agent calls the tool and whether it used
// one or the shell. Does not know what came of a step.

/** What agents call one and the same tool. Names are folded to lower case, without "_" and "-". */
const toolFamilies = new Map<string, string>(
  Object.entries({
    shell: [
      'bash',
      'shell',
      'exec',
      'execcommand',
      'runshellcommand',
      'runcommand',
      'terminal',
      'command',
      'localshell',
    ],
    read: ['read', 'readfile', 'view', 'cat', 'open', 'viewfile'],
    edit: [
      'edit',
      'write',
      'writefile',
      'patch',
      'applypatch',
      'replace',
      'strreplace',
      'multiedit',
      'createfile',
      'strreplaceeditor',
      'editfile',
    ],
    list: ['ls', 'list', 'listdirectory', 'listdir'],
    search: ['grep', 'search', 'searchfilecontent', 'ripgrep', 'rg'],
    find: ['glob', 'find', 'findfiles'],
  }).flatMap(([family, names]) => names.map((name) => [name, family] as const)),
);

/** Families that look and leave everything as it is. */
const lookingFamilies: ReadonlySet<string> = new Set(['read', 'list', 'search', 'find']);

/** "shell\ncargo test", "read\nsrc/lib.rs". @param paths what the call changed: an edit is named by that */
export function stepKey(tool: string, argument: string, paths: readonly string[]): string {
  const name = tool.toLowerCase().replace(/[_-]/g, '');
  const family = toolFamilies.get(name) ?? name;
  if (family === 'shell') return commandKey(argument);
  if (family === 'edit' && paths.length > 0) return `edit\n${[...new Set(paths)].sort().join(', ')}`;
  const words = oneLine(argument);
  return `${family}\n${lookingFamilies.has(family) ? plainPath(words) : words}`;
}

/** Whether a step only looked: read, listed, searched. */
export function isLooking(key: string): boolean {
  const [family = '', words = ''] = key.split('\n');
  return lookingFamilies.has(family) || (family === 'shell' && LOOKING_COMMAND.test(words));
}

const LOOKING_COMMAND =
  /^(?:git (?:status|diff|log|show|blame|branch)|pwd|which|wc|file|stat|du|env)\b[^>;&|]*$/;

/** A command that reads, lists or searches has the key of the tool that does. */
function commandKey(command: string): string {
  const bare = withoutFrame(command.trim());
  const isSimple = !/[\n;&|<>`]|\$\(/.test(bare);
  const looked = isSimple ? lookingKey(bare.split(/\s+/)) : null;
  return looked ?? `shell\n${withoutIds(oneLine(bare))}`;
}

/** Without what only frames a command: where it runs, where its errors go, how much of its output is shown. */
function withoutFrame(command: string): string {
  let bare = command;
  for (let before = ''; before !== bare; ) {
    before = bare;
    bare = bare
      .replace(/^cd [^\s;&|]+ *&& */, '')
      .replace(/ *(?:2>&1|2> ?\/dev\/null|\|\| true|\| (?:head|tail)(?: -n? ?\d+)?)$/, '');
  }
  return bare;
}

function lookingKey([name = '', ...rest]: readonly string[]): string | null {
  const words = rest.filter((word) => !word.startsWith('-')).map(unquoted);
  const last = plainPath(words.at(-1) ?? '.');
  if (['cat', 'bat', 'less', 'more', 'nl', 'head', 'tail'].includes(name))
    return words.length > 0 ? `read\n${last}` : null;
  if (name === 'sed') return rest[0] === '-n' && words.length === 2 ? `read\n${last}` : null;
  if (name === 'ls' || name === 'tree') return `list\n${last}`;
  if (['grep', 'rg', 'ag'].includes(name) && words.length > 0)
    return `search\n${words.length === 1 || last === '.' ? words[0] : `${words[0]} in ${last}`}`;
  return name === 'find' || name === 'fd' ? `find\n${rest.join(' ')}` : null;
}

function unquoted(word: string): string {
  return word.replace(/^(["'])(.*)\1$/, '$2');
}

function plainPath(path: string): string {
  return path.replace(/^(?:\.\/)+(?=.)/, '');
}

/** Names that are made anew each time: they differ between any two runs. */
function withoutIds(words: string): string {
  return words
    .replace(/\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/gi, '#')
    .replace(/\b(?=[a-f]*\d)(?=\d*[a-f])[0-9a-f]{7,64}\b/g, '#')
    .replace(/\/tmp\/[\w.-]+/g, '/tmp/#');
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}
