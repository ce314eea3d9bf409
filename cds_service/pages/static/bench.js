// Makes the test bench handier. Without it everything can be reached as well.
"use strict";

function openTo(id) {
  const target = id && document.getElementById(id);
  if (!target) return;
  for (let each = target; each; each = each.parentElement) {
    if (each.tagName === "DETAILS") each.open = true;
  }
  if (target.tagName !== "DETAILS") return;
  target.scrollIntoView({ block: "start" });
  target.querySelector("summary").focus({ preventScroll: true });
}

function followFragment() {
  let id = location.hash.slice(1);
  try {
    id = decodeURIComponent(id);
  } catch {
    // It stays as it was written.
  }
  openTo(id);
}

window.addEventListener("hashchange", followFragment);
document.addEventListener("click", (event) => {
  const link = event.target.closest("a[href^='#']");
  if (link && link.hash === location.hash) followFragment(); // the same address again is no change of it
});
followFragment();

for (const text of document.querySelectorAll("pre[data-copy]")) {
  if (!navigator.clipboard) break;
  const button = document.createElement("button");
  button.type = "button";
  button.className = "button small copy";
  button.textContent = "Copy";
  button.setAttribute("aria-label", `Copy ${text.getAttribute("aria-label")}`);
  const say = (words) => {
    button.textContent = words;
    setTimeout(() => (button.textContent = "Copy"), 2000);
  };
  button.addEventListener("click", () =>
    navigator.clipboard.writeText(text.textContent).then(() => say("Copied"), () => say("Not copied"))
  );
  text.before(button);
}

// Scrolls the list, and never the page.
for (const list of document.querySelectorAll("[data-list]")) {
  const chosen = list.querySelector("input:checked");
  if (chosen) list.scrollTop = chosen.parentElement.offsetTop - list.offsetTop - list.clientHeight / 3;
}
