// BullMQ on Redis: one job a dossier, its code as the id.
import { Queue, UnrecoverableError, Worker } from "bullmq";
import { again, deliver, open, refused, roles, settings, tell } from "./common.mjs";

const connection = { host: "127.0.0.1", port: settings.store, maxRetriesPerRequest: null };
const queue = new Queue("dossiers", { connection });
const job = (code, text) => ({ name: "dossier", data: text, opts: { jobId: code, attempts: 20, backoff: { type: "exponential", delay: 1000, jitter: 0.5 } } });

if (roles.includes("fill")) {
  const [count, first, template] = [Number(roles[1]), Number(roles[2]), roles[3]];
  for (let done = 0; done < count; done += 1000) {
    const jobs = [];
    for (let i = done; i < Math.min(done + 1000, count); ++i) {
      const text = template.replaceAll("@@@@@@@", String(first + i).padStart(7, "0"));
      jobs.push(job(JSON.parse(text).code, text));
    }
    await queue.addBulk(jobs);
  }
  process.exit(0);
}
if (roles.includes("door")) {
  await queue.waitUntilReady();
  open((code, text) => {
    const { name, data, opts } = job(code, text);
    return queue.add(name, data, opts);
  });
}
if (roles.includes("work")) {
  const limiter = settings.rate > 0 ? { max: Math.max(1, Math.floor(settings.rate / 10)), duration: 100 } : undefined;
  const work = async ({ data }) => {
    const outcome = await deliver(data);
    if (outcome === refused) throw new UnrecoverableError("refused");
    if (outcome === again) throw new Error("unavailable");
    return "delivered";
  };
  const worker = new Worker("dossiers", work, { connection, concurrency: settings.calls, limiter });
  worker.on("error", () => {});
  tell(async () => {
    const counts = await queue.getJobCounts("wait", "active", "delayed", "prioritized");
    return Object.values(counts).reduce((sum, n) => sum + n, 0);
  });
}
