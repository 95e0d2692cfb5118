// The few things that a page cannot do by itself. Everything essential works without this file.
"use strict";

// A menu closes when one clicks elsewhere or presses Escape.
document.addEventListener("click", (event) => {
  for (const open of document.querySelectorAll("details:is(.drop, .rest)[open]")) {
    if (!open.contains(event.target)) open.open = false;
  }
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") {
    for (const open of document.querySelectorAll("details:is(.drop, .rest)[open]")) {
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
    input.dispatchEvent(new Event("change", { bubbles: true }));
  });
}

// The chosen file is named in the page's own words; without this file the browser's own field shows.
document.addEventListener("change", (event) => {
  const said = event.target.type === "file" && event.target.parentElement.querySelector("[data-chosen]");
  if (!said) return;
  said.dataset.none ??= said.textContent;
  said.textContent = [...event.target.files].map((file) => file.name).join(", ") || said.dataset.none;
});

// What only a script can do is shown only where scripts run, also in parts that come later.
function showButtons() {
  for (const button of document.querySelectorAll("[data-print][hidden]")) button.hidden = false;
}
showButtons();
document.addEventListener("htmx:afterSettle", showButtons);
document.addEventListener("click", (event) => {
  if (event.target.closest("[data-print]")) window.print();
});

// A passkey that was not given is told on the page, not in the console.
document.addEventListener("allauth.error", (event) => {
  const told = document.getElementById("passkey-trouble");
  if (!told) return;
  event.preventDefault();
  told.hidden = false;
});

// What was typed into a form that was refused stands there again: one mends a word, not the whole.
// Secrets and files are not kept, and nothing outlives the tab.
const typed = "typed";
const keepable = "input:not([type=hidden], [type=password], [type=file], [type=search]), select, textarea";
function formKey(form) {
  const told = [...form.querySelectorAll("input[type=hidden]")].filter((one) => one.name !== "csrfmiddlewaretoken");
  return [form.getAttribute("action"), ...told.map((one) => `${one.name}=${one.value}`)].join(" ");
}
function posted(key) {
  return [...document.forms].find((form) => form.method === "post" && formKey(form) === key);
}
function isTouched(field) {
  // Where a page chose none, the first one is chosen by itself.
  if (field.tagName === "SELECT") return field.selectedIndex !== Math.max([...field.options].findIndex((one) => one.defaultSelected), 0);
  return field.value !== field.defaultValue || field.checked !== field.defaultChecked;
}
function noted(form) {
  return { key: formKey(form), values: [...form.querySelectorAll(keepable)].map((one) => [one.name, one.value, one.checked]) };
}
function fill(fields, values) {
  values.forEach(([name, value, checked], index) => {
    const field = fields[index];
    if (!field || field.name !== name) return;
    if (field.type === "checkbox" || field.type === "radio") field.checked = checked && field.value === value;
    else field.value = value;
  });
}
let sent = null;
document.addEventListener("submit", (event) => {
  if (event.target.method === "post") sent = event.target;
});
// What stands in the page's other forms is not sent with one, and not lost by it either; the page
// may come anew once more when what was waited for is there.
window.addEventListener("pagehide", () => {
  const beside = [...document.forms]
    .filter((one) => one !== sent && one.method === "post" && [...one.querySelectorAll(keepable)].some(isTouched))
    .map(noted);
  const own = sent ? noted(sent) : { key: "", values: [] };
  if (own.values.length || beside.length) sessionStorage.setItem(typed, JSON.stringify({ ...own, beside }));
});
const unkept = document.querySelector("[data-unkept]");
const before = JSON.parse(sessionStorage.getItem(typed) || "null");
sessionStorage.removeItem(typed);
for (const one of before?.beside ?? []) {
  const form = posted(one.key);
  if (form) fill([...form.querySelectorAll(keepable)], one.values);
}
const refused = unkept && before && posted(before.key);
if (refused) {
  const fields = [...refused.querySelectorAll(keepable)];
  fill(fields, before.values);
  const first = fields.find((one) => one.type !== "checkbox" && one.type !== "radio");
  if (first) first.focus({ preventScroll: true });
  for (let around = refused.parentElement; around; around = around.parentElement) {
    if (around.tagName === "DETAILS") around.open = true;
  }
  // The reason stands beside what it is about.
  refused.prepend(unkept);
  unkept.setAttribute("role", "alert");
  refused.scrollIntoView({ block: "center" });
}

// A link that is shown once is copied by one press.
for (const button of document.querySelectorAll("[data-copy]")) {
  if (!navigator.clipboard) continue;
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).textContent);
    button.setAttribute("aria-pressed", "true");
    button.querySelector("span").textContent = button.dataset.copied;
  });
}
