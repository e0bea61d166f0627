// An independent SOAP client (npm soap) made from the simulator's WSDL talks to both doors.
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { createInterface } from "node:readline";
import soap from "soap";

let passed = 0;
let failed = 0;
function check(name, good, seen) {
  if (good) passed += 1;
  else {
    failed += 1;
    console.log(`FAILED ${name}`, seen === undefined ? "" : JSON.stringify(seen)?.slice(0, 600));
  }
}

const stand = spawn(process.argv[2], [], { stdio: ["pipe", "pipe", "inherit"] });
const port = await new Promise((done, fail) => {
  createInterface({ input: stand.stdout }).once("line", done);
  stand.once("exit", () => fail(new Error("the simulator ended")));
});
const base = `http://127.0.0.1:${port}`;

let counter = 0;
const freshId = () => `LT${String((counter += 1)).padStart(26, "0")}`;
const question = (changes = {}) => {
  const all = {
    MaYeuCau: freshId(),
    MaDVC: "1.001193",
    MaTichHop: "037",
    MaCanBo: "020090000009",
    MaDonVi: "H37.14",
    TaiKhoan: "canbo.mau",
    SoDienThoai: "0100000009",
    SoDinhDanh: "020190000001",
    SoCMND: undefined,
    HoVaTen: "TRẦN THỊ MẪU",
    NgayThangNamSinh: { NgayThangNam: "19900115" },
    ...changes,
  };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
};

/** The time-stamped header of the exchange platform. */
function sign(url, at = Date.now(), secret = "SYNTHETIC-SECRET") {
  const hash = createHash("sha256").update(`${url}lienthong${at}${secret}`).digest("hex");
  return {
    Timestamp: String(at),
    Authorization: `Basic ${Buffer.from(`lienthong:${hash}`).toString("base64")}`,
    "X-Road-Client": "VN/GOV/H37/LIENTHONG",
    ApiKey: "SYNTHETIC-APIKEY",
  };
}

const url = `${base}/dancu`;
const client = await soap.createClientAsync(`${url}?wsdl`);
const call = (operation, args, headers = sign(url)) =>
  client[`${operation}Async`](args, {}, headers).then(
    ([result]) => ({ result }),
    (error) => ({ error, status: error.response?.status }),
  );
const faultOf = (answer) => String(answer.error?.root?.Envelope?.Body?.Fault?.faultcode ?? answer.error ?? "");

async function withFault(fault, work) {
  const post = { method: "POST", body: JSON.stringify(fault) };
  check(`switch ${fault.switch}`, (await fetch(`${base}/sim/faults`, post)).status === 201);
  await work();
  await fetch(`${base}/sim/faults`, { method: "DELETE" });
}

async function describes() {
  const operations = Object.keys(client.describe().DanCu.DanCuPort);
  for (const name of ["TraCuuThongTinCongDan", "CungCapThongTinCongDan", "XacThucThongTinCongDan", "CungCapThongTinHoGiaDinh"])
    check(`WSDL offers ${name}`, operations.includes(name), operations);
  check("WSDL offers no list", !operations.some((name) => name.includes("DanhSach")), operations);
}

async function looksUp() {
  for (const operation of ["TraCuuThongTinCongDan", "CungCapThongTinCongDan"]) {
    const { result, error } = await call(operation, question());
    const person = result?.CongDan?.[0];
    check(`${operation} finds one`, result?.attributes?.SoCongDan == 1, error?.message ?? result);
    check(`${operation} name`, person?.HoVaTen?.Ten === "TRẦN THỊ MẪU", person);
    check(`${operation} birth`, person?.NgayThangNamSinh?.NgayThangNam === "19900115", person);
    check(`${operation} father`, person?.Cha?.SoDinhDanh === "020060000010", person);
    check(`${operation} province`, person?.ThuongTru?.MaTinhThanh === "20", person);
  }
  const year = await call("TraCuuThongTinCongDan", question({ SoDinhDanh: "038190000000", NgayThangNamSinh: { Nam: "1990" } }));
  check("PD-5 year only", year.result?.CongDan?.[0]?.NgayThangNamSinh?.Nam === "1990", year.result);
  const nine = await call("TraCuuThongTinCongDan", question({ SoDinhDanh: undefined, SoCMND: "000000020", HoVaTen: "HOÀNG VĂN CŨ", NgayThangNamSinh: { Nam: "1955" } }));
  check("nine digits", nine.result?.CongDan?.[0]?.SoCMND === "000000020", nine.result);
  const nobody = await call("TraCuuThongTinCongDan", question({ NgayThangNamSinh: { Nam: "1991" } }));
  check("F-80 nobody is no fault", nobody.result?.attributes?.SoCongDan == 0 && !nobody.result.CongDan, nobody);
  const two = await call("TraCuuThongTinCongDan", question({ SoDinhDanh: "020080000017", HoVaTen: "NGUYỄN VĂN TRÙNG", NgayThangNamSinh: { NgayThangNam: "19800505" } }));
  check("F-92 two records", two.result?.CongDan?.length === 2, two.result);
}

async function confirms() {
  const yes = await call("XacThucThongTinCongDan", question());
  check("confirmed", String(yes.result?.TonTai) === "true", yes.result ?? yes.error?.message);
  const no = await call("XacThucThongTinCongDan", question({ HoVaTen: "TRẦN THỊ MẦU" }));
  check("not confirmed", String(no.result?.TonTai) === "false", no.result);
  const pair = await call("XacThucThongTinCongDan", question({ MaTichHop: "033", SoCMND: "000000002" }));
  check("PD-2 pair", String(pair.result?.TonTai) === "true", pair.result ?? pair.error?.message);
  const home = await call("CungCapThongTinHoGiaDinh", question({ MaTichHop: "034", SoDinhDanh: "020065000011", HoVaTen: "LÊ VĂN GIẢ", NgayThangNamSinh: { NgayThangNam: "19650302" } }));
  check("household of six", home.result?.CongDan?.length === 6, home.result ?? home.error?.message);
}

async function refuses() {
  const order = { ...question(), MaYeuCau: undefined };
  delete order.MaYeuCau;
  const fields = Object.entries({ ...order, MaYeuCau: freshId() }).filter(([name]) => name !== "NgayThangNamSinh");
  const xml = fields.map(([name, value]) => `<d:${name}>${value}</d:${name}>`).join("");
  const raw = `<d:TraCuuThongTinCongDan xmlns:d="http://dancuquocgia.bca">${xml}<d:NgayThangNamSinh><d:Nam>1990</d:Nam></d:NgayThangNamSinh></d:TraCuuThongTinCongDan>`;
  const swapped = await call("TraCuuThongTinCongDan", { _xml: raw });
  check("F-87 order", faultOf(swapped).includes("Client.Order"), faultOf(swapped));
  const long = await call("TraCuuThongTinCongDan", question({ MaDVC: "1.001193.000.00.00.H37" }));
  check("length", faultOf(long).includes("Client.Length"), faultOf(long));
  const officer = await call("TraCuuThongTinCongDan", question({ MaCanBo: "CB0008", MaDonVi: "H56.14" }));
  check("F-89 officer without number", officer.status === 403 && faultOf(officer).includes("Client.Officer"), faultOf(officer));
  const id = freshId();
  await call("TraCuuThongTinCongDan", question({ MaYeuCau: id }));
  const again = await call("TraCuuThongTinCongDan", question({ MaYeuCau: id, HoVaTen: "LÊ THỊ GIẢ" }));
  check("F-88 id used twice", faultOf(again).includes("Client.Duplicate"), faultOf(again));
  for (const [what, headers] of [
    ["wrong secret", sign(url, Date.now(), "OTHER")],
    ["hash of another address", sign(`${base}/other`)],
    ["F-96 six minutes old", sign(url, Date.now() - 360_000)],
    ["F-96 six minutes ahead", sign(url, Date.now() + 360_000)],
    ["wrong key", { ...sign(url), ApiKey: "x" }],
  ]) {
    const answer = await call("TraCuuThongTinCongDan", question(), headers);
    check(what, answer.status === 401, answer.status ?? answer.result);
  }
  const seconds = await call("TraCuuThongTinCongDan", question(), sign(url, Math.floor(Date.now() / 1000)));
  check("F-96 seconds are taken", seconds.result?.CongDan?.length === 1, seconds.error?.message);
}

async function misbehaves() {
  const ask = () => call("TraCuuThongTinCongDan", question());
  await withFault({ switch: "population.namespace", params: { form: "prefix" } }, async () => {
    const { result } = await ask();
    check("prefix instead of default namespace", result?.CongDan?.[0]?.HoVaTen?.Ten === "TRẦN THỊ MẪU", result);
  });
  await withFault({ switch: "population.soap_fault", params: { status: "200" } }, async () => {
    const answer = await ask();
    check("F-90 fault inside a 200", answer.error !== undefined && faultOf(answer).includes("Server"), answer.result);
  });
  await withFault({ switch: "*.html_200" }, async () => check("F-3 page", !(await ask()).result?.CongDan));
  await withFault({ switch: "*.empty_200" }, async () => check("F-4 empty", !(await ask()).result?.CongDan));
  await withFault({ switch: "*.reset" }, async () => check("reset", (await ask()).error !== undefined));
  await withFault({ switch: "population.external_entity" }, async () => {
    const answer = await ask();
    check("F-235 nothing of a file comes out", !JSON.stringify(answer.result ?? "").includes("root:"));
  });
}

async function olderProfile() {
  const access = Buffer.from(
    '{"AccessKey":"SYNTHACCESSKEY","SecretKey":"SYNTHSECRETKEY","AppName":"LIENTHONG","PartnerCode":"H56.14","PartnerCodeCus":"H56.14"}',
  ).toString("base64");
  const token = await fetch(`${base}/lgsp/token`, {
    method: "POST",
    headers: { Authorization: `Basic ${Buffer.from("mau-client:mau-secret").toString("base64")}`, lgspaccesstoken: access },
    body: "grant_type=client_credentials",
  }).then((answer) => answer.json());
  check("token", token.expires_in === 3600, token);
  const older = await soap.createClientAsync(`${base}/lgsp/dancu?wsdl`);
  const headers = {
    Authorization: `Bearer ${token.access_token}`,
    lgspaccesstoken: access,
    AuthHash: Buffer.from("CANBO01:SYNTHPASS").toString("base64"),
    "Content-Type": "application/xml",
  };
  const seven = question();
  for (const name of ["MaDonVi", "TaiKhoan", "SoDienThoai"]) delete seven[name];
  const [result] = await older.TraCuuThongTinCongDanAsync(seven, {}, headers).catch((error) => [{ error: error.message }]);
  check("c06-2021 finds one", result?.CongDan?.[0]?.SoCMND === "000000002", result);
  const wrongKey = { ...headers, AuthHash: Buffer.from("CANBO02:SYNTHPASS").toString("base64") };
  const denied = await older
    .TraCuuThongTinCongDanAsync({ ...seven, MaYeuCau: freshId() }, {}, wrongKey)
    .then(() => 200, (error) => error.response?.status);
  check("another officer's key", denied === 403, denied);
}

async function keepsAnAudit() {
  const id = freshId();
  await call("TraCuuThongTinCongDan", question({ MaYeuCau: id }));
  const [row] = await fetch(`${base}/sim/state/audit/${id}`).then((answer) => answer.json());
  check("audit row", row?.officer === "020090000009" && row.outcome === "found" && row.number === "020190000001", row);
}

for (const part of [describes, looksUp, confirms, refuses, misbehaves, olderProfile, keepsAnAudit])
  await part().catch((error) => check(part.name, false, error.stack));
stand.stdin.end();
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
