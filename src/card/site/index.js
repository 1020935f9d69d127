// Narrows the list of rules as one types or chooses. Reads the page, adds nothing to it but what is hidden.
(() => {
  const form = document.querySelector("form.tools");
  const search = form.querySelector("input");
  const selects = [...form.querySelectorAll("select")];
  const shown = document.getElementById("shown");
  const rules = [...document.querySelectorAll("ul.rules > li")].map((item) => ({
    item,
    data: item.dataset,
    text: `${item.textContent} ${item.dataset.techniques}`.toLowerCase(),
  }));
  const narrow = () => {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    let count = 0;
    for (const { item, data, text } of rules) {
      const chosen = selects.every(({ name, value }) =>
        !value || (name === "techniques" ? data.techniques.split(" ").includes(value) : data[name] === value));
      item.hidden = !(chosen && words.every((word) => text.includes(word)));
      count += item.hidden ? 0 : 1;
    }
    shown.textContent = count === rules.length ? "" : `${count} of ${rules.length} rules`;
  };
  form.hidden = false;
  form.addEventListener("input", narrow);
  form.addEventListener("submit", (event) => event.preventDefault());
  const asked = new URLSearchParams(location.search).get("q");
  if (asked) search.value = asked;
  narrow();
})();
