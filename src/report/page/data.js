// The page's data. Series are 32-bit floats, deflated and in base64: for each series a plane of all first bytes, then
// one of all second bytes, and so on. See src/report/data.rs.

const data = JSON.parse(document.getElementById('data').textContent);

// Fills data.values: for each series {mean, low, high}; low and high are mean where a slot is one row.
async function unpack() {
  const packed = Uint8Array.from(atob(data.bytes), (letter) => letter.charCodeAt(0));
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream('deflate-raw'));
  const bytes = new Uint8Array(await new Response(stream).arrayBuffer());
  let at = 0;
  const take = (count) => {
    const values = new Float32Array(count);
    const bits = new Uint32Array(values.buffer);
    for (let plane = 0; plane < 4; plane++) {
      for (let i = 0; i < count; i++) bits[i] = (bits[i] << 8) | bytes[at + i];
      at += count;
    }
    return values;
  };
  data.values = data.series.map(([, count, spans]) => {
    const mean = take(count);
    return spans ? { mean, low: take(count), high: take(count) } : { mean, low: mean, high: mean };
  });
}

const gridOf = (series) => data.grids[data.series[series][0]];
const slotSeconds = (grid) => grid.step * grid.width;
const gridEnd = (grid) => grid.start + grid.step * grid.rows;

// Smallest, mean and largest of a layer between two times; null where no row has a value.
function bucket(layer, from, to) {
  const grid = gridOf(layer.series);
  const seconds = slotSeconds(grid);
  const values = data.values[layer.series];
  const first = Math.max(0, Math.floor((from - grid.start) / seconds + 1e-6));
  const last = Math.min(values.mean.length, Math.max(first + 1, Math.ceil((to - grid.start) / seconds - 1e-6)));
  let low = Infinity, high = -Infinity, sum = 0, count = 0;
  for (let slot = first; slot < last; slot++) {
    const mean = values.mean[slot];
    if (Number.isNaN(mean)) continue;
    sum += mean;
    count++;
    if (values.low[slot] < low) low = values.low[slot];
    if (values.high[slot] > high) high = values.high[slot];
  }
  if (!count) return null;
  const mean = sum / count;
  if (layer.span) {
    const [under, over] = layer.span.map((series) => bucket({ series, factor: 1 }, from, to));
    if (!under || !over) return null;
    return [under[1] * layer.factor, mean * layer.factor, over[1] * layer.factor];
  }
  return [low * layer.factor, mean * layer.factor, high * layer.factor];
}
