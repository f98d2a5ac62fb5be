// A page in headless Chromium, driven by a script that is put at its end.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const candidates = [process.env.CHROMIUM, 'chromium', 'chromium-browser', 'google-chrome'].filter(
  (name) => name !== undefined,
);

/** The browser's command; undefined where there is none. */
export const chromium: string | undefined = candidates.find((name) => spawnSync(name, ['--version']).status === 0);

/** What the driver (markup) wrote into the document as `<pre id="report">` with JSON. */
export function drive(driver: string, page: string): Record<string, unknown> {
  const dir = mkdtempSync(join(tmpdir(), 'tesserae-page-'));
  const file = join(dir, 'page.html');
  writeFileSync(
    file,
    page.replace('</body>', () => `${driver}</body>`),
  );
  const flags = [
    '--headless=new',
    '--no-sandbox',
    '--disable-gpu',
    '--disable-dev-shm-usage',
    '--lang=en',
    '--virtual-time-budget=200000',
  ];
  const { stdout } = spawnSync(
    chromium as string,
    [...flags, `--user-data-dir=${join(dir, 'profile')}`, '--dump-dom', `file://${file}`],
    {
      encoding: 'utf8',
      maxBuffer: 2 ** 26,
    },
  );
  rmSync(dir, { recursive: true, force: true, maxRetries: 5 });
  const report = /<pre id="report">(.*?)<\/pre>/s.exec(stdout)?.[1];
  if (report === undefined) throw new Error(`expected a report, got ${stdout.slice(0, 500)}`);
  return JSON.parse(report.replace(/&lt;/g, '<').replace(/&gt;/g, '>').replace(/&amp;/g, '&'));
}
