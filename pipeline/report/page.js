(() => {
  "use strict";
  const read = (id) => JSON.parse(document.getElementById(id).textContent);
  const columns = read("daily");
  const specs = read("specs");
  const root = document.documentElement;
  const views = new Map();
  const DAY = 86400000;
  const DRAGGED = 8; // Pixels below which a press is a click.

  // A bare date would be read as UTC: a day early west of Greenwich.
  const localTime = (day) => new Date(`${day}T00:00:00`).getTime();
  const first = localTime(columns.session[0]);
  const last = localTime(columns.session[columns.session.length - 1]);

  // Every chart gets rows of its own, because Vega writes into them.
  const rows = () => {
    const names = Object.keys(columns);
    return columns.session.map((day, place) => {
      const row = Object.fromEntries(names.map((name) => [name, columns[name][place]]));
      row.session = localTime(day);
      return row;
    });
  };

  const overTime = (spec) => (spec.params || []).some((param) => param.name === "since");

  async function draw(slot) {
    const spec = specs[slot.dataset.chart];
    const datasets = { ...spec.datasets };
    if (overTime(spec)) datasets.daily = rows();
    const options = { renderer: "svg", actions: false, defaultStyle: false, tooltip: { theme: "custom", disableDefaultStyle: true } };
    try {
      const { view } = await window.vegaEmbed(slot, { ...spec, datasets }, options);
      views.set(slot.dataset.chart, view);
      if (overTime(spec)) dragToZoom(slot, view);
    } catch (error) {
      slot.textContent = `This chart could not be drawn (${error.message}); its numbers stand below.`;
      throw error;
    }
  }

  async function drawAll() {
    for (const slot of document.querySelectorAll("[data-chart]")) {
      await draw(slot);
      // Between two charts the browser answers to the reader.
      await new Promise((resume) => setTimeout(resume));
    }
    root.dataset.drawn = String(views.size);
  }

  const buttons = [...document.querySelectorAll(".spans button")];
  const since = document.getElementById("since");
  const until = document.getElementById("until");
  const asDay = (time) => new Date(time - new Date(time).getTimezoneOffset() * 60000).toISOString().slice(0, 10);

  function show(from, to, chosen) {
    for (const button of buttons) button.setAttribute("aria-pressed", String(button === chosen));
    [since.value, until.value] = [asDay(from), asDay(to)];
    for (const [name, view] of views) {
      if (overTime(specs[name])) view.signal("since", from).signal("until", to).runAsync();
    }
  }

  function span(button) {
    const { months, first: from, last: to } = button.dataset;
    if (months) return [last - months * 30.44 * DAY, last];
    if (from) return [localTime(from) - 30 * DAY, localTime(to) + 31 * DAY];
    return [first, last];
  }

  for (const button of buttons) button.addEventListener("click", () => show(...span(button), button));
  for (const input of [since, until]) {
    [input.min, input.max] = [asDay(first), asDay(last)];
    input.addEventListener("change", () => {
      const [from, to] = [localTime(since.value), localTime(until.value)];
      if (from < to) show(from, to);
    });
  }
  [since.value, until.value] = [since.min, until.max];

  // A mouse dragged across a chart over time chooses the span; a finger scrolls the page.
  function dragToZoom(slot, view) {
    const bar = Object.assign(document.createElement("div"), { className: "drag" });
    let start = null;
    const place = (event) => event.clientX - slot.getBoundingClientRect().left;
    const time = (x) => Math.min(last, Math.max(first, +view.scale("x").invert(x - view.origin()[0])));
    slot.addEventListener("pointerdown", (event) => {
      if (event.pointerType !== "mouse" || event.button) return;
      event.preventDefault();
      start = place(event);
      slot.setPointerCapture(event.pointerId);
      slot.append(bar);
    });
    slot.addEventListener("pointermove", (event) => {
      if (start === null) return;
      const x = place(event);
      Object.assign(bar.style, { left: `${Math.min(start, x)}px`, width: `${Math.abs(x - start)}px` });
    });
    slot.addEventListener("pointerup", (event) => {
      if (start === null) return;
      const ends = [start, place(event)].sort((a, b) => a - b);
      start = null;
      bar.remove();
      bar.style.width = "0";
      if (ends[1] - ends[0] > DRAGGED) show(...ends.map(time));
    });
    slot.addEventListener("dblclick", () => show(first, last, buttons.find((button) => "all" in button.dataset)));
  }

  // Storage may be forbidden, as in the sandbox where MLflow shows the page.
  const remember = (theme) => { try { localStorage.setItem("undertow-theme", theme); } catch { return; } };
  const remembered = () => { try { return localStorage.getItem("undertow-theme"); } catch { return null; } };
  const toggle = document.getElementById("theme");
  const wantsDark = window.matchMedia("(prefers-color-scheme: dark)").matches;
  function paint(theme) {
    root.dataset.theme = theme;
    toggle.setAttribute("aria-pressed", String(theme === "dark"));
  }
  paint(remembered() || (wantsDark ? "dark" : "light"));
  toggle.addEventListener("click", () => {
    paint(root.dataset.theme === "dark" ? "light" : "dark");
    remember(root.dataset.theme);
  });

  // The signal board: rows that hold every word that is looked for, in any order.
  const search = document.getElementById("signal-search");
  const changed = document.getElementById("signal-changed");
  const boards = [...document.querySelectorAll("#signals details")].map((driver) => ({
    driver,
    groups: [...driver.querySelectorAll("tbody")].map((group) => ({
      group,
      rows: [...group.querySelectorAll("[data-row]")].map((row) => ({
        row,
        text: `${driver.dataset.driver} ${group.rows[0].textContent} ${row.textContent}`.toLowerCase(),
      })),
    })),
  }));

  function find() {
    const wanted = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    const asked = wanted.length > 0 || changed.checked;
    const fits = ({ row, text }) => wanted.every((word) => text.includes(word)) && (!changed.checked || "changed" in row.dataset);
    let found = 0;
    for (const { driver, groups } of boards) {
      let here = 0;
      for (const { group, rows: lines } of groups) {
        const shown = lines.filter(fits);
        for (const line of lines) line.row.hidden = !shown.includes(line);
        group.hidden = !shown.length;
        here += shown.length;
      }
      driver.hidden = !here;
      driver.open = asked && here > 0;
      found += here;
    }
    document.getElementById("signal-found").textContent = asked ? `${found} features` : "";
  }

  if (search) {
    search.addEventListener("input", find);
    changed.addEventListener("change", find);
  }

  drawAll();
})();
