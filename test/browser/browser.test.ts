// The wasm runtime (and webgpu, where the browser has an adapter) in headless Chromium: bundled by esbuild, served by a plain static server.
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, extname, join } from 'node:path';
import { expect, test } from 'vitest';
import type { PageReport } from './page.ts';

const candidates = [process.env.CHROMIUM, 'chromium', 'chromium-browser', 'google-chrome'].filter(
  (name) => name !== undefined,
);
const chromium = candidates.find((name) => spawnSync(name, ['--version']).status === 0);
const ORT = dirname(createRequire(import.meta.url).resolve('onnxruntime-web'));
const types: Readonly<Record<string, string>> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.mjs': 'text/javascript',
  '.wasm': 'application/wasm',
};
/** A page that cannot even start says so. */
const TELL = `const tell = (error) => fetch('/report', { method: 'POST', body: JSON.stringify({ page: { start: String(error) } }) });
addEventListener('error', (event) => tell(event.message ?? 'a script did not load'), true);
addEventListener('unhandledrejection', (event) => tell(event.reason?.stack ?? event.reason));`;
const HTML = `<!doctype html><script>${TELL}</script><script type="importmap">${JSON.stringify({
  imports: {
    'onnxruntime-web': '/ort/ort.bundle.min.mjs',
    'onnxruntime-web/webgpu': '/ort/ort.webgpu.bundle.min.mjs',
  },
})}</script><script type="module" src="/page.js"></script>`;

interface Bundler {
  build(options: Record<string, unknown>): Promise<{ outputFiles: { text: string }[] }>;
}

/** esbuild comes with the tools that run the sources; it is no dependency of its own. */
async function bundle(): Promise<string> {
  const esbuild = createRequire(createRequire(import.meta.url).resolve('tsx/cli'))('esbuild') as Bundler;
  const result = await esbuild.build({
    entryPoints: [join(import.meta.dirname, 'page.ts')],
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    external: ['onnxruntime-web', 'onnxruntime-web/webgpu'],
    logLevel: 'error',
  });
  return result.outputFiles[0]?.text ?? '';
}

/** Serves the page with its scripts until it reports. */
async function reportOf(page: string, open: (address: string) => () => void): Promise<PageReport> {
  const server = createServer();
  const report = new Promise<PageReport>((resolve, reject) => {
    const limit = setTimeout(() => reject(new Error('the page did not report within 100 s')), 100_000);
    limit.unref();
    server.on('request', (request, response) => {
      const { pathname } = new URL(request.url ?? '/', 'http://localhost');
      if (pathname === '/report') {
        let body = '';
        request.on('data', (chunk: Buffer) => {
          body += chunk.toString();
        });
        request.on('end', () => {
          response.end();
          resolve(JSON.parse(body) as PageReport);
        });
        return;
      }
      const headers = { 'content-type': types[extname(pathname)] ?? 'text/html' };
      if (pathname === '/') response.writeHead(200, headers).end(HTML);
      else if (pathname === '/page.js') response.writeHead(200, headers).end(page);
      else if (pathname.startsWith('/ort/'))
        response.writeHead(200, headers).end(readFileSync(join(ORT, pathname.slice(5))));
      else response.writeHead(404).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const close = open(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  try {
    return await report;
  } finally {
    close();
    server.closeAllConnections();
    server.close();
  }
}

if (!chromium) {
  test.skip('runtimes in a browser, because: no Chromium found (put its path into CHROMIUM)', () => undefined);
} else {
  test('runtimes keep their promises in Chromium', { timeout: 120_000 }, async () => {
    const profile = mkdtempSync(join(tmpdir(), 'tesserae-browser-'));
    const flags = ['--headless=new', '--no-sandbox', '--disable-dev-shm-usage', `--user-data-dir=${profile}`];
    // a software adapter, where Chromium has one
    const gpu = ['--enable-unsafe-webgpu', '--use-webgpu-adapter=swiftshader', '--enable-features=Vulkan'];
    const report = await reportOf(await bundle(), (address) => {
      const browser = spawn(chromium, [...flags, ...gpu, address], { stdio: 'ignore' });
      return () => {
        browser.once('exit', () => rmSync(profile, { recursive: true, force: true, maxRetries: 5 }));
        browser.kill();
      };
    });
    for (const [runtime, found] of Object.entries(report)) {
      if (typeof found === 'string') {
        console.log(`${runtime} is not examined in this browser: ${found}`);
        expect(runtime, found).toBe('webgpu');
      } else {
        expect(Object.values(found).filter(Boolean), runtime).toEqual([]);
        expect(Object.keys(found)).toContain(
          runtime === 'tokens' ? 'trains byte pairs, cuts and joins' : 'trains a classifier',
        );
      }
    }
  });
}
