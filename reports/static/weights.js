// What-if on the priority page: weights are moved, the ranking follows, nothing is saved or sent. The page works without
// it: the same form asks the server. The arithmetic is that of reports/priorities/weighing.py, and a test compares both.
(() => {
  "use strict";
  const one = (selector, root = document) => root.querySelector(selector);
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const form = one("form[data-weights]"), list = one("[data-ranking]");
  if (!form || !list) return;

  const FULL = 100, LEAST = 0.5, WIDTH = 544, GAP = 1.5, NARROWEST = 14;
  const SVG = "http://www.w3.org/2000/svg";
  const numbers = all('input[type="number"]', form);
  const rows = all("li[data-partner]", list).map((item) => ({
    item,
    code: item.dataset.partner,
    shares: JSON.parse(item.dataset.shares),
    without: one(`[data-without="${CSS.escape(item.dataset.partner)}"]`),
  }));

  const weighed = (input) => Math.min(FULL, Math.max(0, Number.parseFloat(input.value) || 0));
  const add = (values) => values.reduce((sum, value) => sum + value, 0);

  const weigh = (shares, weights) => {
    const covered = add(weights.filter((_, at) => shares[at] !== null));
    const total = add(weights);
    const coverage = total ? covered / total : 0;
    if (coverage < LEAST) return { score: null, coverage, points: shares.map(() => null) };
    const points = shares.map((share, at) => (share === null ? null : (FULL * weights[at] * share) / covered));
    return { score: add(points.filter((each) => each !== null)), coverage, points };
  };

  const element = (name, attributes, text = "") => {
    const made = document.createElementNS(SVG, name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    made.textContent = text;
    return made;
  };

  const drawBar = (bar, points) => {
    all("rect:not(.m0), text", bar).forEach((each) => each.remove());
    let x = 0;
    points.forEach((worth, at) => {
      if (!worth) return;
      const length = (worth / FULL) * WIDTH, width = Math.max(length - GAP, 0.5), number = at + 1;
      bar.append(element("rect", { class: `m${number}`, x, width, height: 22 }));
      if (width >= NARROWEST) bar.append(element("text", { class: `pn p${number}`, x: x + width / 2, y: 16 }, String(number)));
      x += length;
    });
  };

  const show = ({ item, without, found, rank }) => {
    const isRanked = found.score !== null, score = isRanked ? found.score.toFixed(1) : "";
    item.hidden = !isRanked;
    item.dataset.score = isRanked ? String(found.score) : "";
    one(".pos", item).textContent = isRanked ? String(rank) : "";
    one(".score b", item).textContent = score;
    all("[data-points]", item).forEach((cell) => {
      const worth = found.points[Number(cell.dataset.points)];
      cell.textContent = worth === null ? "—" : worth.toFixed(1);
    });
    const bar = one(".parts", item);
    drawBar(bar, found.points);
    bar.setAttribute("aria-label", bar.dataset.says.replace("#", score));
    if (without) without.hidden = isRanked;
    [item, without].forEach((place) => {
      const said = place && one("[data-coverage]", place);
      if (said) said.textContent = (found.coverage * 100).toFixed(0);
    });
  };

  const differs = (from) => numbers.some((input) => weighed(input) !== Number.parseFloat(input.dataset[from]));

  const compute = () => {
    const weights = numbers.map(weighed);
    one("[data-sum]", form).textContent = String(Math.round(add(weights) * 10) / 10);
    if (!add(weights)) return;
    const made = rows.map((row) => ({ ...row, found: weigh(row.shares, weights) }));
    const order = (row) => (row.found.score === null ? -1 : row.found.score);
    made.sort((a, b) => order(b) - order(a) || b.found.coverage - a.found.coverage || (a.code < b.code ? -1 : 1));
    made.forEach((row) => {
      row.rank = 1 + made.filter((other) => order(other) > order(row)).length;
      show(row);
      list.append(row.item);
    });
    const without = one("[data-unranked]");
    if (without) without.hidden = !all("[data-without]", without).some((each) => !each.hidden);
    one("[data-own]").hidden = !differs("version");
    one("[data-stale]").hidden = !differs("made");
    all("[data-told]").forEach((each) => each.toggleAttribute("data-old", differs("made")));
  };

  form.addEventListener("input", (event) => {
    const pair = event.target.closest(".w");
    if (pair) all("input", pair).forEach((input) => { if (input !== event.target) input.value = event.target.value; });
    compute();
  });
  one("[data-back]", form)?.addEventListener("click", () => {
    numbers.forEach((input) => {
      all("input", input.closest(".w")).forEach((each) => { each.value = input.dataset.version; });
    });
    compute();
  });
})();
