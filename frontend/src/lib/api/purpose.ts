/**
 * What somebody said they look at a camera for. It goes with everything that is asked of that camera, and is
 * kept for as long as the page is open: each camera is asked about anew, with the last answer proposed.
 */
const said = new Map<string, string>();
let latest = "";

export function say(camera: string, purpose: string): void {
  latest = purpose;
  if (purpose) said.set(camera, purpose);
  else said.delete(camera);
}

export const purposeOf = (camera: string): string => said.get(camera) ?? "";
export const latestPurpose = (): string => latest;

/** The query of a request about a camera, with what it is for. */
export function purposed(camera: string, query: Record<string, string>): Record<string, string> {
  const purpose = purposeOf(camera);
  return purpose ? { ...query, purpose } : query;
}
