/** A photo as it is sent: made smaller and drawn anew, so that nothing but the picture is left of the file. */

export const LONGEST_PX = 1600;
const QUALITIES = [0.82, 0.7, 0.55];
export const MOST_BYTES = 900_000;

/** The size that fits within `longest`, never larger than the picture. */
export function fitted(
  width: number,
  height: number,
  longest = LONGEST_PX,
): { width: number; height: number } {
  const scale = Math.min(1, longest / Math.max(width, height, 1));
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
}

/** Draw a photo anew as a JPEG of at most `MOST_BYTES`; throws where the browser cannot read it. */
export async function preparePhoto(file: File): Promise<Blob> {
  const picture = await createImageBitmap(file, { imageOrientation: "from-image" });
  try {
    const size = fitted(picture.width, picture.height);
    const canvas = document.createElement("canvas");
    canvas.width = size.width;
    canvas.height = size.height;
    const context = canvas.getContext("2d");
    if (!context) throw new Error("this browser cannot draw");
    context.fillStyle = "#fff";
    context.fillRect(0, 0, size.width, size.height);
    context.drawImage(picture, 0, 0, size.width, size.height);
    let jpeg: Blob | null = null;
    for (const quality of QUALITIES) {
      jpeg = await new Promise<Blob | null>((done) => canvas.toBlob(done, "image/jpeg", quality));
      if (jpeg && jpeg.size <= MOST_BYTES) return jpeg;
    }
    if (!jpeg) throw new Error("the photo could not be drawn");
    return jpeg;
  } finally {
    picture.close();
  }
}
