// What every peer needs around its queue: the door for dossiers, the call to the partner, one question for the bench.
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { createServer as createTlsServer } from "node:https";
import { Pool } from "undici";
import { packet } from "./map.mjs";

/** port, control, partner, store, certificates, rate, calls; the roles of this process. */
export const settings = JSON.parse(process.argv[2]);
export const roles = process.argv.slice(3);
export const done = "done", again = "again", refused = "refused";

function answer(response, status, body) {
  const text = JSON.stringify(body);
  response.writeHead(status, { "Content-Type": "application/json", "Content-Length": Buffer.byteLength(text) });
  response.end(text);
}

/** `accept(code, text)` keeps the dossier durably; only then the caller hears yes. */
export function open(accept) {
  const tls = { key: readFileSync(`${settings.certificates}/server.key`), cert: readFileSync(`${settings.certificates}/server.pem`) };
  const server = createTlsServer(tls, (request, response) => {
    const parts = [];
    request.on("data", (part) => parts.push(part));
    request.on("end", async () => {
      if (request.headers.authorization !== "Bearer bench") return answer(response, 401, {});
      try {
        const text = Buffer.concat(parts).toString("utf8");
        const { code } = JSON.parse(text);
        if (typeof code !== "string") return answer(response, 422, {});
        await accept(code, text);
        answer(response, 201, { code });
      } catch (error) {
        answer(response, 503, { error: String(error) });
      }
    });
  });
  server.keepAliveTimeout = 0;
  server.listen({ port: settings.port, host: "127.0.0.1", backlog: 1024 });
}

/** `waiting()` counts what is not finished; the bench asks when it believes that all is. */
export function tell(waiting) {
  createServer(async (request, response) => {
    try {
      answer(response, 200, { waiting: await waiting() });
    } catch (error) {
      answer(response, 503, { error: String(error) });
    }
  }).listen(settings.control, "127.0.0.1");
}

let allowed = 0, counted = Date.now();
/** The partner's contract limit, for peers that have none of their own: a bucket of a tenth of a second. */
export async function slot() {
  while (settings.rate > 0) {
    const now = Date.now();
    allowed = Math.min(allowed + ((now - counted) / 1000) * settings.rate, Math.max(1, settings.rate / 10));
    counted = now;
    if (allowed >= 1) {
      allowed -= 1;
      return;
    }
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

const pool = new Pool(settings.partner, { connections: settings.calls, pipelining: 1, headersTimeout: 10_000, bodyTimeout: 10_000 });

/** Maps and sends one dossier; says what became of it. */
export async function deliver(text) {
  try {
    const call = {
      path: "/XrdAdapter/RestService/forward/mapi/g?dstcode=VN:GOV:000.00.00.G22:vpcpdvcprovider", method: "POST",
      headers: { "content-type": "application/json", accept: "application/json" }, body: packet(text),
    };
    const { statusCode, body } = await pool.request(call);
    const said = await body.json();
    if (statusCode !== 200) return again;
    return said.error_code === "0" ? done : refused;
  } catch {
    return again;
  }
}

process.on("SIGTERM", () => process.exit(0));
