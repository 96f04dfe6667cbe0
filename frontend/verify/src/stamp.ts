/** A time stamp (RFC 3161): which digest it is over, and when. Who made it is not judged here. */

import { at, identifier, time, values } from "./der";

const SHA256 = "2.16.840.1.101.3.4.2.1";

export interface Stamp {
  digest: Uint8Array;
  at: number;
}

/** Read a TimeStampResp; throws where it is none. */
export function readStamp(data: Uint8Array): Stamp {
  const status = at(data, 0, 0, 0).content[0] ?? 9;
  if (status > 1) throw new Error("the server refused");
  const token = at(data, 0, 1, 1, 0).content; // ContentInfo's content: SignedData
  const information = at(token, 2, 1, 0).content; // encapContentInfo's content: TSTInfo
  const fields = values(at(information, 0).content);
  const [, , imprint, , moment] = fields;
  if (!imprint || !moment) throw new Error("a field is missing");
  if (identifier(at(imprint.content, 0, 0).content) !== SHA256) throw new Error("another kind of hash");
  return { digest: at(imprint.content, 1).content, at: time(moment) };
}
