// Improves pages that already work without it: copy buttons, focus and announcements around HTMX swaps, the CSRF header.

const one = (selector, root = document) => root.querySelector(selector);

let said = "";

function announce(text) {
  const region = one("#live");
  if (!region || !text) return;
  region.textContent = "";
  // A region that is emptied and filled in the same tick is not read again.
  setTimeout(() => { region.textContent = text; }, 50);
}

function focus(element) {
  if (!element.hasAttribute("tabindex")) element.setAttribute("tabindex", "-1");
  element.focus();
}

async function copy(button) {
  const label = one("[data-copy-label]", button) ?? button;
  const before = label.textContent;
  try {
    await navigator.clipboard.writeText(button.dataset.copy);
  } catch {
    // No clipboard outside a secure context: select the text, so that the person can copy it.
    const source = button.parentElement && one(".copyable", button.parentElement);
    if (source) getSelection().selectAllChildren(source);
    return;
  }
  label.textContent = button.dataset.copied;
  announce(button.dataset.copied);
  setTimeout(() => { label.textContent = before; }, 2000);
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-copy]");
  if (button) copy(button);
  if (event.target.closest("[data-print]")) print();
  // A menu closes when the person goes on elsewhere.
  for (const menu of document.querySelectorAll("details[data-menu][open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});

// A second press on the way would hide the first one's answer ("already gone"). It counts after three seconds (the line may be
// bad), of another button at once: a file may be the answer.
document.addEventListener("submit", (event) => {
  const form = event.target, { dataset } = event.submitter ?? form, now = Date.now();
  // The attribute: a field named "method" hides the form's own property.
  if (event.defaultPrevented || form.getAttribute("method") !== "post") return;
  if (now - (dataset.sentAt ?? 0) < 3000) event.preventDefault();
  else dataset.sentAt = now;
});

document.addEventListener("keydown", (event) => {
  const menu = event.key === "Escape" && one("details[data-menu][open]");
  if (!menu) return;
  menu.open = false;
  one("summary", menu).focus();
});

document.addEventListener("htmx:configRequest", (event) => {
  if (event.detail.verb === "get") return;
  const near = event.target.closest("form") ?? document;
  const token = one("[name=csrfmiddlewaretoken]", near) ?? one("[name=csrfmiddlewaretoken]");
  if (token) event.detail.headers["X-CSRFToken"] = token.value;
});

// A form that was refused answers 422 with its errors: show it like any other answer.
document.addEventListener("htmx:beforeSwap", (event) => {
  if (event.detail.xhr.status !== 422) return;
  event.detail.shouldSwap = true;
  event.detail.isError = false;
});

document.addEventListener("htmx:afterSettle", (event) => {
  const root = event.detail.elt ?? event.target;
  const text = one("[data-announce]", root)?.dataset.announce ?? root.dataset?.announce;
  // A fragment that asks every two seconds is read out only when its words change.
  if (text !== said) announce(text);
  said = text ?? said;
  const summary = one("[data-error-summary]", root);
  if (summary) return focus(summary);
  // A fragment that refreshes itself (data-keep-focus) must not pull the reader away from what is being typed.
  const heading = root.closest("[data-keep-focus]") ? null : one("h1", root);
  if (heading) focus(heading);
});

function failed() {
  const place = one("#notices");
  const template = one("#connection-lost");
  if (!place || !template) return;
  place.replaceChildren(template.content.cloneNode(true));
  place.scrollIntoView({ block: "nearest" });
}
document.addEventListener("htmx:sendError", failed);
document.addEventListener("htmx:timeout", failed);
document.addEventListener("htmx:responseError", failed);

const summary = one("[data-error-summary]");
if (summary) focus(summary);
