// Signing with finger, pen or mouse: the drawing travels as a picture in the form. Without scripts the name suffices.
(() => {
  const READING = 1000; // ms
  for (const form of document.querySelectorAll("form[data-signing]")) {
    const pad = form.querySelector("[data-pad]");
    const field = form.querySelector("[data-drawing]");
    const pen = pad.getContext("2d");
    let drawn = false;
    let last = null;
    let told; // when it was said that the signature is missing

    const fit = () => {
      const scale = window.devicePixelRatio || 1;
      pad.width = Math.round(pad.clientWidth * scale);
      pad.height = Math.round(pad.clientHeight * scale);
      pen.scale(scale, scale);
      pen.lineWidth = 2.2;
      pen.lineCap = pen.lineJoin = "round";
      pen.strokeStyle = "#111827";
      drawn = false;
      told = undefined;
    };

    const place = (event) => {
      const box = pad.getBoundingClientRect();
      return { x: event.clientX - box.left, y: event.clientY - box.top };
    };

    pad.addEventListener("pointerdown", (event) => {
      pad.setPointerCapture(event.pointerId);
      last = place(event);
      event.preventDefault();
    });
    pad.addEventListener("pointermove", (event) => {
      if (!last) return;
      const here = place(event);
      pen.beginPath();
      pen.moveTo(last.x, last.y);
      pen.lineTo(here.x, here.y);
      pen.stroke();
      last = here;
      drawn = true;
      form.querySelector("[data-unsigned]")?.setAttribute("hidden", "");
    });
    for (const name of ["pointerup", "pointercancel"]) pad.addEventListener(name, () => { last = null; });
    form.querySelector("[data-clear]").addEventListener("click", fit);
    form.addEventListener("submit", (event) => {
      if (form.dataset.sent) { event.preventDefault(); return; }
      // Who cannot draw orders with his name alone, but nobody by mistake: the first press tells him, and the second
      // half of a double click is no answer to what he was told.
      const unsigned = form.querySelector("[data-unsigned]");
      if (unsigned && !drawn && event.submitter?.name === "accept" && !(Date.now() - told > READING)) {
        event.preventDefault();
        if (unsigned.hidden) told = Date.now();
        unsigned.hidden = false;
        unsigned.scrollIntoView({ block: "nearest" });
        return;
      }
      form.dataset.sent = "yes";
      field.value = drawn ? pad.toDataURL("image/png") : "";
    });
    window.addEventListener("pageshow", () => { delete form.dataset.sent; });
    fit();
  }
})();
