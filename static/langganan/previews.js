// Late answers, on pages whose forms ask for previews while one types; app.js does the rest.

// What was typed is never replaced: on a slow line an answer may come when the hand has moved on, into the field or past it.
document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  if (!detail.target.matches("[data-keep-focus]")) return;
  const sent = detail.requestConfig.parameters;
  // Nobody types into a hidden field: the token of the preview that is shown would keep every later one out.
  for (const field of detail.target.querySelectorAll("input[name]:not([type=hidden])"))
    if (field === document.activeElement || field.value !== (sent[field.name] ?? "")) detail.shouldSwap = false;
});

// A preview asked for while an older one was still loading waits for it (hx-sync="this:queue last"; to break the older one off would
// be an error in the console). The older answer is then about what nobody asks any more: an amount beside another number.
document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  const asked = detail.requestConfig.elt;
  if (!asked.matches("[hx-sync*='queue last']")) return;
  const sent = detail.requestConfig.formData;
  const now = new FormData(asked.closest("form"));
  for (const name of new Set(sent.keys()))
    if (String(sent.getAll(name)) !== String(now.getAll(name))) detail.shouldSwap = false;
});
