// VNPAY's rules as an independent library (npm vnpay) knows them, a line in and a line out:
// {"verify": address} -> {"verified", "amount"}, {"rebuild": address} -> {"hash"}, {"sign": fields, "secret"} -> {"query"}.
import { createInterface } from "node:readline";
import { VNPay } from "vnpay";
import { buildPaymentUrlSearchParams, calculateSecureHash } from "vnpay/utils";

const [tmnCode, secureSecret] = ["TESTTMN1", "SYNTHETICSECRET0123456789ABCDEF0"];
const nowhere = "http://127.0.0.1:9";
const library = new VNPay({ tmnCode, secureSecret, vnpayHost: nowhere, queryDrAndRefundHost: nowhere, testMode: false });

const sign = (fields, secret) => {
  const data = buildPaymentUrlSearchParams(fields).toString();
  return `${data}&vnp_SecureHash=${calculateSecureHash({ secureSecret: secret, data, hashAlgorithm: "SHA512", bufferEncode: "utf-8" })}`;
};

createInterface({ input: process.stdin }).on("line", (line) => {
  const asked = JSON.parse(line);
  let said = {};
  if (asked.verify) {
    const seen = library.verifyReturnUrl(Object.fromEntries(new URL(asked.verify).searchParams));
    said = { verified: seen.isVerified, amount: seen.vnp_Amount };
  } else if (asked.rebuild) {
    const fields = Object.fromEntries(new URL(asked.rebuild).searchParams);
    delete fields.vnp_SecureHash;
    const url = library.buildPaymentUrl({ ...fields, vnp_Amount: Number(fields.vnp_Amount) / 100, vnp_CreateDate: Number(fields.vnp_CreateDate), vnp_ExpireDate: Number(fields.vnp_ExpireDate) });
    said = { hash: new URL(url).searchParams.get("vnp_SecureHash") };
  } else {
    said = { query: sign(asked.sign, asked.secret ?? secureSecret) };
  }
  console.log(JSON.stringify(said));
});
