// What the fields in which one searches say: select2 has no Belarusian, and its Russian for emptying
// such a field speaks of deleting.
"use strict";
{
  const plural = (number, one, few, many) => {
    const [last, two] = [number % 10, number % 100];
    if (last === 1 && two !== 11) return one;
    return last > 1 && last < 5 && (two < 12 || two > 14) ? few : many;
  };
  const be = {
    errorLoading: () => "Не ўдалося атрымаць варыянты",
    inputTooLong: ({ input, maximum }) => `Прыбярыце знакаў: ${input.length - maximum}`,
    inputTooShort: ({ input, minimum }) => `Увядзіце яшчэ знакаў: ${minimum - input.length}`,
    loadingMore: () => "Загрузка…",
    maximumSelected: ({ maximum }) =>
      `Можна выбраць не больш за ${maximum} ${plural(maximum, "варыянт", "варыянты", "варыянтаў")}`,
    noResults: () => "Нічога не знойдзена",
    searching: () => "Пошук…",
    removeAllItems: () => "Ачысціць",
  };
  const { amd } = django.jQuery.fn.select2;
  amd.define("select2/i18n/be", [], () => be);
  if (document.documentElement.lang === "ru") {
    amd.require("select2/i18n/ru").removeAllItems = () => "Очистить";
  }
}
