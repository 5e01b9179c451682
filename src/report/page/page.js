// The page: which time all charts show, pointer and keys, and the theme.

const view = { from: -Infinity, to: Infinity };
const whole = { from: Infinity, to: -Infinity };
const charts = [];
const LEAST = 4;

// Charts that nobody sees yet are drawn when somebody does.
const seen = new IntersectionObserver((entries) => {
  for (const entry of entries) {
    const chart = charts.find((chart) => chart.figure === entry.target);
    if (!chart) continue;
    chart.visible = entry.isIntersecting;
    if (chart.visible && chart.stale) redraw(chart);
  }
}, { rootMargin: '300px' });

function redraw(chart) {
  chart.stale = false;
  chart.draw();
}

function redrawAll() {
  for (const chart of charts) {
    chart.stale = true;
    if (chart.visible) redraw(chart);
  }
  const all = view.from <= whole.from && view.to >= whole.to;
  document.getElementById('range-text').textContent = `${when(Math.round(view.from))} to ${when(Math.round(view.to))} UTC${all ? '' : ', closer'}`;
}

function show(from, to) {
  const least = LEAST * Math.min(...data.grids.map((grid) => grid.step));
  const wide = Math.min(Math.max(to - from, least), whole.to - whole.from);
  const middle = (from + to) / 2;
  let start = middle - wide / 2;
  start = Math.min(Math.max(start, whole.from), whole.to - wide);
  view.from = start;
  view.to = start + wide;
  hush();
  redrawAll();
}

function zoom(factor, around) {
  const wide = (view.to - view.from) * factor;
  const share = (around - view.from) / (view.to - view.from);
  show(around - share * wide, around + (1 - share) * wide);
}

const middle = () => (view.from + view.to) / 2;
const pan = (share) => { const by = share * (view.to - view.from); show(view.from + by, view.to + by); };
const deeds = {
  in: () => zoom(0.5, middle()),
  out: () => zoom(2, middle()),
  back: () => pan(-0.5),
  on: () => pan(0.5),
  all: () => show(whole.from, whole.to),
};

function listen(chart) {
  const { canvas, figure } = chart;
  let drag = null;
  const second = (event) => {
    const [from, to] = chart.view();
    const at = (event.clientX - canvas.getBoundingClientRect().left - chart.box.left) / (chart.box.right - chart.box.left);
    return from + Math.min(1, Math.max(0, at)) * (to - from);
  };
  canvas.addEventListener('pointerdown', (event) => {
    if (event.button !== 0 || !chart.box) return;
    drag = { x: event.clientX, at: second(event), pans: event.shiftKey, from: view.from, to: view.to };
    canvas.setPointerCapture(event.pointerId);
  });
  canvas.addEventListener('pointermove', (event) => {
    if (!chart.box) return;
    if (!drag) { chart.point(event.clientX, event.clientY, event.target); return; }
    if (Math.abs(event.clientX - drag.x) < 4) return;
    if (drag.pans) {
      const by = ((event.clientX - drag.x) / (chart.box.right - chart.box.left)) * (drag.to - drag.from);
      show(drag.from - by, drag.to - by);
      return;
    }
    const [one, other] = [chart.x(drag.at), chart.x(second(event))];
    chart.brush.setAttribute('x', Math.min(one, other));
    chart.brush.setAttribute('width', Math.abs(one - other));
    chart.brush.setAttribute('visibility', 'visible');
    hush();
  });
  canvas.addEventListener('pointerup', (event) => {
    const done = drag;
    drag = null;
    if (done && !done.pans && Math.abs(event.clientX - done.x) >= 4) {
      const to = second(event);
      show(Math.min(done.at, to), Math.max(done.at, to));
    }
  });
  canvas.addEventListener('pointercancel', () => { drag = null; chart.draw(); });
  canvas.addEventListener('pointerleave', () => { if (!drag) chart.leave(); });
  canvas.addEventListener('dblclick', deeds.all);
  canvas.addEventListener('wheel', (event) => {
    // The plain wheel scrolls the page.
    if (!event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    zoom(event.deltaY > 0 ? 1.25 : 0.8, second(event));
  }, { passive: false });
  figure.addEventListener('blur', () => chart.leave());
}

function keys(event) {
  const figure = event.target;
  if (!(figure instanceof HTMLElement) || figure.tagName !== 'FIGURE') return;
  const chart = charts.find((chart) => chart.figure === figure);
  const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
  if (event.key === 'Escape') hush();
  else if (step && event.shiftKey && chart) pan(0.25 * step);
  else if (step) chart ? chart.step(step) : walk(figure, step);
  else if ((event.key === '+' || event.key === '=') && chart) deeds.in();
  else if (event.key === '-' && chart) deeds.out();
  else if (event.key === '0' && chart) deeds.all();
  else return;
  event.preventDefault();
}

function theme() {
  const root = document.documentElement;
  const button = document.getElementById('theme');
  const set = (dark) => {
    root.dataset.theme = dark ? 'dark' : 'light';
    button.textContent = dark ? 'Light' : 'Dark';
    button.setAttribute('aria-pressed', String(dark));
  };
  const wished = matchMedia('(prefers-color-scheme: dark)');
  set(wished.matches);
  wished.addEventListener('change', (event) => set(event.matches));
  button.addEventListener('click', () => set(root.dataset.theme !== 'dark'));
}

async function start() {
  theme();
  document.addEventListener('keydown', keys);
  if (!Object.keys(data.charts).length) return;
  await unpack();
  for (const [key, { time, lanes }] of Object.entries(data.charts)) {
    const figure = document.getElementById(key);
    if (time && !time.layers.length) continue;
    charts.push(time ? new TimeChart(figure, time) : new LanesChart(figure, lanes));
  }
  for (const chart of charts) {
    whole.from = Math.min(whole.from, chart.from);
    whole.to = Math.max(whole.to, chart.to);
  }
  if (!charts.length) return;
  view.from = whole.from;
  view.to = whole.to;
  document.getElementById('range').hidden = false;
  for (const button of document.querySelectorAll('#range button')) button.addEventListener('click', () => deeds[button.dataset.do]());
  charts.forEach(listen);
  redrawAll();
  charts.forEach((chart) => { chart.stale = true; seen.observe(chart.figure); });
  let width = innerWidth;
  addEventListener('resize', () => {
    if (innerWidth === width) return;
    width = innerWidth;
    redrawAll();
  });
  addEventListener('beforeprint', () => charts.forEach((chart) => chart.stale && redraw(chart)));
  document.documentElement.dataset.ready = 'yes';
}

start();
