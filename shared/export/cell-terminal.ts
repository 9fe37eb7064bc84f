// A cell's terminal as asciicast v3, which is how the API writes it.
import { type CellFormat, partOf } from './export-format.ts';

export const cellTerminal: CellFormat = {
  takes: 'cell',
  name: 'terminal',
  label: 'Terminal as asciicast',
  extension: 'cast',
  mediaType: 'application/x-asciicast',
  needs: [],
  terminal: 'needed',
  convert: (parts) => partOf(parts, 'terminal'),
};
