// No module, so that it runs where modules do not: opened as a file, the page keeps the sentence that says why.
if (location.protocol !== "file:" && typeof WebAssembly === "object" && typeof DecompressionStream === "function") {
  import("./page.js").catch(() => { document.getElementById("blocked").hidden = false; });
}
