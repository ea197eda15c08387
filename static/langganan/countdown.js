// What is left until an instant, each second; the sentence beside it says the same without JavaScript.
function count() {
  for (const clock of document.querySelectorAll("[data-countdown]")) {
    const left = Math.max(0, Math.floor((Date.parse(clock.dataset.countdown) - Date.now()) / 1000));
    const parts = [Math.floor(left / 3600), Math.floor(left / 60) % 60, left % 60];
    clock.textContent = parts.map((part) => String(part).padStart(2, "0")).join(":");
  }
}
if (document.querySelector("[data-countdown]")) { count(); setInterval(count, 1000); }
