// A payment receiver as a team would write it: Express verifies the notice, one PostgreSQL transaction keeps it and books it.
import express from "express";
import pg from "pg";
import { createHmac, timingSafeEqual } from "node:crypto";
import { readFileSync } from "node:fs";
import { createServer } from "node:https";

const [database, certificates, secret] = process.argv.slice(2);
const pool = new pg.Pool({ connectionString: database, max: 16 });

/** Over the parameters as they came, which VNPAY sends sorted and form-encoded. */
function verified(query) {
  const at = query.lastIndexOf("&vnp_SecureHash=");
  if (at < 0) return false;
  const said = Buffer.from(query.slice(at + 16), "hex");
  const own = createHmac("sha512", secret).update(query.slice(0, at)).digest();
  return said.length === own.length && timingSafeEqual(said, own);
}

const insert = {
  name: "insert",
  text: "INSERT INTO inbox (digest, reference, raw) VALUES (sha256(convert_to($2, 'UTF8')), $1, $2) ON CONFLICT DO NOTHING",
};
const update = {
  name: "update",
  text: "UPDATE payments SET state = 'paid', transaction_no = $2, paid_at = now() WHERE reference = $1 AND amount = $3 AND state = 'pending'",
};

async function book(raw, fields) {
  const client = await pool.connect();
  try {
    await client.query("BEGIN");
    const first = await client.query({ ...insert, values: [fields.vnp_TxnRef, raw] });
    const done = await client.query({ ...update, values: [fields.vnp_TxnRef, fields.vnp_TransactionNo, Number(fields.vnp_Amount) / 100] });
    await client.query("COMMIT");
    return first.rowCount === 1 && done.rowCount === 1;
  } catch (error) {
    await client.query("ROLLBACK");
    throw error;
  } finally {
    client.release();
  }
}

const app = express();
app.disable("x-powered-by");
app.disable("etag");
app.get("/v1/ipn/vnpay", async (request, response) => {
  const raw = request.url.slice(request.url.indexOf("?") + 1);
  if (!verified(raw)) return response.json({ RspCode: "97", Message: "Fail checksum" });
  const fields = request.query;
  if (fields.vnp_ResponseCode !== "00" || fields.vnp_TransactionStatus !== "00") return response.json({ RspCode: "99", Message: "Unknown error" });
  const booked = await book(raw, fields);
  return response.json(booked ? { RspCode: "00", Message: "Confirm Success" } : { RspCode: "02", Message: "Order already confirmed" });
});

await pool.query("SELECT 1");
const key = readFileSync(`${certificates}/server.key`);
const cert = readFileSync(`${certificates}/server.pem`);
const server = createServer({ key, cert, keepAlive: true }, app);
server.listen(0, "127.0.0.1", () => console.log(server.address().port));
process.on("SIGTERM", () => process.exit(0));
