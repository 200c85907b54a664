// What has the focus: its name, and what is wrong with how it shows that it has it.
const focused = document.activeElement;
const tidy = text => (text ?? "").replace(/\s+/g, " ").trim();
const name = tidy(focused.ariaLabel ?? focused.labels?.[0]?.textContent ?? focused.innerText);

const style = getComputedStyle(focused);
const clear = colour => /^(transparent|rgba\(.*, 0\))$/.test(colour);
const outlined = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0 && !clear(style.outlineColor);
// Boxes to type into have a strong line below instead.
const lined = focused.matches("input, select, textarea") && parseFloat(style.borderBottomWidth) >= 2;

const { left, right, top, bottom } = focused.getBoundingClientRect();
const points = [[(left + right) / 2, (top + bottom) / 2], [left + 2, top + 2], [right - 2, bottom - 2]];
const uncovered = points.some(point => {
  const there = document.elementFromPoint(...point);
  return there && (focused.contains(there) || there.contains(focused));
});

const wrong = focused === document.body ? "" : !(outlined || lined) ? "shows no focus" : !uncovered ? "lies below something" : "";
return { name, wrong };
