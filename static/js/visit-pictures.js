// Photos of a visit: made smaller on the phone, kept there, shown as thumbnails, taken away again.
window.visitPictures = ({ visit, list, words, changed }) => {
  const store = window.visitStore;
  const LONGEST = 2560;
  const SMALL = 160;

  // Drawn on the phone at a size that a slow line carries; what cannot be read here goes as it is.
  const drawn = async (blob, longest, write) => {
    const image = await createImageBitmap(blob);
    const share = Math.min(1, longest / Math.max(image.width, image.height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.max(1, Math.round(image.width * share));
    canvas.height = Math.max(1, Math.round(image.height * share));
    canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
    return write(canvas);
  };
  const smaller = async (file) => {
    try {
      const made = await drawn(file, LONGEST, (canvas) => new Promise((done) => { canvas.toBlob(done, "image/jpeg", 0.85); }));
      return made && made.size < file.size ? made : file;
    } catch {
      return file;
    }
  };

  const thumbnail = async (picture, number) => {
    const item = document.createElement("li");
    const image = document.createElement("img");
    image.alt = words.photo.replace("{number}", number);
    try {
      image.src = await drawn(picture.blob, SMALL, (canvas) => canvas.toDataURL("image/jpeg", 0.8));
    } catch {
      image.src = "data:,";
    }
    const remove = document.createElement("button");
    remove.type = "button";
    remove.textContent = "×";
    remove.setAttribute("aria-label", words.remove.replace("{number}", number));
    remove.addEventListener("click", async () => {
      await store.dropPicture(visit, picture.key);
      await show();
    });
    item.append(image, remove);
    return item;
  };

  const photos = async () => (await store.pictures(visit)).filter((picture) => picture.kind === "photo");
  const show = async () => {
    const found = await photos();
    list.replaceChildren(...await Promise.all(found.map((picture, place) => thumbnail(picture, place + 1))));
    changed(found.length);
  };
  const add = async (files) => {
    for (const file of files) {
      const blob = await smaller(file);
      await store.keepPicture({ visit, key: `photo-${store.newKey()}`, kind: "photo", name: file.name, blob, sent: false, at: Date.now() });
    }
    await show();
  };
  const sign = async (blob) => {
    for (const picture of await store.pictures(visit)) {
      if (picture.kind === "signature") await store.dropPicture(visit, picture.key);
    }
    if (blob) {
      await store.keepPicture({ visit, key: `signature-${store.newKey()}`, kind: "signature", name: "signature.png", blob, sent: false, at: Date.now() });
    }
  };
  return { show, add, sign, photos, signature: async () => (await store.pictures(visit)).find((one) => one.kind === "signature") };
};
