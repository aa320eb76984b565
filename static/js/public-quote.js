// The client's page of a quote: the sums follow the options that he ticks. Without scripts a button works them out.
(() => {
  const form = document.getElementById("accept-form");
  const boxes = document.querySelectorAll("input[name=option]");
  if (!form || !boxes.length) return;
  document.querySelector("[name=work_out]").hidden = true;
  let asked = 0;

  const count = async () => {
    const mine = ++asked;
    const data = new FormData(form);
    data.set("work_out", "1");
    const answer = await fetch(window.location.href, { method: "POST", body: data });
    if (!answer.ok || mine !== asked) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    for (const part of document.querySelectorAll("[data-sum]")) {
      const fresh = page.querySelector(`[data-sum="${part.dataset.sum}"]`);
      if (fresh) part.replaceWith(document.adoptNode(fresh));
    }
  };
  // Where the line is lost the old sums stay: the server takes no other sum than the one that was seen.
  for (const box of boxes) box.addEventListener("change", () => count().catch(() => {}));
})();
