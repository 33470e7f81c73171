/**
 * Every style that is made here gets the nonce of this page, without which its policy takes none. The library could be told the nonce,
 * but makes some of its styles without: what keeps the page still behind a dialog, what measures a scrollbar.
 */
const nonce = document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]')?.content ?? "";
const made = document.createElement.bind(document);

function withNonce(name: string, options?: ElementCreationOptions): HTMLElement {
  const element = made(name, options);
  if (element instanceof HTMLStyleElement) element.nonce = nonce;
  return element;
}
document.createElement = withNonce as typeof document.createElement;

export {};
