/** A photo that somebody has chosen to send, drawn anew on this device. */
import { preparePhoto } from "./photo";

export class ChosenPhoto {
  photo = $state.raw<{ jpeg: Blob; url: string } | null>(null);
  photoState = $state<"none" | "preparing" | "bad">("none");

  async takePhoto(file: File): Promise<void> {
    this.dropPhoto();
    this.photoState = "preparing";
    try {
      const jpeg = await preparePhoto(file);
      this.photo = { jpeg, url: URL.createObjectURL(jpeg) };
      this.photoState = "none";
    } catch {
      this.photoState = "bad";
    }
  }

  dropPhoto(): void {
    if (this.photo) URL.revokeObjectURL(this.photo.url);
    this.photo = null;
    this.photoState = "none";
  }
}
