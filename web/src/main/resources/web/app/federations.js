"use strict";
// Follows the runs on the page: the hub tells of every change. What a run has already shown is set in
// place; a run that is new or has ended makes the list another one, which is then fetched.

const list = document.querySelector("ol.runs");
const said = document.querySelector("[data-connection]");
const figures = new Intl.NumberFormat("en", { maximumSignificantDigits: 4 });
const minute = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", year: "numeric", hour: "2-digit", minute: "2-digit", timeZone: "UTC" });
const AGAIN = 30000;
let fetching = 0;

const say = (text) => said && said.textContent !== text && (said.textContent = text);

// As FederationsPage.Run.points.
function points(losses, committed, rounds) {
  const known = losses.filter((loss) => loss !== null);
  const least = Math.min(...known);
  const most = Math.max(...known);
  const share = rounds < 2 ? 1 : Math.max(0, Math.min(1, (committed - 1) / (rounds - 1)));
  const step = losses.length < 2 ? 0 : (156 * share) / (losses.length - 1);
  return losses
    .map((loss, i) => (loss === null ? "" : `${(2 + i * step).toFixed(1)},${(3 + (most > least ? (most - loss) / (most - least) : 0.5) * 34).toFixed(1)}`))
    .filter(Boolean)
    .join(" ");
}

function show(row, run) {
  const at = (what) => row.querySelector(what);
  const losses = run.losses.elbo_validation;
  at("progress").value = run.committed;
  at("[data-status]").textContent = run.status;
  at("[data-sites]").textContent = (run.sites === 1 ? "1 site" : run.sites + " sites") + (run.site_names.length ? ": " + run.site_names.join(", ") : "");
  at("[data-updated]").textContent = minute.format(new Date(run.updated_at)) + " UTC";
  at("[data-updated]").dateTime = run.updated_at;
  at("polyline").setAttribute("points", points(losses, run.committed, run.rounds));
  at("[data-loss]").textContent = figures.format(losses.findLast((loss) => loss !== null) ?? NaN);
  at(".loss").hidden = losses.every((loss) => loss === null);
}

function renew() {
  fetching ||= setTimeout(async () => {
    try {
      const reply = await fetch(location.href, { headers: { Accept: "text/html" } });
      const page = new DOMParser().parseFromString(await reply.text(), "text/html");
      const fresh = page.querySelector("ol.runs");
      if (reply.ok && fresh) {
        list.replaceChildren(...fresh.children);
        document.querySelector("[data-none]")?.remove();
      }
    } catch {
      // The line is down; the list comes with the next change.
    }
    fetching = 0;
  }, 200);
}

function listen(after) {
  const source = new EventSource("/api/federations/events?after=" + after);
  source.addEventListener("open", () => say("Live: this page follows the runs."));
  source.addEventListener("run", (event) => {
    const run = JSON.parse(event.data);
    after = event.lastEventId;
    const row = [...list.children].find((one) => one.dataset.run === run.federation + "/" + run.run);
    if (row && row.dataset.state === run.state.toLowerCase()) {
      show(row, run);
    } else {
      renew();
    }
  });
  source.addEventListener("error", () => {
    say("The connection is lost; trying again.");
    if (source.readyState === EventSource.CLOSED) {
      setTimeout(() => listen(after), AGAIN);
    }
  });
}

if (list) {
  listen(list.dataset.after);
}
