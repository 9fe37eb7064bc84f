// A cell's spans as the API writes them.
import { type CellFormat, partOf } from './export-format.ts';

export const cellTrace: CellFormat = {
  takes: 'cell',
  name: 'trace',
  label: 'Spans as JSON',
  extension: 'trace.json',
  mediaType: 'application/json',
  needs: ['trace'],
  terminal: 'not read',
  convert: (parts) => partOf(parts, 'trace'),
};
