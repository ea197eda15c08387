// What the theme opens by a click on plain text (the menu on a phone, the account, the filters, light and dark) are buttons for the
// keyboard and for screen readers, too; Escape closes what is open and gives the focus back.
const ID = { dock_to_right: "Menu", close: "Tutup menu" };
const EN = { dock_to_right: "Menu", close: "Close the menu" };
const NATIVE = "a[href], button, input, select, textarea, summary, [role=button]";
const TOGGLE = /^(\w+) = !\1$/;
const CLOSES = ["sidebarMobileOpen", "openUserLinks", "filterOpen"];
const FADED_IN = 200; // ms of the theme's transition: what is not shown yet takes no focus
let opener = null;

const isPressed = (event) => event.key === "Enter" || event.key === " ";
const wordOf = (icon) => (document.documentElement.lang === "en" ? EN : ID)[icon];

function makeButton(item) {
  const does = item.getAttribute("x-on:click").trim(), icon = item.textContent.trim();
  item.setAttribute("role", "button");
  item.tabIndex = 0;
  if (wordOf(icon)) item.setAttribute("aria-label", wordOf(icon));
  const name = TOGGLE.exec(does.split(";")[0].trim())?.[1];
  if (name) Alpine.effect(() => item.setAttribute("aria-expanded", String(Boolean(Alpine.$data(item)[name]))));
  item.addEventListener("click", () => { opener = item; });
  item.addEventListener("keydown", (event) => {
    if (!isPressed(event)) return;
    event.preventDefault();
    item.click();
    setTimeout(() => openedBy(does)?.focus(), FADED_IN);
  });
}

// The menu stands before its button, the account's links and the filters beside theirs: the first link of what was opened.
function openedBy(does) {
  const place = does.startsWith("sidebarMobileOpen") ? "#nav-sidebar" : does.startsWith("openUserLinks") ? "#nav-sidebar nav nav" : "#changelist-filter";
  const found = [...document.querySelectorAll(`${place} :is(${NATIVE})`)].find((item) => item.checkVisibility());
  return does.startsWith("sidebarDesktopOpen") ? null : found;
}

function close(event) {
  if (event.key !== "Escape" || event.defaultPrevented) return;
  for (const item of document.querySelectorAll("[x-data]")) {
    const open = CLOSES.find((name) => Alpine.$data(item)[name] === true);
    if (!open) continue;
    Alpine.$data(item)[open] = false;
    opener?.checkVisibility() && opener.focus();
    return;
  }
}

// An icon is a word in a font of signs ("chevron_right"): not to be read out where words stand beside it.
function hush(sign) {
  const control = sign.closest(NATIVE);
  if (control !== sign && control?.textContent.trim() !== sign.textContent.trim()) sign.ariaHidden = "true";
}

document.addEventListener("alpine:initialized", () => {
  for (const item of document.querySelectorAll("[x-on\\:click]")) if (!item.matches(NATIVE) && item.textContent.trim()) makeButton(item);
  for (const sign of document.querySelectorAll(".material-symbols-outlined")) hush(sign);
  document.addEventListener("keydown", close);
});
