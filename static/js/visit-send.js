// Sends what the phone keeps: pictures one by one, then the report. Each has a key made on the phone, so that a second
// try counts once. Answers: {state: "done" | "later" | "refused" | "closed", …}.
window.visitSender = ({ visit, address, pictures, progress }) => {
  const store = window.visitStore;
  const FINAL = new Set([200, 403, 404, 409, 410, 413, 422]);

  const post = async (url, body) => {
    let response;
    try {
      response = await fetch(url, { method: "POST", body, headers: { Accept: "application/json" }, redirect: "manual" });
    } catch {
      return { state: "later" };
    }
    if (!FINAL.has(response.status)) return { state: "later" };
    const said = response.headers.get("Content-Type")?.includes("json") ? await response.json() : {};
    if (response.status === 200) return { state: "done", said };
    return { state: [403, 404, 410].includes(response.status) ? "closed" : "refused", status: response.status, said };
  };

  const sendPictures = async () => {
    const all = await store.pictures(visit);
    for (const [place, picture] of all.entries()) {
      progress(place, all.length);
      if (picture.sent) continue;
      const body = new FormData();
      body.set("key", picture.key);
      body.set("kind", picture.kind);
      body.set("picture", picture.blob, picture.name || "photo.jpg");
      const answer = await post(pictures, body);
      if (answer.state !== "done") {
        // A report that is in already needs no more pictures: the report itself says so.
        if (answer.said?.code === "visit_closed") return { state: "done" };
        return answer;
      }
      // Taken away meanwhile: then it is not wanted any more.
      const still = (await store.pictures(visit)).some((one) => one.key === picture.key);
      if (still) await store.keepPicture({ ...picture, sent: true });
    }
    progress(all.length, all.length);
    return { state: "done" };
  };

  const sendReport = async (draft) => {
    const body = new FormData();
    for (const [name, value] of Object.entries(draft.values)) if (value !== "" && value !== false) body.set(name, value === true ? "on" : value);
    body.set("key", draft.submission);
    const isPaper = draft.values.signed_on_paper === true;
    for (const picture of await store.pictures(visit)) {
      const isWanted = picture.kind === "photo" || (draft.values.outcome !== "none" && !isPaper);
      if (isWanted) body.append("sent_ahead", picture.key);
    }
    return post(address, body);
  };

  const whole = async (draft) => {
    for (let turn = 0; turn < 3; turn += 1) {
      const ahead = await sendPictures();
      if (ahead.state !== "done") return ahead;
      const answer = await sendReport(draft);
      const missing = answer.said?.missing || [];
      if (answer.state !== "refused" || missing.length === 0) return answer;
      for (const picture of await store.pictures(visit)) {
        if (missing.includes(picture.key)) await store.keepPicture({ ...picture, sent: false });
      }
    }
    return { state: "later" };
  };

  // One tab at a time sends; the other one then finds everything sent.
  const alone = (work) => (navigator.locks ? navigator.locks.request(`visit:${visit}`, work) : work());
  return { ahead: () => alone(sendPictures), report: (draft) => alone(() => whole(draft)) };
};
