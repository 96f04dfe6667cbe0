import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { defineConfig, type Plugin } from "vite";
import { MADE } from "./places";

const licence = readFileSync(resolve(import.meta.dirname, "node_modules/@noble/hashes/LICENSE"), "utf8");

/**
 * Put script and style into the page itself, with a policy that names their hashes and allows nothing else: no
 * network, no other script. So the page is one file that works from a stick, and can be read before it is trusted.
 */
function oneFile(): Plugin {
  return {
    name: "ronda-one-file",
    enforce: "post",
    generateBundle(_, bundle) {
      const take = (ending: string): string => {
        let text = "";
        for (const [name, file] of Object.entries(bundle)) {
          if (!name.endsWith(ending)) continue;
          text += file.type === "chunk" ? file.code : String(file.source);
          Reflect.deleteProperty(bundle, name);
        }
        return text.trim();
      };
      const script = take(".js").replaceAll("</script", "<\\/script");
      const style = take(".css");
      const page = bundle["verify.html"];
      if (page?.type !== "asset") throw new Error("the page was not made");
      const hash = (text: string) => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
      const policy = `default-src 'none'; script-src ${hash(script)}; style-src ${hash(style)}; img-src data:; base-uri 'none'; form-action 'none'`;
      page.source = String(page.source)
        .replace(/\s*<script type="module"[^>]*><\/script>/, "")
        .replace(/\s*<link rel="stylesheet"[^>]*>/, "")
        .replace(
          "<head>",
          () => `<head>\n    <meta http-equiv="Content-Security-Policy" content="${policy}" />`,
        )
        .replace("</head>", () => `  <style>${style}</style>\n  </head>`)
        .replace("</html>", () => `<!--\nSHA-2 by @noble/hashes:\n${licence}-->\n</html>`)
        .replace("</body>", () => `  <script type="module">${script}</script>\n  </body>`);
    },
  };
}

export default defineConfig({
  root: resolve(import.meta.dirname, "verify"),
  plugins: [oneFile()],
  build: {
    outDir: MADE,
    emptyOutDir: false,
    copyPublicDir: false,
    target: "es2022",
    modulePreload: false,
    rollupOptions: { input: resolve(import.meta.dirname, "verify/verify.html") },
  },
});
