// pg-boss on PostgreSQL: one job a dossier; fetch and complete in batches, several loops.
import PgBoss from "pg-boss";
import { again, deliver, done, open, roles, settings, slot, tell } from "./common.mjs";

const name = "dossiers";
const boss = new PgBoss({
  connectionString: settings.store, max: 20, schedule: false, migrate: true,
  retryLimit: 20, retryDelay: 1, retryBackoff: true, expireInSeconds: 30, maintenanceIntervalSeconds: 10,
});
boss.on("error", () => {});
await boss.start();
if (roles.includes("setup")) {
  await boss.createQueue(name);
  process.exit(0);
}

const loops = 2, batchSize = Math.max(1, Math.floor(settings.calls / loops));
let inHand = 0;

async function one(job, completed, failed, final) {
  await slot();
  const outcome = await deliver(job.data.text);
  if (outcome === done) completed.push(job.id);
  else (outcome === again ? failed : final).push(job.id);
}

async function loop() {
  for (;;) {
    const jobs = await boss.fetch(name, { batchSize });
    if (jobs.length === 0) {
      await new Promise((resolve) => setTimeout(resolve, 50));
      continue;
    }
    inHand += jobs.length;
    const completed = [], failed = [], final = [];
    await Promise.all(jobs.map((job) => one(job, completed, failed, final)));
    if (completed.length > 0) await boss.complete(name, completed);
    if (failed.length > 0) await boss.fail(name, failed);
    if (final.length > 0) await boss.cancel(name, final);
    inHand -= jobs.length;
  }
}

if (roles.includes("fill")) {
  const [count, first, template] = [Number(roles[1]), Number(roles[2]), roles[3]];
  for (let at = 0; at < count; at += 1000) {
    const jobs = [];
    for (let i = at; i < Math.min(at + 1000, count); ++i)
      jobs.push({ name, data: { text: template.replaceAll("@@@@@@@", String(first + i).padStart(7, "0")) } });
    await boss.insert(jobs);
  }
  process.exit(0);
}
if (roles.includes("door")) open((code, text) => boss.send(name, { text }));
if (roles.includes("work")) {
  for (let i = 0; i < loops; ++i) loop();
  tell(async () => inHand + Number(await boss.getQueueSize(name, { before: "completed" })));
}
