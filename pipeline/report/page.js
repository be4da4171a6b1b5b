(() => {
  "use strict";
  const read = (id) => JSON.parse(document.getElementById(id).textContent);
  const columns = read("daily");
  const specs = read("specs");
  const root = document.documentElement;
  const views = new Map();
  const DAY = 86400000;

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

  function show(since, until) {
    for (const [name, view] of views) {
      if (overTime(specs[name])) view.signal("since", since).signal("until", until).runAsync();
    }
  }

  function span(button) {
    const { months, first: from, last: to } = button.dataset;
    if (months) return [last - months * 30.44 * DAY, last];
    if (from) return [localTime(from) - 30 * DAY, localTime(to) + 31 * DAY];
    return [first, last];
  }

  const buttons = [...document.querySelectorAll(".spans button")];
  for (const button of buttons) {
    button.addEventListener("click", () => {
      for (const other of buttons) other.setAttribute("aria-pressed", String(other === button));
      show(...span(button));
    });
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

  drawAll();
})();
