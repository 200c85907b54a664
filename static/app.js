// What HTML alone cannot do. Every page works without this file.
(() => {
  const root = document.documentElement;
  root.classList.add("js");

  // The person's choice of theme; without one the system decides.
  const read = () => { try { return localStorage.getItem("theme") ?? ""; } catch { return ""; } };
  const write = theme => { try { localStorage.setItem("theme", theme); } catch { /* private window: lasts for this page */ } };
  const paint = theme => theme ? (root.dataset.theme = theme) : delete root.dataset.theme;
  const press = theme => document.querySelectorAll("[data-theme-choice]")
    .forEach(button => button.setAttribute("aria-pressed", button.dataset.themeChoice === theme));
  paint(read());
  document.addEventListener("DOMContentLoaded", () => press(read()));

  const choose = theme => { write(theme); paint(theme); press(theme); };

  // Without a secure origin there is no clipboard object, so the old command is the second way.
  const copyByCommand = text => {
    const area = Object.assign(document.createElement("textarea"), { value: text, readOnly: true, className: "sr" });
    document.body.append(area);
    area.select();
    const done = document.execCommand("copy");
    area.remove();
    return done;
  };
  const copy = async button => {
    const text = button.dataset.copy;
    const done = await (navigator.clipboard?.writeText(text).then(() => true, () => copyByCommand(text)) ?? copyByCommand(text));
    const label = button.querySelector("span") ?? button;
    label.dataset.label ??= label.textContent;
    label.textContent = done ? "Copied" : "Press Ctrl+C";
    button.setAttribute("aria-live", "polite");
    setTimeout(() => { label.textContent = label.dataset.label; }, 2000);
  };

  document.addEventListener("click", event => {
    const button = event.target.closest("[data-copy], [data-theme-choice]");
    if (button?.dataset.copy !== undefined) copy(button);
    else if (button) choose(button.dataset.themeChoice);
    for (const menu of document.querySelectorAll("details.menu[open]")) if (!menu.contains(event.target)) menu.open = false;
  });

  document.addEventListener("keydown", event => {
    const menu = event.key === "Escape" && document.querySelector("details.menu[open]");
    if (!menu) return;
    menu.open = false;
    menu.querySelector("summary").focus();
  });

  // As in many places: a slash leads to the search, unless it is being typed.
  document.addEventListener("keydown", event => {
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest("input, textarea, select, [contenteditable]")) return;
    const search = document.querySelector("[role=search] input");
    if (!search?.checkVisibility()) return;
    event.preventDefault();
    search.focus();
  });

  document.addEventListener("change", event => {
    if (event.target.matches("[data-autosubmit]")) event.target.form?.requestSubmit();
  });

  // Whoever would leave what was typed is asked first; what came back with something wrong was typed before.
  const typed = new Set();
  let sent = null;
  document.addEventListener("DOMContentLoaded", () => {
    document.querySelectorAll("main form:has([aria-invalid], .form-error)").forEach(form => typed.add(form));
  });
  document.addEventListener("input", event => {
    const form = event.target.form;
    if (form?.method === "post" && form.closest("main")) typed.add(form);
  });
  document.addEventListener("submit", event => { sent = event.target; });
  addEventListener("beforeunload", event => {
    // Browsers ask nobody who has not touched the page.
    const lost = [...typed].some(form => form !== sent && form.isConnected);
    if (lost && navigator.userActivation?.hasBeenActive !== false) event.preventDefault();
  });

  // Screen readers tell of what changes in a status, not of what stood there from the first.
  document.addEventListener("DOMContentLoaded", () => {
    const flash = document.querySelector(".flash");
    if (flash) setTimeout(() => flash.append(...flash.childNodes), 100);
  });

  // What is wrong with a field is no longer known once it is changed.
  const changed = event => {
    const field = event.target.closest("[aria-invalid=true]");
    if (!field) return;
    field.ariaInvalid = null;
    document.getElementById(`${field.id}-error`)?.remove();
  };
  ["input", "change"].forEach(kind => document.addEventListener(kind, changed));

  // What still has to be answered before a deployment is told no longer once it is.
  const open = () => [...document.querySelectorAll("[data-answers]")];
  const panel = id => document.getElementById(id)?.closest(".panel");
  document.addEventListener("change", event => {
    const link = event.target.value && open().find(link => link.dataset.answers === event.target.id);
    if (!link) return;
    const [before, after] = [link.previousSibling, link.nextSibling];
    [before, after].find(text => text?.data?.trim() === ",")?.remove();
    const note = link.closest(".note");
    link.remove();
    if (!note.querySelector("[data-answers]")) note.remove();
    document.querySelectorAll(".wizard .open").forEach(step => {
      const at = panel(step.querySelector("a")?.hash.slice(1));
      const left = open().filter(link => panel(link.dataset.answers) === at).length;
      if (left) step.querySelector(".small").textContent = `${left} to answer`;
      else if (at === panel(event.target.id)) step.classList.replace("open", "done"), step.querySelector(".small").remove();
    });
  });

  // Lists that are whole on the page can be put into the order of any of their columns.
  const compare = new Intl.Collator(root.lang, { numeric: true, sensitivity: "base" }).compare;
  const key = cell => cell.dataset.key ?? cell.querySelector("time")?.dateTime ?? cell.textContent.trim();
  const lists = () => [...document.querySelectorAll("table[data-sort]")];
  let order = null;
  const sort = (heading, down) => {
    const body = heading.closest("table").tBodies[0];
    const by = row => key(row.cells[heading.cellIndex]);
    const rows = [...body.rows].sort((one, other) => compare(by(one), by(other)) * (down ? -1 : 1));
    for (const other of heading.parentElement.cells) other.ariaSort = null;
    heading.ariaSort = down ? "descending" : "ascending";
    body.append(...rows);
  };
  const chooseOrder = heading => {
    const list = heading.closest("table");
    order = { list: lists().indexOf(list), column: heading.cellIndex, down: heading.ariaSort === "ascending" };
    sort(heading, order.down);
  };
  const offerOrders = () => {
    for (const heading of document.querySelectorAll("table[data-sort] thead th:not(:empty, :has(> :is(.sr, .sort)))")) {
      const button = Object.assign(document.createElement("button"), { type: "button", className: "sort" });
      button.append(...heading.childNodes);
      button.addEventListener("click", () => chooseOrder(heading));
      heading.append(button);
    }
  };
  document.addEventListener("DOMContentLoaded", offerOrders);

  document.addEventListener("htmx:after:swap", () => {
    // A list that came anew is in the server's order.
    offerOrders();
    const heading = order && lists()[order.list]?.tHead.rows[0].cells[order.column];
    if (heading) sort(heading, order.down);
    // What was begun has ended, so the page no longer says that it has begun.
    if (document.querySelector("#live:not([hx-get], [hx-get] *)")) document.querySelector(".flash")?.remove();
  });

  // A second press while the first is on its way does nothing. Downloads stay on the page: data-repeat lets them.
  document.addEventListener("submit", event => {
    const form = event.target;
    if (event.defaultPrevented || form.method !== "post" || form.matches("[data-repeat], [hx-post]")) return;
    if (form.ariaBusy === "true" || form.matches("[data-upload]")) event.preventDefault();
    if (form.ariaBusy === "true") return;
    if (form.matches("[data-upload]")) upload(form);
    else hold(form);
  });
  // Whoever stopped the page from loading may press again after a while.
  const hold = form => {
    form.ariaBusy = "true";
    setTimeout(() => { form.ariaBusy = sent = null; }, 10_000);
  };
  // Only a script knows how much of a large file has gone. The page that follows is loaded as ever.
  const upload = form => {
    const [bar, percent, told] = ["progress", ".percent", "[role=status]"].map(part => form.querySelector(`.sending ${part}`));
    const request = new XMLHttpRequest();
    form.ariaBusy = "true";
    bar.removeAttribute("value");
    percent.textContent = told.textContent = "";
    request.upload.addEventListener("progress", ({ lengthComputable, loaded, total }) => {
      if (!lengthComputable) return;
      bar.value = Math.floor(100 * loaded / total);
      percent.textContent = `${bar.value} %`;
      // Read aloud four times, not a hundred.
      const quarters = Math.floor(bar.value / 25);
      const words = quarters ? `${25 * quarters} % uploaded` : "";
      if (told.textContent !== words) told.textContent = words;
    });
    request.addEventListener("load", () => {
      const page = new DOMParser().parseFromString(request.responseText, "text/html").querySelector("main");
      if (request.responseURL !== form.action || !page) return location.assign(request.responseURL);
      document.querySelector("main").replaceWith(page);
      document.querySelector("main [aria-invalid]")?.focus();
    });
    // The browser says best what is wrong with the way to the server.
    request.addEventListener("error", () => form.submit());
    request.open("POST", form.action);
    request.send(new FormData(form));
  };
  addEventListener("pageshow", () => document.querySelectorAll("form[aria-busy]").forEach(form => { form.ariaBusy = null; }));
})();
