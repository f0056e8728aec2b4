"use strict";
// Reads gene names from a file in the browser; the file itself stays where it is.

const form = document.querySelector("form[data-coverage]");
if (form) {
  const field = form.querySelector("textarea");
  const picker = document.createElement("input");
  picker.type = "file";
  picker.id = "genes-file";
  picker.accept = ".h5ad,.txt,.csv,.tsv,.genes";
  picker.className = "hidden";
  const label = document.createElement("label");
  label.htmlFor = picker.id;
  label.className = "button quiet";
  label.textContent = "Read from an h5ad, text or CSV file";
  const said = document.createElement("span");
  said.setAttribute("role", "status");
  form.querySelector(".actions").append(label, picker, said);

  const MAX = 200000;
  const reader = new URL("h5ad.js", document.currentScript.src).href;

  // A table's genes are in the column called gene, symbol, ... if there is one, else in the first.
  function names(text) {
    const lines = text.split(/\r?\n/).filter((line) => line.trim());
    if (!lines.length) return [];
    const mark = lines[0].includes("\t") ? "\t" : lines[0].includes(";") ? ";" : ",";
    const cells = (line) => line.split(mark).map((cell) => cell.trim().replace(/^"|"$/g, ""));
    const head = cells(lines[0]).map((cell) => cell.toLowerCase());
    const column = head.findIndex((cell) => /^(gene|genes|gene_?names?|symbols?|gene_?ids?|ensembl(_?ids?)?|var_names|index|feature_?names?)$/.test(cell));
    if (lines.length === 1) return cells(lines[0]);
    return (column < 0 ? lines : lines.slice(1)).map((line) => cells(line)[Math.max(0, column)]);
  }

  async function h5ad(file) {
    said.textContent = "Looking for the genes of " + file.name;
    const { geneNames, H5adProblem } = await import(reader);
    try {
      return await geneNames(file);
    } catch (problem) {
      const why = problem instanceof H5adProblem ? problem.message : "the browser cannot read it";
      said.textContent = `${file.name}: ${why}. Run syncyte genes ${file.name} and paste what it prints.`;
      return null;
    }
  }

  async function read(file) {
    if (!/\.h5(ad|mu)?$/i.test(file.name) && file.size > 50e6) {
      said.textContent = file.name + " is larger than a list of genes; give an h5ad file or a list of names.";
      return;
    }
    const all = /\.h5(ad|mu)?$/i.test(file.name) ? await h5ad(file) : names(await file.text());
    if (!all) return;
    const found = [...new Set(all.filter(Boolean))].slice(0, MAX);
    field.value = found.join("\n");
    said.textContent = found.length.toLocaleString("en") + " names read from " + file.name;
  }

  picker.addEventListener("change", () => picker.files.length && read(picker.files[0]));
  for (const kind of ["dragover", "drop"]) {
    form.addEventListener(kind, (event) => {
      if (event.dataTransfer?.types.includes("Files")) {
        event.preventDefault();
        if (kind === "drop") read(event.dataTransfer.files[0]);
      }
    });
  }
}
