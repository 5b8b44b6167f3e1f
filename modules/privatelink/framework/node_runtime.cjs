'use strict';
// Runs jsii's program, the first argument, in the process that Python started (see node_process.py). jsii's own entry
// point starts it in a second Node process and forwards every message; starting that takes 25 % of a short run.

// An older Node.js fails later, with an unclear error; Python reports the version (environment.py).
if (parseInt(process.versions.node, 10) < 18) process.exit(1);

const fs = require('fs');
const path = require('path');
const { Writable } = require('stream');
const workers = require('worker_threads');

// The program uses file descriptor 3, its parent's pipe; here it reads and writes Python's pipes.
const { readSync, writeSync } = fs;
fs.readSync = (file, ...rest) => readSync(file === 3 ? 0 : file, ...rest);
fs.writeSync = (file, ...rest) => writeSync(file === 3 ? 1 : file, ...rest);

const tell = (what) => writeSync(2, `${JSON.stringify(what)}\n`);

// Sends the program's output to Python as jsii's entry point does, one JSON object per line.
for (const name of ['stdout', 'stderr']) {
  const stream = new Writable({
    write(chunk, _encoding, done) {
      tell({ [name]: chunk.toString('base64') });
      done();
    },
  });
  Object.defineProperty(process, name, { value: Object.assign(stream, { fd: 2 }) });
}

require('./node_preload.cjs').onGone((name) => tell({ gone: name }));

// In jsii's Python package the file of its only worker, which writes the index, has a different name.
const [program, worker] = process.argv.slice(2);
const { Worker } = workers;
workers.Worker = class extends Worker {
  constructor(_script, options) {
    super(path.join(path.dirname(program), worker), options);
  }
};

require(program);
