// Loads the page that the document names. Apart, so that the page needs no inline script.
const page = document.documentElement.dataset.page;
const theme = localStorage.getItem("theme");
if (theme) document.documentElement.dataset.theme = theme;

// Icons are used by reference, which works across documents nowhere near as well as within one.
const icons = fetch("./icons.svg")
  .then((response) => response.text())
  .then((text) => {
    const sprite = new DOMParser().parseFromString(text, "image/svg+xml").documentElement;
    sprite.setAttribute("class", "sprite");
    sprite.setAttribute("aria-hidden", "true");
    document.documentElement.append(sprite);
  });

const { default: init } = await import(`./${page}.js`);
await Promise.all([icons, init({ module_or_path: `./${page}_bg.wasm` })]);
