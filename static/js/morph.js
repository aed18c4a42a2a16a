// Replacing an element by its newer self, so that focus, selection, typed text and open details survive.

/** What the page itself switched on stays when a newer element comes. */
function keepsWhatTheReaderOpened(element, detail) {
  if (detail.attrName === "open" && element.tagName === "DETAILS") return false;
  return !(detail.attrName === "hidden" && element.hasAttribute("data-keeps-hidden"));
}

globalThis.htmx?.registerExtension("tallyboard", { htmx_before_morph_attr: keepsWhatTheReaderOpened });

export function morph(element, html) {
  const id = element.id;
  htmx.swap({ text: html, target: element, swap: "outerMorph", sourceElement: element });
  return document.getElementById(id);
}

export function elementFrom(html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  return template.content.firstElementChild;
}
