'use strict';
// Makes jsii's Node process load only the files that are used (see fast_start.py).
const fs = require('fs');
const Module = require('module');

// Called when a private name is missing or has changed; that measure is skipped.
let gone = () => {};
exports.onGone = (tell) => {
  gone = tell;
};

// The index of the provider package requires the files of all 2,000+ resources. Here each export is a getter that
// requires its file on first use. cdktn's index wraps each require in TypeScript's __importStar, which returns an
// ES module, as these all are, unchanged.
const PROVIDER_INDEX = /[\\/]@cdkt[fn][\\/]provider-aws[\\/](?:.*[\\/])?lib[\\/]index\.js$/;
const EXPORT = /^exports\.(\w+) = (?:require\("(\.\/[^"]+)"\)|__importStar\(require\("(\.\/[^"]+)"\)\));$/gm;
const REQUIRE = /\brequire\b/g;

// Each token of the framework keeps its JavaScript stack trace, which is of no use to a Python program.
// cdktn has an environment variable for it.
process.env.CDKTN_DISABLE_CREATION_STACK ??= '1';
const STACK_TRACE = /[\\/]cdktf[\\/]lib[\\/]tokens[\\/]private[\\/]stack-trace\.js$/;

const loadScript = Module._extensions['.js'];
Module._extensions['.js'] = function (module, filename) {
  if (STACK_TRACE.test(filename)) {
    loadScript(module, filename);
    if (typeof module.exports.captureStackTrace === 'function') module.exports.captureStackTrace = () => [];
    else gone('cdktf/lib/tokens/private/stack-trace.js: captureStackTrace');
    return;
  }
  if (!PROVIDER_INDEX.test(filename)) return loadScript(module, filename);
  const index = fs.readFileSync(filename, 'utf8');
  const resources = [...index.matchAll(EXPORT)];
  // An index with any other statement is loaded unchanged: slower, but correct.
  if (resources.length === 0 || index.match(REQUIRE).length !== resources.length) {
    gone('provider-aws/lib/index.js');
    return loadScript(module, filename);
  }
  for (const [, name, plain, wrapped] of resources) {
    const path = plain ?? wrapped;
    Object.defineProperty(module.exports, name, { enumerable: true, get: () => module.require(path) });
  }
};

// Only assets in zip archives need the archiver, which loads 90 files.
const load = Module._load;
Module._load = function (request, parent, isMain) {
  if (request !== 'archiver' || isMain) return load.call(this, request, parent, isMain);
  const archiver = () => load.call(this, request, parent, isMain);
  return new Proxy(function () {}, {
    apply: (_, self, args) => Reflect.apply(archiver(), self, args),
    get: (_, name) => Reflect.get(archiver(), name),
  });
};

// jsii reads the definitions of all types, 35 MB, to use a few. Here each is read from its place in the file.
const DEFINITIONS = /\.jsii\.runtime-defs\.v\d+\.jsonl$/;
const { openSync, readFileSync, readSync } = fs;
fs.readFileSync = function (path, ...rest) {
  if (rest.length > 0 || !DEFINITIONS.test(path)) return readFileSync(path, ...rest);
  const file = openSync(path);
  const slice = (encoding, start, end) => {
    const bytes = Buffer.allocUnsafe(end - start);
    return bytes.toString(encoding, 0, readSync(file, bytes, 0, bytes.length, start));
  };
  let whole;
  return new Proxy(Buffer.alloc(0), {
    get(_, name) {
      if (name === 'toString') return slice;
      whole ??= readFileSync(path);
      const value = Reflect.get(whole, name);
      return typeof value === 'function' ? value.bind(whole) : value;
    },
  });
};
