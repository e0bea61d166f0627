// RabbitMQ: a quorum queue with publisher confirms; what failed waits in a queue of its delay and comes back.
import amqp from "amqplib";
import { again, deliver, done, open, refused, roles, settings, slot, tell } from "./common.mjs";

const name = "dossiers";
const delays = [1, 2, 4, 8, 16, 32, 60];
const connection = await amqp.connect(settings.store);
const channel = await connection.createConfirmChannel();
connection.on("error", () => process.exit(1));

const quorum = { "x-queue-type": "quorum" };
await channel.assertQueue(name, { durable: true, arguments: quorum });
for (const record of ["delivered", "refused"]) await channel.assertQueue(record, { durable: true, arguments: quorum });
for (const delay of delays)
  await channel.assertQueue(`again.${delay}`, {
    durable: true,
    arguments: {
      ...quorum, "x-message-ttl": delay * 1000, "x-dead-letter-exchange": "", "x-dead-letter-routing-key": name,
      "x-dead-letter-strategy": "at-least-once", "x-overflow": "reject-publish",
    },
  });

/** Resolves when the broker has confirmed. */
function publish(queue, content, headers, messageId) {
  return new Promise((resolve, reject) => {
    channel.sendToQueue(queue, content, { persistent: true, headers, messageId }, (error) => (error ? reject(error) : resolve()));
  });
}

let inHand = 0;
async function work(message) {
  ++inHand;
  await slot();
  const outcome = await deliver(message.content.toString("utf8"));
  const tries = message.properties.headers?.tries ?? 0;
  if (outcome === again) await publish(`again.${delays[Math.min(tries, delays.length - 1)]}`, message.content, { tries: tries + 1 }, message.properties.messageId);
  if (outcome === refused) await publish("refused", message.content, {}, message.properties.messageId);
  // An acknowledged message is gone: who wants to know later what became of it keeps a record, as the others do.
  if (outcome === done && settings.record) await publish("delivered", Buffer.from(message.properties.messageId), { at: Date.now() });
  channel.ack(message);
  --inHand;
}

if (roles.includes("fill")) {
  const [count, first, template] = [Number(roles[1]), Number(roles[2]), roles[3]];
  for (let at = 0; at < count; at += 1000) {
    for (let i = at; i < Math.min(at + 1000, count); ++i) {
      const text = template.replaceAll("@@@@@@@", String(first + i).padStart(7, "0"));
      publish(name, Buffer.from(text), {}, JSON.parse(text).code).catch(() => process.exit(1));
    }
    await channel.waitForConfirms();
  }
  process.exit(0);
}
if (roles.includes("door")) open((code, text) => publish(name, Buffer.from(text), {}, code));
if (roles.includes("work")) {
  await channel.prefetch(settings.calls);
  await channel.consume(name, work);
  tell(async () => {
    let waiting = inHand;
    for (const queue of [name, ...delays.map((delay) => `again.${delay}`)]) waiting += (await channel.checkQueue(queue)).messageCount;
    return waiting;
  });
}
