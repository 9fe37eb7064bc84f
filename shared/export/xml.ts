// Text as XML holds it, whoever wrote it. Knows no document.

/** Text or a double-quoted attribute of XML 1.0; what no XML may hold becomes U+FFFD. */
export function xmlText(value: string): string {
  return (
    value
      .toWellFormed()
      .replace(/[^\t\n\r\x20-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '\ufffd')
      .replaceAll('&', '&amp;')
      .replaceAll('<', '&lt;')
      .replaceAll('>', '&gt;')
      .replaceAll('"', '&quot;')
      .replaceAll("'", '&#39;')
      // In an attribute a line break as it is would be read as a space.
      .replaceAll('\n', '&#10;')
  );
}
