// A chart over time. It is drawn in columns: a pixel or two, or one slot of its series where these are wider. A column
// that covers several rows shows their mean, and for lines the span from smallest to largest.

const COLUMN = 1.5;
const MARGIN = { left: 54, right: 10, top: 20, bottom: 22 };

class TimeChart {
  constructor(figure, spec) {
    this.figure = figure;
    this.spec = spec;
    this.hidden = new Set();
    this.canvas = figure.querySelector('.canvas');
    this.note = figure.querySelector('.note');
    this.words = this.note.textContent;
    const grids = spec.layers.map((layer) => gridOf(layer.series));
    this.from = Math.min(...grids.map((grid) => grid.start));
    this.to = Math.max(...grids.map(gridEnd));
    this.slot = Math.max(...grids.map(slotSeconds));
    this.start = grids.length ? grids[0].start : 0;
    this.legend();
  }

  legend() {
    const list = element('ul', { class: 'legend' });
    this.spec.layers.forEach((layer, number) => {
      const sample = drawn('svg', { viewBox: '0 0 14 12', 'aria-hidden': 'true' });
      sample.append(layer.shape === 'area'
        ? drawn('rect', { width: 12, height: 11, rx: 2, fill: `var(--${layer.tone})` })
        : drawn('path', { d: 'M0 6H14', stroke: `var(--${layer.tone})`, 'stroke-width': 2.5, 'stroke-dasharray': layer.shape === 'dash' ? '4 2' : 'none' }));
      const button = element('button', { type: 'button', 'aria-pressed': 'true' }, sample, layer.name);
      button.addEventListener('click', () => {
        const shown = this.hidden.delete(number);
        if (!shown) this.hidden.add(number);
        button.setAttribute('aria-pressed', String(shown));
        this.draw();
      });
      list.append(element('li', {}, button));
    });
    this.figure.insertBefore(list, this.canvas);
  }

  // The columns of the view: [from, to] of each.
  columns(width) {
    const [from, to] = this.view();
    if ((to - from) / this.slot <= width / COLUMN) {
      const first = Math.floor((from - this.start) / this.slot + 1e-9);
      const last = Math.ceil((to - this.start) / this.slot - 1e-9);
      const columns = [];
      for (let slot = first; slot < last; slot++) columns.push([this.start + slot * this.slot, this.start + (slot + 1) * this.slot]);
      return columns;
    }
    const count = Math.max(1, Math.floor(width / COLUMN));
    return Array.from({ length: count }, (_, i) => [from + ((to - from) * i) / count, from + ((to - from) * (i + 1)) / count]);
  }

  view() {
    return [Math.max(this.from, view.from), Math.min(this.to, view.to)];
  }

  draw() {
    const width = Math.max(240, this.canvas.clientWidth);
    const height = Math.round(Math.min(300, Math.max(190, width * 0.4)));
    const box = { left: MARGIN.left, right: width - MARGIN.right, top: MARGIN.top, bottom: height - MARGIN.bottom };
    const svg = drawn('svg', { viewBox: `0 0 ${width} ${height}`, width, height, role: 'img', 'aria-label': this.figure.getAttribute('aria-label'), class: 'live' });
    svg.append(drawn('text', { x: MARGIN.left, y: 11, 'font-size': 11, fill: 'var(--muted)' }, this.spec.unit));
    const [from, to] = this.view();
    const x = (second) => box.left + ((second - from) / (to - from)) * (box.right - box.left);
    this.columnsNow = to > from ? this.columns(box.right - box.left) : [];
    const shown = this.spec.layers.map((layer, number) => ({ layer, number })).filter(({ number }) => !this.hidden.has(number));
    this.drawn = shown.map(({ layer }) => ({ layer, values: this.columnsNow.map(([start, end]) => bucket(layer, start, end)) }));
    let low = this.spec.zero ? 0 : Infinity, high = this.spec.zero ? 0 : -Infinity;
    const ground = new Float64Array(this.columnsNow.length);
    for (const one of this.drawn) {
      if (one.layer.shape === 'area') {
        one.edges = one.values.map((value, i) => [ground[i], (ground[i] += value ? value[1] : 0)]);
        for (const [, top] of one.edges) high = Math.max(high, top);
        low = Math.min(low, 0);
      } else {
        for (const value of one.values) if (value) { low = Math.min(low, value[0]); high = Math.max(high, value[2]); }
      }
    }
    if (this.spec.rule) { low = Math.min(low, this.spec.rule.value); high = Math.max(high, this.spec.rule.value); }
    const empty = low > high || !this.drawn.some((one) => one.values.some((value) => value));
    // A promise that is always kept is a line along the top.
    if (!empty && this.spec.share && !this.spec.zero) low = Math.min(low, high - 0.01);
    const y = rounded(empty ? 0 : low, empty ? 1 : high, box.bottom, box.top, this.spec.share);
    for (const [tick, text] of y.ticks) {
      svg.append(drawn('path', { d: `M${box.left} ${y.at(tick).toFixed(1)}H${box.right}`, stroke: 'var(--grid)' }));
      svg.append(drawn('text', { x: box.left - 6, y: y.at(tick) + 4, 'text-anchor': 'end', 'font-size': 11, fill: 'var(--muted)' }, text));
    }
    timeAxis(svg, box, from, to, x);
    const clip = `clip-${this.figure.id}`;
    const clipping = drawn('clipPath', { id: clip });
    clipping.append(drawn('rect', { x: box.left, y: 0, width: box.right - box.left, height }));
    svg.append(clipping);
    const plot = drawn('g', { 'clip-path': `url(#${clip})` });
    svg.append(plot);
    for (const one of this.drawn) this.layer(plot, one, x, y);
    if (this.spec.rule) plot.append(drawn('path', { class: 'rule', d: `M${box.left} ${y.at(this.spec.rule.value).toFixed(1)}H${box.right}`, stroke: 'var(--promise)', 'stroke-width': 1.4, 'stroke-dasharray': '6 3' }));
    if (this.spec.rule) svg.append(drawn('text', { x: box.right, y: 11, 'text-anchor': 'end', 'font-size': 11, fill: 'var(--promise)' }, this.spec.rule.name));
    for (const mark of this.spec.marks) {
      if (mark.time < from || mark.time > to) continue;
      plot.append(drawn('path', { d: `M${x(mark.time).toFixed(1)} ${box.top}V${box.bottom}`, stroke: 'var(--muted)', 'stroke-dasharray': '2 2' }));
      plot.append(drawn('circle', { cx: x(mark.time), cy: box.top, r: 4.5, fill: 'var(--ink)', 'data-tip': `${when(mark.time)}: ${mark.text}` }));
    }
    svg.append(drawn('path', { d: `M${box.left} ${box.bottom}H${box.right}`, stroke: 'var(--muted)' }));
    if (empty) svg.append(drawn('text', { x: width / 2, y: height / 2, 'text-anchor': 'middle', 'font-size': 12, fill: 'var(--muted)' }, 'no values'));
    this.cursor = drawn('path', { class: 'cursor', stroke: 'var(--ink)', 'stroke-width': 1, visibility: 'hidden' });
    this.brush = drawn('rect', { y: box.top, height: box.bottom - box.top, fill: 'var(--accent)', 'fill-opacity': 0.18, visibility: 'hidden' });
    svg.append(this.cursor, this.brush);
    this.canvas.replaceChildren(svg);
    this.box = box;
    this.y = y;
    this.x = x;
    this.say();
  }

  layer(plot, one, x, y) {
    const color = `var(--${one.layer.tone})`;
    // Steps: a value holds for all of its column.
    const steps = (pick) => {
      let path = '', pen = false;
      one.values.forEach((value, i) => {
        const at = pick(value, i);
        if (at === null) { pen = false; return; }
        const [start, end] = this.columnsNow[i];
        path += `${pen ? 'L' : 'M'}${x(start).toFixed(1)} ${y.at(at).toFixed(1)}H${x(end).toFixed(1)}`;
        pen = true;
      });
      return path;
    };
    const between = (lower, upper) => {
      let path = '', run = [];
      const close = () => {
        if (!run.length) return;
        path += 'M' + run.map((i) => `${x(this.columnsNow[i][0]).toFixed(1)} ${y.at(upper(i)).toFixed(1)}H${x(this.columnsNow[i][1]).toFixed(1)}`).join('L');
        path += 'L' + run.reverse().map((i) => `${x(this.columnsNow[i][1]).toFixed(1)} ${y.at(lower(i)).toFixed(1)}H${x(this.columnsNow[i][0]).toFixed(1)}`).join('L') + 'Z';
        run = [];
      };
      one.values.forEach((value, i) => (value || one.edges ? run.push(i) : close()));
      close();
      return path;
    };
    if (one.layer.shape === 'area') {
      plot.append(drawn('path', { class: 'layer', d: between((i) => one.edges[i][0], (i) => one.edges[i][1]), fill: color, stroke: 'var(--card)', 'stroke-width': 0.6, 'stroke-opacity': 0.35 }));
      return;
    }
    if (one.layer.shape === 'line') {
      plot.append(drawn('path', { class: 'span', d: between((i) => one.values[i][0], (i) => one.values[i][2]), fill: color, 'fill-opacity': 0.22 }));
    }
    plot.append(drawn('path', {
      class: 'layer', d: steps((value) => (value ? value[1] : null)), fill: 'none', stroke: color, 'stroke-width': 1.5, 'stroke-linejoin': 'round',
      'stroke-dasharray': one.layer.shape === 'dash' ? '5 3' : 'none',
    }));
  }

  // How many rows a column covers.
  rows(column) {
    return Math.max(...this.spec.layers.map((layer) => {
      const grid = gridOf(layer.series);
      const seconds = Math.max(slotSeconds(grid), this.columnsNow[column][1] - this.columnsNow[column][0]);
      return Math.round(seconds / grid.step);
    }));
  }

  say() {
    if (!this.columnsNow.length || !this.spec.layers.length) { this.note.textContent = this.words; return; }
    const rows = this.rows(0);
    const grid = gridOf(this.spec.layers[0].series);
    const over = this.spec.layers[0].span ? 'days' : `rows of ${length(grid.step)}`;
    const spans = this.spec.layers.some((layer) => layer.shape === 'line' && !layer.span);
    this.note.textContent = this.words + (rows > 1
      ? `A column of pixels shows the mean of ${rows} ${over}${spans ? ', and the span from smallest to largest' : ''}; none is skipped.`
      : this.spec.layers[0].span ? 'Every day is drawn.' : `Every row is drawn: ${length(grid.step)} each.`);
  }

  // Tells about the column at a place, and the layer next to the pointer.
  point(clientX, clientY) {
    const frame = this.canvas.getBoundingClientRect();
    const [from, to] = this.view();
    const second = from + ((clientX - frame.left - this.box.left) / (this.box.right - this.box.left)) * (to - from);
    const column = this.columnsNow.findIndex(([start, end]) => second >= start && second < end);
    if (column < 0) { this.leave(); return; }
    this.tellColumn(column, clientX, clientY, clientY - frame.top);
  }

  tellColumn(column, clientX, clientY, height) {
    this.column = column;
    const [start, end] = this.columnsNow[column];
    const middle = Math.min(this.box.right, Math.max(this.box.left, this.x((start + end) / 2)));
    this.cursor.setAttribute('d', `M${middle.toFixed(1)} ${this.box.top}V${this.box.bottom}`);
    this.cursor.setAttribute('visibility', 'visible');
    const rows = this.rows(column);
    const write = this.spec.share ? share : amount;
    const here = height === undefined ? null : this.nearest(column, height);
    const table = element('table');
    const lines = [...this.drawn].reverse().filter((one) => one.values[column]);
    const most = 14;
    const told = lines.length > most ? lines.filter((one) => one === here || Math.abs(one.values[column][1]) > 0).slice(0, most) : lines;
    for (const one of told) {
      const [low, mean, high] = one.values[column];
      const span = high > low ? `${write(low)} to ${write(high)}` : '';
      const row = element('tr', one === here ? { class: 'here' } : {}, element('td', {}, one.layer.name), element('td', {}, write(mean)), element('td', { class: 'more' }, span));
      table.append(row);
    }
    const until = rows > 1 ? ` to ${when(Math.round(end))}` : '';
    const contents = [element('b', {}, `${when(Math.round(start))}${until} UTC`), table];
    if (rows > 1) contents.push(element('div', { class: 'row' }, this.spec.layers[0].span ? `mean of ${rows} days, 5th to 95th percentile` : `mean, smallest and largest of ${rows} rows`));
    else contents.push(...this.row(column, [here, ...told].find((one) => one && one.layer.row !== null)));
    tell(clientX, clientY, ...contents);
  }

  // The CSV's own row of a layer.
  row(column, one) {
    if (!one) return [];
    const { file, key, columns } = data.rows[one.layer.row];
    const grid = gridOf(columns[0][1]);
    if (grid.width !== 1) return [];
    const slot = Math.round((this.columnsNow[column][0] - grid.start) / grid.step);
    const cells = [['time', isoTime(grid.start + slot * grid.step)], ...key, ...columns.map(([name, series]) => [name, exact(data.values[series].mean[slot])])];
    const table = element('table', { class: 'csv' });
    for (const [name, cell] of cells) table.append(element('tr', {}, element('td', {}, name), element('td', {}, cell)));
    return [element('div', { class: 'row' }, `row of ${file}`, table)];
  }

  // The layer under, or nearest to, a height in the chart.
  nearest(column, height) {
    let best = null, distance = Infinity;
    for (const one of this.drawn) {
      const value = one.values[column];
      if (!value) continue;
      if (one.edges) {
        const [lower, upper] = one.edges[column].map(this.y.at);
        if (height <= lower && height >= upper) return one;
        continue;
      }
      const away = Math.abs(this.y.at(value[1]) - height);
      if (away < distance) { distance = away; best = one; }
    }
    return best;
  }

  step(by) {
    const last = this.columnsNow.length - 1;
    if (last < 0) return;
    const next = this.column === undefined ? (by > 0 ? 0 : last) : Math.min(last, Math.max(0, this.column + by));
    const frame = this.canvas.getBoundingClientRect();
    const [start, end] = this.columnsNow[next];
    this.tellColumn(next, frame.left + this.x((start + end) / 2), frame.top + this.box.top);
  }

  leave() {
    this.column = undefined;
    if (this.cursor) this.cursor.setAttribute('visibility', 'hidden');
    hush();
  }
}

function timeAxis(svg, box, from, to, x) {
  for (const [second, name] of timeTicks(from, to, Math.max(2, Math.floor((box.right - box.left) / 85)))) {
    svg.append(drawn('path', { d: `M${x(second).toFixed(1)} ${box.bottom}v4`, stroke: 'var(--muted)' }));
    svg.append(drawn('text', { x: x(second).toFixed(1), y: box.bottom + 16, 'text-anchor': 'middle', 'font-size': 11, fill: 'var(--muted)' }, name));
  }
}
