// npx tsx bench/kill-resume.ts N: kills training N times at random moments and reports what differed.
import { killAndResume, SHORTEST } from '../test/kill-resume.ts';

const kills = Number(process.argv[2] ?? 50);
const start = performance.now();
const report = await killAndResume(kills, () => SHORTEST + 600 * Math.random());
console.log(
  `${report.kills} kills over ${report.runs} runs, ${report.differences.length} files differ, ${((performance.now() - start) / 1000).toFixed(0)} s`,
);
for (const difference of report.differences) console.log(`  ${difference}`);
process.exitCode = report.differences.length > 0 ? 1 : 0;
