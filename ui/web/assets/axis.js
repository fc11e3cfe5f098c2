// Time as a line: years of the Common Era as numbers (0 is 1 BC, as the program counts them), and what they are called in either era.
const ERAS = { be: 543, ce: 0 };
let era = recalled(localStorage, "era") === "ce" ? "ce" : "be";

// The moment at which a day, month or year begins, or ends, in years with a fraction.
function moment([year, month, day], end = false) {
  if (!month) return year + (end ? 1 : 0);
  if (!day) return year + (month - (end ? 0 : 1)) / 12;
  return year + (month - 1 + (day - (end ? 0 : 1)) / 31) / 12;
}
const middle = (event) => (moment(event.first) + moment(event.last, true)) / 2;

const monthName = (month, form = "long") =>
  new Intl.DateTimeFormat(state.language === "en" ? "en-GB" : "th-TH", { month: form, timeZone: "UTC" }).format(Date.UTC(2000, month - 1, 15));

const inEra = (year) => year + ERAS[era];
const yearWords = (year) => (inEra(year) > 0 ? say(`year_${era}`, inEra(year)) : say(`year_before_${era}`, 1 - inEra(year)));
const yearsWords = (first, last) => {
  if (first === last) return yearWords(first);
  return inEra(first) > 0 ? say(`year_${era}`, `${inEra(first)}–${inEra(last)}`) : `${yearWords(first)} – ${yearWords(last)}`;
};
const ENDINGS = { one: "st", two: "nd", few: "rd", other: "th" };
const ordinal = (number) => (state.language === "en" ? number + ENDINGS[new Intl.PluralRules("en", { type: "ordinal" }).select(number)] : String(number));

// What a date is called: a decade or a century by its name in the era that counts it so, by its years in the other.
function dateWords({ first, last, precision }) {
  const [a, b] = [inEra(first[0]), inEra(last[0])];
  if (precision === "century" && a > 0 && a % 100 === 1 && b === a + 99) return say(`century_${era}`, ordinal((a + 99) / 100));
  if (precision === "decade" && a % 10 === 0 && b === a + 9) return say(`decade_${era}`, a);
  if (!first[1]) return yearsWords(first[0], last[0]);
  const words = ([year, month, day], whole) => [day || "", monthName(month), whole ? yearWords(year) : ""].filter(Boolean).join(" ");
  if (String(first) === String(last)) return words(first, true);
  if (String(first.slice(0, 2)) === String(last.slice(0, 2))) return `${first[2]}–${words(last, true)}`;
  return `${words(first, first[0] !== last[0])} – ${words(last, true)}`;
}

// Where a line from one moment to another is divided, at round years of the era, about every 84 pixels: [moment, words].
const STEPS = [1 / 12, 1 / 4, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000];
function ticks(from, to, width) {
  const step = STEPS.find((one) => (to - from) / one <= Math.max(3, width / 84)) || STEPS.at(-1);
  const found = [];
  for (let at = Math.ceil((from + ERAS[era]) / step - 1e-6); at * step - ERAS[era] <= to; at++) {
    const place = at * step - ERAS[era];
    const month = Math.round((place - Math.floor(place + 1e-6)) * 12);
    found.push([place, month ? monthName(month + 1, "short") : tickWords(Math.floor(place + 1e-6))]);
  }
  return found;
}
const tickWords = (year) => (inEra(year) > 0 ? String(inEra(year)) : yearWords(year));
