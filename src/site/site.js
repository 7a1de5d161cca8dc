// The table of entries: sorted, filtered, and linked to. The state of the table is what is behind the `#` of the address:
// `#state=breaks&author=acme&q=http&sort=-age`. Texts are written as text and never as markup.
"use strict";
(() => {
  const id = (name) => document.getElementById(name);
  const holder = id("data");
  if (!holder) return;
  const data = JSON.parse(holder.textContent);
  const rows = data.rows.map((row) => {
    const [author, state, decided, total, errors, warnings, notes, rules] = row[9];
    const one = {
      page: row[0], path: row[1], package: row[2], declared: row[3], newest: row[4],
      distance: row[5], rank: row[6], age: row[7], days: row[8],
      author, state, decided, total, errors, warnings, notes, rules, readers: row[10],
    };
    one.text = [one.path, one.package, one.declared, one.newest, data.states[state][1], one.readers].join("\n").toLowerCase();
    one.findings = errors * 1e6 + warnings * 1e3 + notes;
    one.share = total ? decided / total : -1;
    return one;
  });

  const order = new Intl.Collator("en", { numeric: true, sensitivity: "base" });
  const words = (key) => (a, b) => order.compare(a[key], b[key]);
  const numbers = (key) => (a, b) => a[key] - b[key];
  // Name, heading, order, whether the first click sorts downwards, class.
  const columns = [
    ["entry", "Entry", words("path"), false, ""],
    ["state", "State", numbers("state"), false, ""],
    ["package", "Package", words("package"), false, "wide"],
    ["declared", "Declared", words("declared"), false, "wide"],
    ["newest", "Newest", words("newest"), false, "wide"],
    ["distance", "Distance", numbers("rank"), true, "wide"],
    ["age", "Age", numbers("days"), true, "number wide"],
    ["symbols", "Symbols", numbers("share"), true, "number wide"],
    ["findings", "Findings", numbers("findings"), true, ""],
  ];
  const fields = ["q", "state", "author", "rule", "severity"];
  const CHUNK = 100;

  const body = id("table").tBodies[0];
  let view = [];
  let shown = 0;
  let sort = "";

  const element = (name, text, className) => {
    const made = document.createElement(name);
    if (text !== undefined) made.textContent = text;
    if (className) made.className = className;
    return made;
  };
  const isolated = (text) => element("bdi", text);
  const cell = (className, ...content) => {
    const made = element("td", undefined, className);
    made.append(...content);
    return made;
  };

  const line = (row) => {
    const made = element("tr");
    const head = element("th");
    head.scope = "row";
    const link = element("a");
    link.href = "entries/" + row.page;
    link.append(isolated(row.path));
    head.append(link);
    const [, label, colour] = data.states[row.state];
    const marks = [];
    for (const [count, word] of [[row.errors, "error"], [row.warnings, "warning"], [row.notes, "note"]]) {
      if (count) marks.push(element("span", count + " " + word + (count === 1 ? "" : "s"), "tag " + word), " ");
    }
    if (row.readers) marks.push(element("span", row.readers, "readers"));
    made.append(
      head,
      cell("", element("span", label, "state " + colour)),
      cell("wide", isolated(row.package)),
      cell("wide", isolated(row.declared)),
      cell("wide", isolated(row.newest)),
      cell("wide", row.distance),
      cell("number wide", row.age),
      cell("number wide", row.total ? row.decided + " of " + row.total : ""),
      cell("", ...marks),
    );
    return made;
  };

  const more = (count) => {
    const part = document.createDocumentFragment();
    const end = Math.min(view.length, shown + count);
    for (; shown < end; shown++) part.append(line(view[shown]));
    body.append(part);
    id("more").hidden = shown >= view.length;
  };

  const say = () => {
    const all = rows.length === 1 ? "1 entry" : rows.length + " entries";
    id("count").textContent = view.length === rows.length ? all : view.length + " of " + all;
  };

  const matches = () => {
    const q = id("q").value.trim().toLowerCase().split(/\s+/).filter(Boolean);
    const at = (list, value) => (value === "" ? -1 : list.indexOf(value));
    const state = at(data.states.map((one) => one[0]), id("state").value);
    const author = at(data.authors, id("author").value);
    const rule = at(data.rules, id("rule").value);
    const severity = { error: "errors", warning: "warnings", note: "notes" }[id("severity").value];
    return (row) =>
      (state < 0 || row.state === state) &&
      (author < 0 || row.author === author) &&
      (rule < 0 || row.rules.includes(rule)) &&
      (!severity || row[severity] > 0) &&
      q.every((word) => row.text.includes(word));
  };

  const heads = () => {
    const head = id("table").tHead.rows[0];
    head.textContent = "";
    for (const [name, label, , downwards, className] of columns) {
      const made = element("th", undefined, className);
      made.scope = "col";
      const button = element("button", label);
      button.type = "button";
      button.dataset.sort = name;
      button.addEventListener("click", () => {
        const up = downwards ? "-" + name : name;
        const down = downwards ? name : "-" + name;
        sort = sort === up ? down : up;
        changed();
      });
      made.append(button);
      head.append(made);
    }
  };

  const draw = () => {
    view = rows.filter(matches());
    const name = sort.replace(/^-/, "");
    const column = columns.find((one) => one[0] === name);
    if (column) {
      const sign = sort.startsWith("-") ? -1 : 1;
      // The rows are in order of path, and the sort is stable.
      view.sort((a, b) => sign * column[2](a, b));
    }
    for (const head of id("table").tHead.rows[0].cells) {
      const is = head.firstChild.dataset.sort === name;
      if (is) head.setAttribute("aria-sort", sort.startsWith("-") ? "descending" : "ascending");
      else head.removeAttribute("aria-sort");
    }
    body.textContent = "";
    shown = 0;
    more(CHUNK);
    say();
  };

  const address = () => {
    const parts = new URLSearchParams();
    for (const name of fields) if (id(name).value) parts.set(name, id(name).value);
    if (sort) parts.set("sort", sort);
    return parts.toString();
  };

  let written = null;
  const changed = () => {
    written = address();
    history.replaceState(null, "", "#" + (written || "entries"));
    draw();
  };

  // What is behind `#`, when it is a state of the table and not a place on the page.
  const read = (jump) => {
    const text = location.hash.slice(1);
    if (text === written || (text && !text.includes("="))) return;
    const parts = new URLSearchParams(text);
    for (const name of fields) {
      const field = id(name);
      field.value = parts.get(name) || "";
      if (field.selectedIndex === -1) field.value = "";
    }
    const asked = parts.get("sort") || "";
    sort = columns.some((one) => one[0] === asked.replace(/^-/, "")) ? asked : "";
    draw();
    if (jump && text) {
      id("entries").scrollIntoView();
      id("entries").focus({ preventScroll: true });
    }
  };

  const options = (name, list) => {
    for (const [value, label] of list) {
      const made = element("option", label);
      made.value = value;
      id(name).append(made);
    }
  };

  const used = new Set(rows.map((row) => row.state));
  options("state", data.states.filter((_, at) => used.has(at)));
  options("author", data.authors.map((one) => [one, one]));
  options("rule", data.rules.map((one) => [one, one]));
  heads();
  let timer = 0;
  for (const name of fields) {
    id(name).addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(changed, name === "q" ? 120 : 0);
    });
  }
  id("filters").addEventListener("submit", (event) => event.preventDefault());
  id("clear").addEventListener("click", () => {
    for (const name of fields) id(name).value = "";
    sort = "";
    changed();
    id("q").focus();
  });
  id("more").addEventListener("click", () => more(CHUNK * 5));
  addEventListener("hashchange", () => read(true));
  // Paper has no button: everything that is in view is printed.
  addEventListener("beforeprint", () => more(view.length));
  id("filters").hidden = false;
  id("scroll").hidden = false;
  draw();
  read(true);
})();
