"use strict";
(() => {
  // A line of the data, in the order in which PageItemWriter writes it.
  const KEY = 0, SEGMENT = 1, TITLE = 2, VERDICT = 3, STATE = 4, LINK = 5, ADDRESS = 6, AMOUNT = 7, CURRENCY = 8,
    ERROR = 9, FILE = 10, LINE = 11, ATTEMPTS = 12, SETTLED = 13;
  const SHARED = [SEGMENT, VERDICT, STATE, CURRENCY, ERROR, FILE];
  const MOST_SHARED = 4096, PER_PAGE = 50, PRINTED = 1000;
  const byID = (id) => document.getElementById(id);
  const grouped = (number) => number.toLocaleString("en-US");

  const items = JSON.parse(byID("items").textContent);
  byID("items").remove();
  const shared = [];
  for (const item of items) {
    for (const column of SHARED) {
      const value = item[column];
      if (typeof value === "number") item[column] = shared[value];
      else if (shared.length < MOST_SHARED) shared.push(value);
    }
  }

  const place = (item) => (item[FILE] ? item[FILE] + (item[LINE] ? ":" + item[LINE] : "") : "");
  const time = (item) => (item[SETTLED] ? new Date(item[SETTLED] * 1000).toISOString().replace(".000", "") : "");
  const text = (index) => (item) => item[index];

  const words = new Intl.Collator("en", { numeric: true }).compare;
  const numbers = (a, b) => a - b;
  const bytes = (a, b) => (a < b ? -1 : a > b ? 1 : 0);
  // Amounts are texts of decimal digits and are compared as such: nothing is rounded.
  const amountKey = (item) => {
    const [whole, part = ""] = item[AMOUNT].split(".");
    return `${item[CURRENCY]} ${whole.padStart(40, "0")}.${part}`;
  };
  const placeKey = (item) => `${item[FILE]}:${String(item[LINE]).padStart(12, "0")}`;

  // `read` is what is shown; `key` and `compare` are for sorting, and by words where they are not there.
  const columns = [
    { name: "key", wide: true, read: text(KEY) },
    { name: "segment", read: text(SEGMENT) },
    { name: "title", wide: true, read: text(TITLE) },
    { name: "this run", read: text(VERDICT) },
    { name: "ledger", read: text(STATE) },
    { name: "link", wide: true, read: (item) => item[ADDRESS] || item[LINK], link: text(ADDRESS), compare: bytes },
    {
      name: "amount", number: true, read: (item) => item[AMOUNT] && item[AMOUNT] + " " + item[CURRENCY],
      key: amountKey, compare: bytes,
    },
    { name: "error", wide: true, read: text(ERROR) },
    { name: "place", wide: true, read: place, key: placeKey, compare: bytes },
    { name: "attempts", number: true, read: (item) => item[ATTEMPTS] || "", key: text(ATTEMPTS), compare: numbers },
    { name: "settled", read: time, key: text(SETTLED), compare: numbers },
  ].filter((column) => items.length === 0 || items.some((item) => column.read(item) !== ""));

  let found = items, page = 0, perPage = PER_PAGE, sorted = null, direction = 1;
  const pages = () => Math.max(1, Math.ceil(found.length / perPage));
  const state = byID("state"), verdict = byID("verdict"), sought = byID("words"), body = byID("rows").tBodies[0];

  function cell(row, column, item) {
    const td = row.insertCell();
    td.dataset.label = column.name;
    td.className = column.number ? "number" : column.wide ? "wide" : "";
    const shown = column.read(item), address = column.link ? column.link(item) : "";
    if (/^https?:\/\//i.test(address)) {
      const anchor = document.createElement("a");
      anchor.href = address;
      anchor.rel = "noopener noreferrer";
      anchor.target = "_blank";
      anchor.textContent = shown;
      td.append(anchor);
    } else {
      td.textContent = shown;
    }
  }

  function show() {
    page = Math.min(page, pages() - 1);
    const first = page * perPage, some = found.slice(first, first + perPage);
    const rows = document.createElement("tbody");
    for (const item of some) {
      const row = rows.insertRow();
      for (const column of columns) cell(row, column, item);
    }
    body.replaceChildren(...rows.rows);
    byID("count").textContent = found.length === 0 ? "Nothing is found."
      : `${grouped(first + 1)} to ${grouped(first + some.length)} of ${grouped(found.length)}`
        + (found.length < items.length ? ` found in ${grouped(items.length)}` : "");
    byID("page").textContent = `page ${grouped(page + 1)} of ${grouped(pages())}`;
    for (const button of byID("pages").querySelectorAll("button")) {
      const goesBack = ["first", "back"].includes(button.dataset.step);
      button.disabled = goesBack ? page === 0 : page === pages() - 1;
    }
  }

  // What a line is searched in is made once, when somebody searches.
  let haystacks = null;
  function search() {
    const terms = sought.value.toLowerCase().split(/\s+/).filter(Boolean);
    if (terms.length > 0 && !haystacks) {
      haystacks = new Map(items.map((item) => [item, columns.map((column) => column.read(item)).join("\n").toLowerCase()]));
    }
    const hits = (item) => terms.every((term) => haystacks.get(item).includes(term));
    found = items.filter((item) => (verdict.value === "*" || item[VERDICT] === verdict.value)
      && (state.value === "*" || item[STATE] === state.value) && (terms.length === 0 || hits(item)));
    if (sorted) {
      const { key = sorted.read, compare = words } = sorted;
      const keys = new Map(found.map((item) => [item, key(item)]));
      found.sort((a, b) => direction * compare(keys.get(a), keys.get(b)));
    }
    page = 0;
    show();
  }

  function sort(column) {
    direction = sorted === column ? -direction : 1;
    sorted = column;
    for (const head of byID("rows").tHead.rows[0].cells) {
      if (head.textContent === column.name) head.ariaSort = direction > 0 ? "ascending" : "descending";
      else head.ariaSort = null;
    }
    search();
  }

  for (const column of columns) {
    const head = document.createElement("th"), button = document.createElement("button");
    head.scope = "col";
    if (column.number) head.className = "number";
    button.type = "button";
    button.textContent = column.name;
    button.addEventListener("click", () => sort(column));
    head.append(button);
    byID("rows").tHead.rows[0].append(head);
  }

  function choices(select, index, none) {
    const counts = new Map();
    for (const item of items) counts.set(item[index], (counts.get(item[index]) ?? 0) + 1);
    const names = [...counts.keys()].sort();
    select.append(new Option("all", "*"));
    for (const name of names) select.append(new Option(`${name || none} (${grouped(counts.get(name))})`, name));
    select.addEventListener("change", search);
  }
  choices(verdict, VERDICT, "nothing");
  choices(state, STATE, "no item");

  let waiting = 0;
  sought.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(search, 100);
  });
  byID("search").addEventListener("submit", (event) => event.preventDefault());

  const steps = { first: () => 0, back: () => Math.max(0, page - 1), on: () => page + 1, last: () => pages() - 1 };
  byID("pages").addEventListener("click", (event) => {
    const step = steps[event.target.dataset.step];
    if (!step) return;
    page = step();
    show();
  });

  // Paper has no buttons: more lines at once, from the first on.
  addEventListener("beforeprint", () => { perPage = PRINTED; page = 0; show(); });
  addEventListener("afterprint", () => { perPage = PER_PAGE; show(); });

  show();
  byID("browser").hidden = false;
})();
