"use strict";
// The list of all verdicts. Everything is put in the page with textContent: what servers sent stays text.
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const { texts, lists, objects, controls, subjects, outcomes, asked, verdicts } = data;
  const SEVERITIES = ["info", "low", "medium", "high"];
  const LOOK = { fail: ["✕", "fail", 0], undetermined: ["?", "undetermined", 1], waived: ["~", "waived", 2], pass: ["✓", "pass", 3], "not applicable": ["–", "na", 4] };
  const [CONTROL, SUBJECT, OUTCOME, REASON, HELD, OBJECTS, QUESTIONS] = [0, 1, 2, 3, 4, 5, 6];
  const [ID, TITLE, SEVERITY, AREA, REMEDY, WHY] = [0, 1, 2, 3, 4, 5];
  const CHUNK = 100;

  const rank = outcomes.map((name) => LOOK[name][2]);
  const searchable = { controls: controls.map((c) => `${c[ID]} ${c[TITLE]}`.toLowerCase()), subjects: subjects.map((s) => s[1].toLowerCase()), texts: null };
  const state = { outcomes: new Set(outcomes), severities: new Set(SEVERITIES), area: "", text: "", subject: -1, control: -1, by: CONTROL };

  const make = (tag, className, ...children) => {
    const element = document.createElement(tag);
    if (className) element.className = className;
    element.append(...children);
    return element;
  };
  const button = (label, act) => {
    const made = make("button", "", label);
    made.type = "button";
    made.addEventListener("click", act);
    return made;
  };
  const spaced = (area) => area.replaceAll("-", " ");
  const mark = (outcome) => {
    const made = make("span", `mark tone-${LOOK[outcome][1]}`, LOOK[outcome][0]);
    made.setAttribute("role", "img");
    made.setAttribute("aria-label", outcome);
    return made;
  };

  // ---- which verdicts are wanted

  const matches = (verdict) => {
    const control = controls[verdict[CONTROL]];
    if (!state.outcomes.has(outcomes[verdict[OUTCOME]]) || !state.severities.has(SEVERITIES[control[SEVERITY]])) return false;
    if (state.area && control[AREA] !== state.area) return false;
    if (state.subject >= 0 && verdict[SUBJECT] !== state.subject) return false;
    if (state.control >= 0 && verdict[CONTROL] !== state.control) return false;
    if (!state.text) return true;
    searchable.texts ??= texts.map((text) => text.toLowerCase());
    const has = (text) => text.includes(state.text);
    return has(searchable.controls[verdict[CONTROL]]) || has(searchable.subjects[verdict[SUBJECT]]) || has(searchable.texts[verdict[REASON]]) || objects[verdict[OBJECTS]].some(([name, , reason]) => has(searchable.texts[name]) || has(searchable.texts[reason]));
  };

  const grouped = () => {
    const groups = new Map();
    let total = 0;
    for (const verdict of verdicts) {
      if (!matches(verdict)) continue;
      total += 1;
      const key = verdict[state.by];
      const group = groups.get(key) ?? { key, verdicts: [], counts: {}, worst: 9, severity: -1 };
      if (!group.verdicts.length) groups.set(key, group);
      group.verdicts.push(verdict);
      const outcome = outcomes[verdict[OUTCOME]];
      group.counts[outcome] = (group.counts[outcome] ?? 0) + 1;
      const place = rank[verdict[OUTCOME]];
      const severity = controls[verdict[CONTROL]][SEVERITY];
      if (place < group.worst || (place === group.worst && severity > group.severity)) group.severity = severity;
      group.worst = Math.min(group.worst, place);
    }
    const ordered = [...groups.values()].sort((a, b) => a.worst - b.worst || b.severity - a.severity || a.key - b.key);
    return [ordered, total];
  };

  // ---- drawing, in chunks

  const inChunks = (parent, items, draw, what) => {
    let done = 0;
    const more = () => {
      for (const item of items.slice(done, done + CHUNK)) parent.append(draw(item));
      done += CHUNK;
      if (done < items.length) {
        const next = button(`Show ${Math.min(CHUNK, items.length - done)} more of ${(items.length - done).toLocaleString("en")} ${what}`, () => {
          next.remove();
          more();
        });
        next.className = "next";
        parent.append(next);
      }
    };
    more();
  };

  const onFirstOpening = (details, fill) => details.addEventListener("toggle", () => details.open && fill(), { once: true });

  const told = (pairs) => {
    const list = make("dl", "told");
    for (const [term, children] of pairs) {
      if (children.length) list.append(make("dt", "", term), make("dd", "", ...children));
    }
    return list;
  };
  const LONG = 360;
  const BEGINNING = 240;
  const long = (text) => {
    if (text.length <= LONG) return text;
    const all = make("span", "all", `all ${text.length.toLocaleString("en")} characters`);
    return make("details", "long", make("summary", "", make("span", "begins", `${text.slice(0, BEGINNING)}…`), " ", all), text);
  };
  const listOf = (items) => (items.length ? [make("ul", "", ...items)] : []);

  const question = (index) => {
    const item = make("li", "", make("code", "text", texts[index]));
    if (asked[index]) {
      const [by, seconds, problem] = asked[index];
      item.append(make("small", "", problem ? problem : seconds ? `${by} answered in ${seconds.toFixed(2)} s` : `from ${by}`));
    }
    return item;
  };

  const inside = (verdict) => {
    const control = controls[verdict[CONTROL]];
    const noted = objects[verdict[OBJECTS]].map(([name, outcome, reason]) => make("li", "text", mark(outcomes[outcome]), " ", make("b", "text", texts[name]), " ", long(texts[reason])));
    const held = lists[verdict[HELD]].map((index) => make("li", "", make("code", "text", texts[index])));
    const questions = lists[verdict[QUESTIONS]].map(question);
    const failed = outcomes[verdict[OUTCOME]] === "fail";
    const list = told([
      ["Control", [control[TITLE], " ", make("code", "faint", control[ID]), ` ${SEVERITIES[control[SEVERITY]]}`]],
      ["Objects", listOf(noted)],
      ["Held", listOf(held)],
      ["Remedy", failed && control[REMEDY] ? [control[REMEDY]] : []],
      ["Asked", questions.length ? [make("ul", "asked", ...questions)] : []],
    ]);
    return make("div", "inside", list);
  };

  const line = (verdict) => {
    const outcome = outcomes[verdict[OUTCOME]];
    const name = state.by === CONTROL ? subjects[verdict[SUBJECT]][1] : controls[verdict[CONTROL]][TITLE];
    const held = lists[verdict[HELD]];
    const said = texts[verdict[REASON]] || (held.length ? `${texts[held[0]]}${held.length > 1 ? ` and ${held.length - 1} more` : ""}` : outcome);
    const made = make("details", "line", make("summary", "", mark(outcome), make("b", "text", name), make("span", "said text", said)));
    onFirstOpening(made, () => made.append(inside(verdict)));
    return made;
  };

  const tallies = (counts) => {
    const made = make("span", "tallies");
    for (const [outcome, [symbol, tone]] of Object.entries(LOOK)) {
      if (!counts[outcome]) continue;
      const tally = make("span", `tone-${tone}`, `${symbol} ${counts[outcome].toLocaleString("en")}`);
      tally.title = outcome;
      made.append(tally);
    }
    return made;
  };

  const group = (one) => {
    const control = controls[one.key];
    const subject = subjects[one.key];
    const name = state.by === CONTROL ? make("span", "name", make("b", "", control[TITLE]), " ", make("small", "", `${control[ID]} · ${SEVERITIES[control[SEVERITY]]}`)) : make("span", "name", make("b", "text", subject[1]), " ", make("small", "text", subject[2] || subject[0]));
    const made = make("details", "group", make("summary", "", name, tallies(one.counts)));
    onFirstOpening(made, () => {
      const lines = make("div", "lines");
      const ordered = [...one.verdicts].sort((a, b) => rank[a[OUTCOME]] - rank[b[OUTCOME]] || controls[b[CONTROL]][SEVERITY] - controls[a[CONTROL]][SEVERITY]);
      inChunks(lines, ordered, line, "verdicts");
      made.append(lines);
    });
    return made;
  };

  const explorer = document.getElementById("explorer");
  const found = make("div", "found");
  found.setAttribute("role", "status");
  const list = make("div", "");

  const draw = () => {
    const [groups, total] = grouped();
    found.replaceChildren(`${total.toLocaleString("en")} of ${verdicts.length.toLocaleString("en")} verdicts`);
    if (state.subject >= 0) found.append(button(`${subjects[state.subject][1]} ×`, () => change({ subject: -1 })));
    if (state.control >= 0) found.append(button(`${controls[state.control][ID]} ×`, () => change({ control: -1 })));
    if (total < verdicts.length) found.append(button("Show all", reset));
    list.className = state.by === SUBJECT ? "by-subject" : "";
    list.replaceChildren();
    inChunks(list, groups, group, state.by === CONTROL ? "controls" : "subjects");
    if (groups.length <= 2) for (const details of list.querySelectorAll(".group")) details.open = true;
  };

  // ---- the filters

  const filters = make("form", "filters");
  filters.addEventListener("submit", (event) => event.preventDefault());
  const search = make("input", "");
  search.type = "search";
  search.placeholder = "Search control, subject, object or reason";
  search.setAttribute("aria-label", search.placeholder);
  let waiting = 0;
  search.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => change({ text: search.value.trim().toLowerCase() }), 150);
  });

  const toggles = (legend, names, chosen, look) => {
    const set = make("fieldset", "", make("legend", "", legend));
    for (const name of names) {
      const box = make("input", "");
      box.type = "checkbox";
      box.checked = chosen().has(name);
      box.value = name;
      box.addEventListener("change", () => {
        if (box.checked) chosen().add(name);
        else chosen().delete(name);
        draw();
      });
      set.append(make("label", `toggle ${look(name)}`, box, make("span", "", name)));
    }
    return set;
  };
  const choice = (label, options, act) => {
    const made = make("select", "");
    made.setAttribute("aria-label", label);
    for (const [value, text] of options) {
      const option = make("option", "", text);
      option.value = value;
      made.append(option);
    }
    made.addEventListener("change", () => act(made.value));
    return made;
  };
  const areas = [...new Set(controls.map((control) => control[AREA]))].sort();
  const area = choice("Area", [["", "every area"], ...areas.map((name) => [name, spaced(name)])], (value) => change({ area: value }));
  const by = choice("Group by", [[CONTROL, "by control"], [SUBJECT, "by subject"]], (value) => change({ by: Number(value) }));
  filters.append(
    search,
    toggles("Outcome", Object.keys(LOOK), () => state.outcomes, (name) => `tone-${LOOK[name][1]}`),
    toggles("Severity", [...SEVERITIES].reverse(), () => state.severities, () => ""),
    area,
    by,
  );

  const change = (changes) => {
    Object.assign(state, changes);
    for (const box of filters.querySelectorAll("input[type=checkbox]")) box.checked = state.outcomes.has(box.value) || state.severities.has(box.value);
    area.value = state.area;
    by.value = String(state.by);
    if (search.value.trim().toLowerCase() !== state.text) search.value = state.text;
    draw();
  };
  const everything = () => ({ outcomes: new Set(outcomes), severities: new Set(SEVERITIES), area: "", text: "", subject: -1, control: -1, by: CONTROL });
  const reset = () => change(everything());

  // ---- links into the list: a cell of the table, an area, "40 more"

  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[href='#verdicts'][data-area], a[href='#verdicts'][data-subject], a[href='#verdicts'][data-control]");
    if (!link) return;
    const wanted = { ...everything(), ...(link.dataset.area ? { area: link.dataset.area } : {}) };
    if (link.dataset.subject !== undefined) wanted.subject = subjects.findIndex(([kind, name]) => kind === link.dataset.kind && name === link.dataset.subject);
    if (link.dataset.subject !== undefined) wanted.by = SUBJECT;
    if (link.dataset.control) wanted.control = controls.findIndex((control) => control[ID] === link.dataset.control);
    if (link.dataset.outcome) wanted.outcomes = new Set([link.dataset.outcome]);
    change(wanted);
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "/" && !/^(INPUT|SELECT|TEXTAREA)$/.test(document.activeElement.tagName)) {
      event.preventDefault();
      search.focus();
    }
  });

  // ---- the rest of a long table

  const moreSubjects = document.getElementById("more-subjects");
  if (moreSubjects) {
    const columns = [...new Set(verdicts.map((verdict) => controls[verdict[CONTROL]][AREA]))].sort();
    const shown = new Set([...document.querySelectorAll("#matrix tr[data-subject]")].map((row) => `${row.dataset.kind}\n${row.dataset.subject}`));
    const cells = new Map();
    for (const verdict of verdicts) {
      const [kind, name] = subjects[verdict[SUBJECT]];
      if (shown.has(`${kind}\n${name}`)) continue;
      const mine = cells.get(verdict[SUBJECT]) ?? new Map();
      cells.set(verdict[SUBJECT], mine);
      const counts = mine.get(controls[verdict[CONTROL]][AREA]) ?? {};
      mine.set(controls[verdict[CONTROL]][AREA], counts);
      const outcome = outcomes[verdict[OUTCOME]];
      counts[outcome] = (counts[outcome] ?? 0) + 1;
    }
    const left = [...cells.entries()];
    const linked = (className, subject, ...children) => {
      const made = make("a", className, ...children);
      made.href = "#verdicts";
      [made.dataset.kind, made.dataset.subject] = subjects[subject];
      return made;
    };
    const drawRow = ([subject, mine]) => {
      const head = make("th", "", linked("text", subject, subjects[subject][1]), make("small", "text", subjects[subject][2]));
      head.scope = "row";
      const row = make("tr", "", head);
      for (const column of columns) {
        const counts = mine.get(column);
        const worst = counts && Object.keys(LOOK).find((outcome) => counts[outcome]);
        const cell = make("td", "");
        if (worst) {
          const both = ["fail", "undetermined"].filter((outcome) => counts[outcome]);
          const shown = (both.length ? both : [worst]).map((outcome) => make("span", `tone-${LOOK[outcome][1]}`, LOOK[outcome][0] + (LOOK[outcome][2] < 3 ? ` ${counts[outcome]}` : "")));
          const link = linked(`cell tone-${LOOK[worst][1]}`, subject, make("span", "", ...shown));
          link.dataset.area = column;
          link.title = `${spaced(column)}: ${Object.entries(counts).map(([name, number]) => `${number} ${name}`).join(", ")}`;
          cell.append(link);
        }
        row.append(cell);
      }
      return row;
    };
    const body = make("tbody", "");
    document.querySelector("#matrix table").append(body);
    moreSubjects.hidden = false;
    moreSubjects.addEventListener("click", () => {
      body.append(...left.splice(0, 200).map(drawRow));
      document.getElementById("rows-left").textContent = left.length ? `${left.length.toLocaleString("en")} more subjects.` : "";
      moreSubjects.hidden = !left.length;
    });
  }

  explorer.append(filters, found, list);
  explorer.hidden = false;
  draw();
  window.addEventListener("beforeprint", () => document.querySelectorAll(".finding details, .cause details").forEach((details) => { details.open = true; }));
})();
