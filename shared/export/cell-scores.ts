// A cell's score records, in the form that `playhead score` and `playhead import` take.
import { type CellFormat, partOf } from './export-format.ts';

export const cellScores: CellFormat = {
  takes: 'cell',
  name: 'scores',
  label: 'Scores as JSON',
  extension: 'scores.json',
  mediaType: 'application/json',
  needs: ['cell'],
  terminal: 'not read',
  convert: (parts) => {
    const { scores, compositeNote } = JSON.parse(partOf(parts, 'cell')) as {
      readonly scores: unknown;
      readonly compositeNote?: string | null;
    };
    // Beside the records, which are read back as they were put.
    const notes = compositeNote ? { notes: { composite: compositeNote } } : {};
    return `${JSON.stringify({ scores, ...notes }, null, 2)}\n`;
  },
};
