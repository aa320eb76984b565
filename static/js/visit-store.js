// What a crew types, kept on the phone: one draft per visit and its pictures, until the report is in.
window.visitStore = (() => {
  const open = () => new Promise((resolve, reject) => {
    const request = window.indexedDB.open("hypercrm-visits", 1);
    request.onupgradeneeded = () => {
      request.result.createObjectStore("drafts", { keyPath: "visit" });
      request.result.createObjectStore("pictures", { keyPath: ["visit", "key"] });
    };
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  let base;
  const ready = () => { base ??= open(); return base; };

  const run = async (name, mode, work) => {
    const database = await ready();
    return new Promise((resolve, reject) => {
      const turn = database.transaction(name, mode);
      const asked = work(turn.objectStore(name));
      turn.oncomplete = () => resolve(asked?.result);
      turn.onerror = () => reject(turn.error);
      turn.onabort = () => reject(turn.error);
    });
  };

  const ofVisit = (visit) => window.IDBKeyRange.bound([visit, ""], [visit, "\uffff"]);
  return {
    draft: (visit) => run("drafts", "readonly", (store) => store.get(visit)),
    keep: (draft) => run("drafts", "readwrite", (store) => store.put(draft)),
    pictures: async (visit) => {
      const found = await run("pictures", "readonly", (store) => store.getAll(ofVisit(visit)));
      return found.sort((one, other) => one.at - other.at);
    },
    keepPicture: (picture) => run("pictures", "readwrite", (store) => store.put(picture)),
    dropPicture: (visit, key) => run("pictures", "readwrite", (store) => store.delete([visit, key])),
    forget: async (visit) => {
      await run("pictures", "readwrite", (store) => store.delete(ofVisit(visit)));
      await run("drafts", "readwrite", (store) => store.delete(visit));
    },
  };
})();

window.visitStore.newKey = () => {
  const bytes = window.crypto.getRandomValues(new Uint8Array(16));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
};
