// Scales, ticks, and numbers and times as short text; the same as in src/report/chart/scale.rs.

const MINUTE = 60, HOUR = 3600, DAY = 86400;
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

const trimmed = (text) => (text.includes('.') ? text.replace(/\.?0+$/, '') : text);

const thousands = (size) => (size >= 1e12 ? [1e12, 'T'] : size >= 1e9 ? [1e9, 'G'] : size >= 1e6 ? [1e6, 'M'] : size >= 1e4 ? [1e3, 'k'] : [1, '']);

function amount(value) {
  const size = Math.abs(value);
  if (size >= 1e15 || (size > 0 && size < 1e-3)) return value.toExponential(2);
  const [divisor, suffix] = thousands(size);
  const scaled = value / divisor;
  const of = Math.abs(scaled);
  return trimmed(scaled.toFixed(of >= 100 ? 0 : of >= 10 ? 1 : of >= 1 ? 2 : 3)) + suffix;
}

function share(value) {
  const percent = 100 * value;
  return `${trimmed(percent.toFixed((percent >= 99 && percent < 100) || Math.abs(percent) < 1 ? 2 : 1))}%`;
}

// As a CSV has it, as far as a 32-bit float goes.
const exact = (value) => (Number.isNaN(value) ? '' : String(Number(value.toPrecision(7))));

const two = (value) => String(value).padStart(2, '0');

function when(second) {
  const time = new Date(1000 * second);
  const day = `${time.getUTCFullYear()}-${two(time.getUTCMonth() + 1)}-${two(time.getUTCDate())}`;
  const rest = ((second % DAY) + DAY) % DAY;
  return rest ? `${day} ${two(time.getUTCHours())}:${two(time.getUTCMinutes())}` : day;
}

// As a CSV has it.
const isoTime = (second) => `${new Date(1000 * second).toISOString().slice(0, 19)}Z`;

function length(seconds) {
  const parts = [[7 * DAY, 'week'], [DAY, 'day'], [HOUR, 'hour'], [MINUTE, 'minute'], [1, 'second']];
  const [unit, name] = parts.find(([unit]) => seconds >= unit && seconds % unit === 0) || parts[4];
  const count = seconds / unit;
  return `${count} ${name}${count === 1 ? '' : 's'}`;
}

function step(low, high, count) {
  const raw = Math.max((high - low) / count, Number.MIN_VALUE);
  const power = 10 ** Math.floor(Math.log10(raw));
  return power * ([1, 2, 5].find((factor) => factor * power >= raw * 0.999) || 10);
}

// A scale whose ends are ticks, each with as many digits as tell neighbours apart.
function rounded(low, high, from, to, ofShare) {
  if (!(high > low)) {
    const room = 0.5 * Math.max(Math.abs(low), 1);
    low -= room;
    high += room;
  }
  const by = step(low, high, 5);
  low = Math.floor(low / by) * by;
  high = Math.ceil(high / by - 1e-9) * by;
  const at = (value) => from + ((value - low) / (high - low)) * (to - from);
  const ticks = [];
  const [divisor, suffix] = ofShare ? [0.01, '%'] : thousands(Math.max(Math.abs(low), Math.abs(high)));
  const digits = Math.min(9, Math.max(0, -Math.floor(Math.log10(by / divisor) + 1e-9)));
  for (let tick = Math.ceil(low / by - 1e-9); tick <= high / by + 1e-9; tick++) {
    ticks.push([tick * by, ((tick * by) / divisor).toFixed(digits) + (tick === 0 && !ofShare ? '' : suffix)]);
  }
  return { at, ticks };
}

function timeTicks(from, to, count) {
  const raw = Math.max((to - from) / Math.max(count, 1), 1);
  const ticks = [];
  if (raw > 20 * DAY) {
    const every = [1, 2, 3, 6, 12, 24, 60, 120].find((months) => months * 40 * DAY >= raw) || 240;
    const start = new Date(1000 * from);
    let month = start.getUTCFullYear() * 12 + start.getUTCMonth();
    for (month -= month % every; ; month += every) {
      const second = Date.UTC(Math.floor(month / 12), month % 12, 1) / 1000;
      if (!(second <= to)) return ticks;
      const name = every >= 12 || month % 12 === 0 ? String(Math.floor(month / 12)) : MONTHS[month % 12];
      if (second >= from) ticks.push([second, name]);
    }
  }
  const steps = [MINUTE, 5 * MINUTE, 15 * MINUTE, HOUR, 3 * HOUR, 6 * HOUR, 12 * HOUR, DAY, 2 * DAY, 7 * DAY, 14 * DAY];
  const by = steps.find((step) => step >= raw) || 14 * DAY;
  const shift = by >= 7 * DAY ? 4 * DAY : 0;
  for (let tick = Math.ceil((from - shift) / by) * by + shift; tick <= to; tick += by) {
    const time = new Date(1000 * tick);
    const name = tick % DAY === 0 ? `${MONTHS[time.getUTCMonth()]} ${time.getUTCDate()}` : `${two(time.getUTCHours())}:${two(time.getUTCMinutes())}`;
    ticks.push([tick, name]);
  }
  return ticks;
}
