// The few things that a page cannot do by itself. Everything essential works without this file.
"use strict";

// A menu closes when one clicks elsewhere or presses Escape.
document.addEventListener("click", (event) => {
  for (const open of document.querySelectorAll("details.drop[open]")) {
    if (!open.contains(event.target)) open.open = false;
  }
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") {
    for (const open of document.querySelectorAll("details.drop[open]")) {
      open.open = false;
      open.querySelector("summary").focus();
    }
  }
  const typing = event.target.closest("input, textarea, select, [contenteditable]");
  if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
    const search = document.querySelector("input[type=search]");
    if (search) {
      event.preventDefault();
      search.focus();
    }
  }
});

// One box ticks all of its name in the same form; without this file each is ticked by hand.
for (const all of document.querySelectorAll("input[data-all]")) {
  all.hidden = false;
  all.addEventListener("change", () => {
    for (const one of all.form.querySelectorAll(`input[name="${all.dataset.all}"]`)) one.checked = all.checked;
  });
}

// A form that was sent is not sent twice by a second click.
document.addEventListener("submit", (event) => {
  const form = event.target;
  // A download leaves the page as it is, so its form may be sent again.
  if (form.method !== "post" || event.defaultPrevented || "again" in form.dataset) return;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "1";
});
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
});

// A file may be dropped where one is chosen.
for (const place of document.querySelectorAll("[data-drop]")) {
  const input = place.querySelector("input[type=file]");
  for (const name of ["dragover", "dragenter"]) {
    place.addEventListener(name, (event) => {
      event.preventDefault();
      place.classList.add("over");
    });
  }
  for (const name of ["dragleave", "drop"]) {
    place.addEventListener(name, () => place.classList.remove("over"));
  }
  place.addEventListener("drop", (event) => {
    event.preventDefault();
    if (event.dataTransfer.files.length) input.files = event.dataTransfer.files;
  });
}

// What only a script can do is shown only where scripts run, also in parts that come later.
function showButtons() {
  for (const button of document.querySelectorAll("[data-print][hidden]")) button.hidden = false;
}
showButtons();
document.addEventListener("htmx:afterSettle", showButtons);
document.addEventListener("click", (event) => {
  if (event.target.closest("[data-print]")) window.print();
});
