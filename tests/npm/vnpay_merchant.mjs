// An independent merchant (npm vnpay) pays, is notified, asks and gives back at the played VNPAY.
import { spawn } from "node:child_process";
import { createHmac } from "node:crypto";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import net from "node:net";
import { createInterface } from "node:readline";
import { VNPay, dateFormat, getDateInGMT7 } from "vnpay";

let passed = 0;
let failed = 0;
function check(name, good, seen) {
  if (good) passed += 1;
  else {
    failed += 1;
    console.log(`FAILED ${name}`, seen === undefined ? "" : JSON.stringify(seen)?.slice(0, 600));
  }
}

// The library knows the provider's public sandbox: nothing but loopback may be called from here.
const outside = [];
const connect = net.Socket.prototype.connect;
net.Socket.prototype.connect = function (...given) {
  const options = Array.isArray(given[0]) ? given[0][0] : given[0];
  const host = typeof options === "object" ? options.host : given[1];
  if (host !== undefined && host !== "127.0.0.1" && host !== "localhost") {
    outside.push(host);
    throw new Error(`call outside loopback: ${host}`);
  }
  return connect.apply(this, given);
};
process.env.TZ = "Asia/Ho_Chi_Minh";

const tmnCode = "TESTTMN1";
const secureSecret = "SYNTHETICSECRET0123456789ABCDEF0";

// ---- the merchant's own server: IPN and the browser's return ----
const orders = new Map(); // reference -> { amount, state }
const ipns = [];
let answerWith; // overrides the answer once
const merchant = createServer((request, response) => {
  const url = new URL(request.url, "http://127.0.0.1");
  const query = Object.fromEntries(url.searchParams);
  const result = library.verifyIpnCall({ ...query });
  ipns.push({ query, result });
  const order = orders.get(query.vnp_TxnRef);
  let said = { RspCode: "00", Message: "Confirm Success" };
  if (!result.isVerified) said = { RspCode: "97", Message: "Fail checksum" };
  else if (!order) said = { RspCode: "01", Message: "Order not found" };
  else if (order.amount !== result.vnp_Amount) said = { RspCode: "04", Message: "Invalid amount" };
  else if (order.state) said = { RspCode: "02", Message: "Order already confirmed" };
  else order.state = result.isSuccess ? "paid" : "failed";
  if (answerWith) [said, answerWith] = [answerWith, undefined];
  response.setHeader("Content-Type", "application/json");
  response.end(JSON.stringify(said));
});
await new Promise((done) => merchant.listen(0, "127.0.0.1", done));

const stand = spawn(process.argv[2], [String(merchant.address().port)], { stdio: ["pipe", "pipe", "inherit"] });
const port = await new Promise((done, fail) => {
  createInterface({ input: stand.stdout }).once("line", done);
  stand.once("exit", () => fail(new Error("the simulator ended")));
});
const host = `http://127.0.0.1:${port}`;
const library = new VNPay({ tmnCode, secureSecret, vnpayHost: host, queryDrAndRefundHost: host, testMode: false });

const post = (path, body) => fetch(host + path, { method: "POST", body: JSON.stringify(body) }).then((r) => r.json());
const state = (reference) => fetch(`${host}/sim/state/payments/${reference}`).then((r) => r.json());
const fault = (name, more = {}) => post("/sim/faults", { switch: `vnpay.${name}`, count: 1, ...more });
async function until(test) {
  const end = Date.now() + 10_000;
  while (Date.now() < end) {
    if (await test()) return true;
    await new Promise((done) => setTimeout(done, 10));
  }
  return false;
}
const stamp = (minutes) => dateFormat(getDateInGMT7(new Date(Date.now() + minutes * 60_000 + new Date().getTimezoneOffset() * 60_000)));
let requests = 0;
const requestId = () => `LTQ${String((requests += 1)).padStart(10, "0")}`;

let references = 0;
async function open(amount = 16000, changes = {}) {
  const reference = `LT26005PAY${String((references += 1)).padStart(5, "0")}`;
  orders.set(reference, { amount });
  const created = stamp(0);
  const url = library.buildPaymentUrl({
    vnp_Amount: amount,
    vnp_IpAddr: "127.0.0.1",
    vnp_TxnRef: reference,
    vnp_OrderInfo: "Le phi ho so (mau) *2* ~ 100%: A&B=C + 'x'",
    vnp_ReturnUrl: `http://127.0.0.1:${merchant.address().port}/return?from=vnpay`,
    vnp_CreateDate: created,
    vnp_ExpireDate: stamp(15),
    ...changes,
  });
  const answer = await fetch(url, { headers: { Accept: "application/json" } });
  return { reference, created, url, answer, page: await answer.json() };
}
const press = (payment, action, code) => post(payment.page.page, { action, code });

// ---- banks ----
const banks = await library.getBankList();
check("bank list", banks.some((b) => b.bank_code === "NCB") && banks.every((b) => b.logo_link.startsWith(host)), banks);

// ---- the payment address ----
const paid = await open();
check("an address of the library opens a payment", paid.answer.status === 200 && paid.page.amount === 16000, paid.page);
const html = await (await fetch(paid.url)).text();
check("the page offers to pay and to cancel", html.includes('value="pay"') && html.includes('value="cancel"'));
const bad = await fetch(paid.url.replace("vnp_Amount=1600000", "vnp_Amount=1500000"), { redirect: "manual" });
check("a changed address is refused", bad.headers.get("location")?.endsWith("code=70"), bad.headers.get("location"));
const stranger = new VNPay({ tmnCode, secureSecret: "OTHER", vnpayHost: host, queryDrAndRefundHost: host });
const forged = await fetch(
  stranger.buildPaymentUrl({ vnp_Amount: 1000, vnp_IpAddr: "127.0.0.1", vnp_TxnRef: "X1", vnp_OrderInfo: "x", vnp_ReturnUrl: "http://127.0.0.1/return" }),
  { redirect: "manual" },
);
check("another secret is refused", forged.headers.get("location")?.endsWith("code=70"));

// ---- paid: IPN and return ----
const pressed = await press(paid, "pay");
const back = Object.fromEntries(new URL(pressed.return_url).searchParams);
delete back.from;
const returned = library.verifyReturnUrl(back);
check("the return address verifies", returned.isVerified && returned.isSuccess && returned.vnp_Amount === 16000, returned);
check("the IPN arrives and verifies", await until(() => orders.get(paid.reference).state === "paid"), ipns.at(-1));
check("the IPN is confirmed", await until(async () => (await state(paid.reference)).notices_acknowledged === 1));

// ---- other ends ----
for (const [action, code, response] of [
  ["cancel", "", "24"],
  ["expire", "", "11"],
  ["fail", "51", "51"],
  ["suspect", "", "07"],
]) {
  const payment = await open();
  await press(payment, action, code);
  check(`${action}: the IPN says ${response}`, await until(() => ipns.at(-1)?.query.vnp_TxnRef === payment.reference) && ipns.at(-1).query.vnp_ResponseCode === response, ipns.at(-1));
  check(`${action}: the library does not take it for paid`, ipns.at(-1).result.isVerified && !ipns.at(-1).result.isSuccess);
}

// ---- wrong notices, and repeats on the moved clock ----
await fault("ipn_bad_hash");
const wrong = await open();
await press(wrong, "pay");
check("a wrong hash is noticed", await until(async () => (await state(wrong.reference)).answers["97"] === 1));
check("and the payment is not booked", orders.get(wrong.reference).state === undefined);
await post("/sim/clock", { advance_ms: 5 * 60_000 });
check("five minutes later the IPN comes again", await until(() => orders.get(wrong.reference).state === "paid"));
answerWith = { RspCode: "99", Message: "Unknown error" };
const again = await open();
await press(again, "pay");
check("an answer 99 is no confirmation", await until(async () => (await state(again.reference)).answers["99"] === 1));
await post("/sim/clock", { advance_ms: 5 * 60_000 });
check("the repeat is answered 02 and that ends it", await until(async () => (await state(again.reference)).answers["02"] === 1));
await fault("ipn_wrong_amount");
const dear = await open();
await press(dear, "pay");
check("another amount is answered 04", await until(async () => (await state(dear.reference)).answers["04"] === 1));
await post("/sim/clock", { mode: "real" });

// ---- querydr ----
const ask = (payment, changes = {}) =>
  library.queryDr({
    vnp_RequestId: requestId(),
    vnp_IpAddr: "127.0.0.1",
    vnp_TxnRef: payment.reference,
    vnp_TransactionNo: 0,
    vnp_OrderInfo: `Truy van ${payment.reference}`,
    vnp_TransactionDate: payment.created,
    vnp_CreateDate: stamp(0),
    ...changes,
  });
const fresh = await open();
const before = await ask(fresh);
check("querydr: an open payment has status 01", before.isVerified && before.vnp_TransactionStatus === "01", before);
await press(fresh, "pay");
const after = await ask(fresh);
check("querydr: a paid one has status 00", after.isVerified && after.isSuccess && after.vnp_TransactionStatus === "00", after);
check("querydr: the amount is × 100", Number(after.vnp_Amount) === 1_600_000, after);
const same = requestId();
await ask(fresh, { vnp_RequestId: same });
check("querydr: a repeated request id is refused", (await ask(fresh, { vnp_RequestId: same })).vnp_ResponseCode === "94");
check("querydr: an unknown reference", (await ask({ ...fresh, reference: "LT26005KH0NGC0X" })).vnp_ResponseCode === "91");
await fault("query_bad_hash");
check("querydr: a wrong signature is noticed by the library", !(await ask(fresh)).isVerified);
const liar = new VNPay({ tmnCode, secureSecret: "OTHER", vnpayHost: host, queryDrAndRefundHost: host });
const refused = await liar.queryDr({ vnp_RequestId: requestId(), vnp_IpAddr: "127.0.0.1", vnp_TxnRef: fresh.reference, vnp_OrderInfo: "x", vnp_TransactionDate: fresh.created, vnp_CreateDate: stamp(0) });
check("querydr: a wrong checksum is refused", refused.vnp_ResponseCode === "97", refused);
await fault("bad_gateway", { switch: "*.bad_gateway" });
check("querydr: a 502 is an error", await ask(fresh).then(() => false, () => true));

// ---- refund ----
// The library divides the amount by 100 before it verifies; so the answer is verified here.
const order = "ResponseId Command ResponseCode Message TmnCode TxnRef Amount BankCode PayDate TransactionNo TransactionType TransactionStatus OrderInfo".split(" ");
const good = (reply) =>
  createHmac("sha512", secureSecret).update(order.map((name) => reply[`vnp_${name}`] ?? "").join("|")).digest("hex") === reply.vnp_SecureHash;
const sent = fetch;
let last;
globalThis.fetch = async (...given) => {
  const answer = await sent(...given);
  if (String(given[0]).endsWith("/transaction")) last = await answer.clone().json().catch(() => undefined);
  return answer;
};
const give = (payment, type, amount) =>
  library.refund({
    vnp_RequestId: requestId(),
    vnp_TransactionType: type,
    vnp_TxnRef: payment.reference,
    vnp_Amount: amount,
    vnp_TransactionDate: payment.created,
    vnp_TransactionNo: 0,
    vnp_CreateBy: "canbo01",
    vnp_CreateDate: stamp(0),
    vnp_IpAddr: "127.0.0.1",
    vnp_OrderInfo: `Hoan phi ${payment.reference}`,
  });
const over = await give(fresh, "03", 17000);
check("refund: above the payment is refused", over.vnp_ResponseCode === "02", over);
const part = await give(fresh, "03", 6000);
check("refund: a part is accepted", part.isSuccess && last.vnp_TransactionStatus === "05", last);
check("refund: the answer is signed over the × 100 amount", good(last) && last.vnp_Amount === "600000", last);
check("refund: one at a time", (await give(fresh, "03", 1000)).vnp_ResponseCode === "94");
check("refund: under way", (await ask(fresh)).vnp_TransactionStatus === "05");
await post("/sim/clock", { advance_ms: 30 * 60_000 });
check("refund: sent to the bank", (await ask(fresh)).vnp_TransactionStatus === "06");
await post("/sim/clock", { mode: "real" });
const unpaid = await open();
check("refund: nothing was paid", (await give(unpaid, "02", 16000)).vnp_ResponseCode === "95");
const vectors = JSON.parse(readFileSync("tests/vectors/vnpay.json")).vectors;
const reply = vectors.find((v) => v.id === "refund-reply");
check("refund: the vector verifies by the same rule", good({ ...reply.input, vnp_SecureHash: reply.expected }));

check("nothing was called outside loopback", outside.length === 0, outside);
console.log(`${passed} passed, ${failed} failed`);
stand.stdin.end();
merchant.close();
merchant.closeAllConnections();
process.exitCode = failed > 0 ? 1 : 0;
