// The theme writes the name of a chosen file into the first text field near it, as its own widget wants it. Our file fields stand
// beside other fields, which it would overwrite: it passes over inputs that are marked as looked after. It looks on "load".
document.addEventListener("DOMContentLoaded", () => {
  for (const input of document.querySelectorAll("input[type=file]")) input.hasChangeListener = true;
});
