// Photos of a telephone are made smaller before they are sent or kept: many lines are slow. Whatever cannot be made smaller
// goes as it is; the server looks at everything in any case.

const QUALITY = 0.85;
const SMALL_ENOUGH = 700_000;

export async function smaller(file, longest) {
  if (!file.type.startsWith('image/') || file.size <= SMALL_ENOUGH) return file;
  const picture = await createImageBitmap(file, { imageOrientation: 'from-image' });
  const scale = Math.min(1, longest / Math.max(picture.width, picture.height));
  const paper = document.createElement('canvas');
  paper.width = Math.round(picture.width * scale);
  paper.height = Math.round(picture.height * scale);
  paper.getContext('2d').drawImage(picture, 0, 0, paper.width, paper.height);
  picture.close();
  const made = await new Promise((take) => { paper.toBlob(take, 'image/jpeg', QUALITY); });
  if (!made || made.size >= file.size) return file;
  return new File([made], `${file.name.replace(/\.[^.]*$/, '') || 'photo'}.jpg`, { type: 'image/jpeg' });
}
