// The only script. Every page works without it: it adds single keys, the date beside what is typed, focus on
// errors, a guard against sending a form twice, drafts, and what follows from a form while one types. No eval, no
// inline handlers, nothing fetched from elsewhere.
(() => {
  "use strict";
  const one = (selector, root = document) => root.querySelector(selector);
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];

  // ---- keys: a link that can be reached by a key says so itself, data-key="n" or data-go="a" (g, then a)
  const ROWS = "main tbody tr, main .work > li, main .cards > li, main .results > li";
  const LONG_ENOUGH = 1500; // milliseconds to press the second key after g
  let awaited = 0;

  const row = (step) => {
    const rows = all(ROWS).filter((each) => one("a[href]", each) && each.checkVisibility?.() !== false);
    const at = rows.findIndex((each) => each.contains(document.activeElement));
    const next = rows[at < 0 ? (step > 0 ? 0 : rows.length - 1) : at + step];
    one("a[href]", next ?? document.createElement("i"))?.focus();
  };
  const tick = () => one('input[type="checkbox"]', document.activeElement.closest(ROWS) ?? document.createElement("i"))?.click();
  const openKeys = () => one("#keys")?.showModal();
  const ACTS = { "/": () => one("#q")?.focus(), "?": openKeys, j: () => row(1), k: () => row(-1), x: tick };

  const press = (event) => {
    const busy = event.isComposing || event.ctrlKey || event.metaKey || event.altKey;
    if (busy || one("dialog[open]") || event.target.closest("input, select, textarea, [contenteditable]")) return;
    const key = event.key;
    const link = event.timeStamp < awaited ? one(`[data-go="${CSS.escape(key)}"]`) : one(`[data-key="${CSS.escape(key)}"]`);
    awaited = key === "g" ? event.timeStamp + LONG_ENOUGH : 0;
    const act = link ? () => link.click() : ACTS[key];
    if (!act) return;
    event.preventDefault();
    act();
  };
  if (document.body.dataset.keys !== "off") document.addEventListener("keydown", press);

  // ---- every row of this page, ticked or not; without script the link loads the page with its boxes ticked
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-tick]");
    if (!link) return;
    event.preventDefault();
    const boxes = all('tbody input[type="checkbox"]', link.closest("form"));
    const isOn = boxes.some((box) => !box.checked);
    boxes.forEach((box) => { box.checked = isOn; });
  });

  // ---- dialogs
  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-open]");
    if (opener) one(opener.dataset.open)?.showModal();
    event.target.closest("[data-close]")?.closest("dialog")?.close();
    if (event.target.closest("[data-print]")) print();
  });
  all("[data-needs-script]").forEach((each) => { each.hidden = false; });

  // ---- errors: the summary takes the focus; a link in it goes to the field itself, also when that is a set
  one(".summary[data-focus]")?.focus();

  // ---- the other calendar, shown while a date is typed: <… data-roc> with one input or three, and an <output>
  // A year of up to three digits is of the Republic (114 is 2025). The server decides; this only echoes.
  const YEARS_BEFORE_THE_REPUBLIC = 1911;
  const weekday = new Intl.DateTimeFormat(document.documentElement.lang, { weekday: "long", timeZone: "UTC" });
  const PATTERNS = [
    /^(?:民國)?\s*(\d{1,4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?$/,
    /^(\d{3,4})(\d\d)(\d\d)$/,
  ];
  const typed = (field) => {
    const texts = all('input:not([type="hidden"], [type="checkbox"])', field).map((input) => input.value.normalize("NFKC").trim());
    if (texts.length > 2) return texts.slice(0, 3);
    return PATTERNS.map((pattern) => texts[0]?.match(pattern)?.slice(1)).find(Boolean) ?? [];
  };
  /** As much of the Gregorian date as is typed and exists: 2025-02-26 Wednesday, 2025-02, 2025, or nothing. */
  const gregorian = ([year = "", month = "", day = ""]) => {
    if (![year, month, day].every((text) => /^\d*$/.test(text)) || !+year || (day && !month)) return "";
    const full = year.length > 3 ? +year : +year + YEARS_BEFORE_THE_REPUBLIC;
    const date = new Date(Date.UTC(full, (month || 1) - 1, day || 1));
    if (date.getUTCMonth() !== (month || 1) - 1 || date.getUTCDate() !== +(day || 1)) return "";
    const iso = date.toISOString();
    if (!month) return iso.slice(0, 4);
    return day ? `${iso.slice(0, 10)} ${weekday.format(date)}` : iso.slice(0, 7);
  };
  const echo = (field) => {
    const output = one("output", field);
    if (output) output.textContent = gregorian(typed(field)) || (output.dataset.incomplete ?? "");
  };
  /** The year field in the other calendar: its label, its button, and the number that stands in it. */
  const turn = (field, button) => {
    const input = one("input", field);
    const wasGregorian = "gregorian" in button.dataset;
    const year = +input.value + (wasGregorian ? -1 : 1) * YEARS_BEFORE_THE_REPUBLIC;
    if (/^\d+$/.test(input.value) && (input.value.length > 3) === wasGregorian && year > 0) input.value = year;
    one("label", field).textContent = wasGregorian ? button.dataset.rocLabel : button.dataset.gregorianLabel;
    [button.textContent, button.dataset.back] = [button.dataset.back, button.textContent];
    wasGregorian ? delete button.dataset.gregorian : (button.dataset.gregorian = "");
    input.focus();
  };
  all("[data-roc]").forEach((field) => {
    field.addEventListener("input", () => echo(field));
    echo(field);
    const button = one("[data-roc-switch]", field);
    if (!button) return;
    button.hidden = false;
    button.addEventListener("click", () => turn(field, button));
  });

  // ---- a form that was sent is not sent again; the button stays enabled so that its name is sent too
  const PATIENCE = 10_000; // milliseconds
  const release = (form) => {
    delete form.dataset.sent;
    all("[aria-disabled]", form).forEach((button) => button.removeAttribute("aria-disabled"));
  };
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post" || "again" in form.dataset) return;
    if ("sent" in form.dataset) { event.preventDefault(); return; }
    form.dataset.sent = "";
    event.submitter?.setAttribute("aria-disabled", "true");
    setTimeout(release, PATIENCE, form); // the answer may be a file, and the page stays
  });
  window.addEventListener("pageshow", () => all("form[data-sent]").forEach(release));

  // ---- Ctrl+Enter sends the form one is writing in
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || event.isComposing) return;
    event.target.closest("form[method=post]")?.requestSubmit();
  });

  // ---- a draft is kept two seconds after the last change; files wait until the form is sent
  const keep = async (form) => {
    const data = new FormData(form);
    for (const [name, value] of [...data]) if (value instanceof File) data.delete(name);
    data.set("act", "draft");
    try {
      const answer = await fetch(location.href, { method: "POST", body: data, headers: { "X-Autosave": "1" } });
      const told = one("[data-autosaved]", form);
      if (answer.status === 204 && told) told.textContent = `${told.dataset.autosaved} ${new Date().toTimeString().slice(0, 5)}`;
    } catch { /* without a connection the form simply stays as typed */ }
  };
  all("form[data-autosave]").forEach((form) => {
    let timer;
    form.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(keep, 2000, form); });
    form.addEventListener("submit", () => clearTimeout(timer));
  });

  // ---- what follows from a form is asked of the server while one types: <form data-live="/address/">
  // The answer holds the parts of the page by their ids. A part in which one is writing is left alone.
  const LIVE = 600; // milliseconds after the last change
  const follow = async (form) => {
    const asked = (form.dataset.asked = String(Number(form.dataset.asked ?? 0) + 1));
    const data = new FormData(form);
    for (const [name, value] of [...data]) if (value instanceof File) data.delete(name);
    try {
      const answer = await fetch(form.dataset.live, { method: "POST", body: data });
      if (!answer.ok || answer.redirected) return;
      const parts = new DOMParser().parseFromString(await answer.text(), "text/html");
      if (form.dataset.asked !== asked) return; // a later question is on its way
      all("body > [id]", parts).forEach((part) => {
        const here = document.getElementById(part.id);
        if (!here || here.contains(document.activeElement) || here.innerHTML === part.innerHTML) return;
        here.replaceChildren(...part.childNodes);
      });
    } catch { /* without a connection the page stays as it is; sending the form says the same */ }
  };
  all("form[data-live]").forEach((form) => {
    let timer;
    const ask = ({ type, target }) => {
      if ((type === "change") !== target.matches("[data-whole]")) return; // such a field is asked about when it is left
      clearTimeout(timer);
      timer = setTimeout(follow, LIVE, form);
    };
    form.addEventListener("input", ask);
    form.addEventListener("change", ask);
    form.addEventListener("submit", () => clearTimeout(timer));
  });

  // ---- a link to a field inside a closed part of the form opens that part first
  document.addEventListener("click", (event) => {
    const name = event.target.closest('a[href^="#id_"]')?.hash.slice(1);
    const field = name && document.getElementById(name);
    field?.closest("details")?.setAttribute("open", "");
    if (field?.matches("input, select, textarea")) field.focus();
  });

  // ---- Alt and a digit lead to that section of a form
  document.addEventListener("keydown", (event) => {
    const digit = event.altKey && !event.ctrlKey && event.code.match(/^Digit([1-9])$/)?.[1];
    const section = digit && one(`form fieldset.group#s${digit}`);
    if (!section) return;
    event.preventDefault();
    one("details", section)?.setAttribute("open", "");
    one("input:not([type=hidden]), select, textarea", section)?.focus();
  });

  // ---- work in the background: the part of the page that waits for it is fetched again until it waits no more
  const waited = one("[data-reload]");
  const look = async (part) => {
    const answer = await fetch(location.href, { credentials: "same-origin", headers: { "X-Requested-With": "fetch" } });
    const fresh = answer.ok && one(`#${part.id}`, new DOMParser().parseFromString(await answer.text(), "text/html"));
    if (!fresh) return;
    if (!part.contains(document.activeElement) || !fresh.dataset.reload) part.replaceWith(fresh);
    const next = fresh.isConnected ? fresh : part;
    if (fresh.dataset.reload) setTimeout(look, 1000 * fresh.dataset.reload, next);
  };
  if (waited) setTimeout(look, 1000 * waited.dataset.reload, waited);
})();
