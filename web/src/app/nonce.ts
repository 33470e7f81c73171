/**
 * The nonce of this page, without which its policy takes no style that a program makes. Some of the library's styles are made without
 * one, among them what keeps the page still behind a dialog: every style that is made here gets it.
 */
export const nonce = document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]')?.content ?? "";

const made = document.createElement.bind(document);

function withNonce(name: string, options?: ElementCreationOptions): HTMLElement {
  const element = made(name, options);
  if (element instanceof HTMLStyleElement) element.nonce = nonce;
  return element;
}
document.createElement = withNonce as typeof document.createElement;
