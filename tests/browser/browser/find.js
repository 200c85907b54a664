// Finds a thing on the page as a person would: by its kind and the words on it. Answers with the element, or null.
const [kind, words, inner] = arguments;
const tidy = text => (text ?? "").replace(/\s+/g, " ").trim();
const name = element => tidy(element.getAttribute("aria-label") ?? element.textContent);
const shown = element => element.checkVisibility({ visibilityProperty: true }) && !element.disabled;
const all = (selector, root = document) => [...root.querySelectorAll(selector)].filter(shown);
const named = (elements, wanted) => elements.find(element => name(element) === wanted) ?? null;
const begins = (elements, wanted) => elements.find(element => name(element).startsWith(wanted)) ?? null;
const acts = "a[href], button, summary";

const finders = {
  // A link or button; what the page itself offers goes before what stands around it.
  act: () => named(all(`main :is(${acts})`), words) ?? named(all(acts), words),
  // A link or button whose name begins with these words.
  actLike: () => begins(all(acts), words),
  // A link of the left navigation.
  place: () => named(all("nav[aria-label=Main] a"), words),
  // A control, by its label.
  field: () => named(all("label"), words)?.control ?? null,
  // What can be chosen in a list, among radio buttons, or among those who fit what was typed.
  option: () => {
    const field = finders.field();
    if (field?.options) return [...field.options].find(option => tidy(option.text).startsWith(inner)) ?? null;
    const group = (named(all("legend"), words) ?? field)?.closest(".field");
    return group ? begins(all("label", group), inner) : null;
  },
  // What stands beside a term.
  fact: () => {
    const value = named(all("dt"), words)?.nextElementSibling;
    return value?.querySelector(".copyable") ?? value ?? null;
  },
};
return finders[kind]();
