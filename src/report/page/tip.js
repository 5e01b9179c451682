// What is told about the place under the pointer, or under the keyboard's cursor. Text is always set as text.

const tip = document.getElementById('tip');

function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

function drawn(name, attributes, text) {
  const made = document.createElementNS('http://www.w3.org/2000/svg', name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  if (text !== undefined) made.textContent = text;
  return made;
}

function tell(x, y, ...contents) {
  tip.replaceChildren(...contents);
  tip.hidden = false;
  const { width, height } = tip.getBoundingClientRect();
  const left = x + 16 + width > innerWidth ? Math.max(4, x - width - 16) : x + 16;
  const top = y + 16 + height > innerHeight ? Math.max(4, y - height - 12) : y + 16;
  tip.style.transform = `translate(${left}px, ${top}px)`;
}

function hush() {
  tip.hidden = true;
}

// Anything that carries its own words.
document.addEventListener('pointermove', (event) => {
  const told = event.target.closest ? event.target.closest('[data-tip]') : null;
  if (told) tell(event.clientX, event.clientY, told.dataset.tip);
  else if (!event.target.closest || !event.target.closest('.moves .canvas')) hush();
});
addEventListener('scroll', hush, { passive: true });

// With the keyboard, the arrows go through what a chart has to tell.
function walk(figure, by) {
  const told = [...figure.querySelectorAll('[data-tip]')].filter((one) => one.getClientRects().length);
  if (!told.length) return;
  const now = told.findIndex((one) => one.classList.contains('now'));
  told.forEach((one) => one.classList.remove('now'));
  const next = told[now < 0 ? (by > 0 ? 0 : told.length - 1) : (now + by + told.length) % told.length];
  next.classList.add('now');
  const box = next.getBoundingClientRect();
  tell(box.left + box.width / 2, box.top, next.dataset.tip);
}
