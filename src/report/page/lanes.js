// Bars and dots in lanes over time.

const LANE = 24;

class LanesChart {
  constructor(figure, spec) {
    this.figure = figure;
    this.spec = spec;
    this.canvas = figure.querySelector('.canvas');
    this.from = spec.from;
    this.to = spec.to;
    const list = element('ul', { class: 'legend' });
    this.hidden = new Set();
    for (const [tone, name] of spec.legend) {
      const sample = drawn('svg', { viewBox: '0 0 14 12', 'aria-hidden': 'true' });
      sample.append(drawn('rect', { width: 12, height: 11, rx: 2, fill: `var(--${tone})` }));
      const button = element('button', { type: 'button', 'aria-pressed': 'true' }, sample, name);
      button.addEventListener('click', () => {
        const shown = this.hidden.delete(tone);
        if (!shown) this.hidden.add(tone);
        button.setAttribute('aria-pressed', String(shown));
        this.draw();
      });
      list.append(element('li', {}, button));
    }
    figure.insertBefore(list, this.canvas);
  }

  view() {
    return [Math.max(this.from, view.from), Math.min(this.to, view.to)];
  }

  // Colours of running campaigns are their workloads'; the legend's blue stands for all of them.
  shows(tone) {
    const named = this.spec.legend.some(([of]) => of === tone);
    return !this.hidden.has(named ? tone : this.spec.legend.length > 1 ? this.spec.legend[1][0] : tone);
  }

  draw() {
    const width = Math.max(240, this.canvas.clientWidth);
    const bottom = LANE * this.spec.lanes.length + 6;
    const height = bottom + 24;
    const longest = Math.max(...this.spec.lanes.map((lane) => lane.name.length));
    const left = Math.min(Math.max(50, 10 + 6.3 * longest), 0.36 * width);
    const letters = Math.floor((left - 8) / 6);
    const box = { left, right: width - 10, top: 4, bottom };
    const svg = drawn('svg', { viewBox: `0 0 ${width} ${height}`, width, height, role: 'img', 'aria-label': this.figure.getAttribute('aria-label'), class: 'live' });
    const [from, to] = this.view();
    const x = (second) => left + ((second - from) / (to - from)) * (box.right - left);
    for (const [second] of timeTicks(from, to, Math.max(2, Math.floor((box.right - left) / 85)))) svg.append(drawn('path', { d: `M${x(second).toFixed(1)} 4V${bottom}`, stroke: 'var(--grid)' }));
    timeAxis(svg, box, from, to, x);
    const clip = drawn('clipPath', { id: `clip-${this.figure.id}` });
    clip.append(drawn('rect', { x: left, y: 0, width: box.right - left, height }));
    const plot = drawn('g', { 'clip-path': `url(#clip-${this.figure.id})` });
    svg.append(clip, plot);
    this.spec.lanes.forEach((lane, number) => {
      const middle = 6 + (number + 0.5) * LANE;
      svg.append(drawn('path', { d: `M${left} ${middle + LANE / 2}H${box.right}`, stroke: 'var(--grid)' }));
      const name = lane.name.length > letters ? `${lane.name.slice(0, letters - 1)}…` : lane.name;
      svg.append(drawn('text', { x: left - 8, y: middle + 4, 'text-anchor': 'end', 'font-size': 11, fill: 'var(--ink)', 'data-tip': lane.note ? `${lane.name}: ${lane.note}` : lane.name }, name));
      for (const item of lane.items) {
        if (item.to < from || item.from > to || !this.shows(item.tone)) continue;
        const color = `var(--${item.tone})`;
        if (item.to > item.from) {
          const high = 0.7 * LANE * item.size;
          const start = Math.max(x(item.from), left - 2), end = Math.min(x(item.to), box.right + 2);
          plot.append(drawn('rect', { class: 'item', x: start.toFixed(1), y: (middle - high / 2).toFixed(1), width: Math.max(1, end - start).toFixed(1), height: high.toFixed(1), fill: color, 'data-tip': item.tip }));
        } else {
          plot.append(drawn('circle', { class: 'item', cx: x(item.from).toFixed(1), cy: middle, r: (1.5 + (0.42 * LANE - 1.5) * Math.sqrt(item.size)).toFixed(1), fill: color, 'fill-opacity': 0.8, stroke: 'var(--card)', 'stroke-width': 0.75, 'data-tip': item.tip }));
        }
      }
    });
    this.brush = drawn('rect', { y: 4, height: bottom - 4, fill: 'var(--accent)', 'fill-opacity': 0.18, visibility: 'hidden' });
    svg.append(this.brush);
    this.canvas.replaceChildren(svg);
    this.box = box;
    this.x = x;
  }

  point(clientX, clientY, target) {
    const told = target && target.closest ? target.closest('[data-tip]') : null;
    if (told) tell(clientX, clientY, told.dataset.tip);
    else hush();
  }

  step(by) {
    walk(this.figure, by);
  }

  leave() {
    hush();
  }
}
