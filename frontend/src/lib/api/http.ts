/** Asking the server: one kind of answer, two kinds of error. */

/** The server said no, and why (RFC 9457). */
export class Refusal extends Error {
  constructor(
    readonly status: number,
    readonly detail: string,
    readonly mend: string | null,
    /** What a page can do about it, in one word; null where nothing in particular. */
    readonly code: string | null = null,
  ) {
    super(detail);
  }
}

/** The server could not be reached at all. */
export class Unreachable extends Error {}

export async function ask(path: string, init?: RequestInit): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(path, init);
  } catch (cause) {
    if (cause instanceof DOMException && cause.name === "AbortError") throw cause;
    throw new Unreachable(path, { cause });
  }
  if (!response.ok) throw await refusal(response);
  return response;
}

async function refusal(response: Response): Promise<Refusal> {
  const problem: unknown = await response.json().catch(() => null);
  const said = (name: string): string | null => {
    const value = typeof problem === "object" && problem !== null ? Reflect.get(problem, name) : null;
    return typeof value === "string" && value !== "" ? value : null;
  };
  const detail = said("detail") ?? said("title") ?? response.statusText;
  return new Refusal(response.status, detail, said("mend"), said("code"));
}

export async function read<T>(path: string, signal?: AbortSignal): Promise<T> {
  return (await (await ask(path, { signal })).json()) as T;
}

export async function send(method: string, path: string, body?: unknown): Promise<Response> {
  return ask(path, {
    method,
    headers: body === undefined ? {} : { "content-type": "application/json" },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
}

/** WebSocket address of a path on this server. */
export function socketUrl(path: string, query: Record<string, string>): string {
  const url = new URL(path, location.href);
  url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
  url.search = new URLSearchParams(query).toString();
  return url.href;
}
