// Every answer about a cell as one object of JSON. The texts are joined as they came.
import { type CellFormat, type CellPart, partOf } from './export-format.ts';

const members = [
  ['cell', 'cell'],
  ['trace', 'trace'],
  ['modelCalls', 'model-calls'],
  ['changes', 'changes'],
  ['logs', 'logs'],
  ['metrics', 'metrics'],
] as const satisfies readonly (readonly [name: string, part: CellPart])[];

export const cellJson: CellFormat = {
  takes: 'cell',
  name: 'json',
  label: 'Everything as JSON',
  extension: 'json',
  mediaType: 'application/json',
  needs: members.map(([, part]) => part),
  terminal: 'where recorded',
  convert: (parts) => {
    const texts = members.map(([name, part]) => `"${name}":${partOf(parts, part)}`);
    texts.push(`"terminal":${JSON.stringify(parts.get('terminal') ?? null)}`);
    return `{${texts.join(',\n')}}\n`;
  },
};
