'use strict';
// Runs jsii's program, the first argument, as the process that Python talks to (see node_process.py). jsii's own entry
// is a second Node process, which passes on every message and takes a quarter of a short run to start.

// An older Node.js would run much of it, and fail somewhere; Python says why it has ended (environment.py).
if (parseInt(process.versions.node, 10) < 18) process.exit(1);

const fs = require('fs');
const path = require('path');
const { Writable } = require('stream');
const workers = require('worker_threads');

// The program talks over file 3: to its parent there, here to Python.
const { readSync, writeSync } = fs;
fs.readSync = (file, ...rest) => readSync(file === 3 ? 0 : file, ...rest);
fs.writeSync = (file, ...rest) => writeSync(file === 3 ? 1 : file, ...rest);

const tell = (what) => writeSync(2, `${JSON.stringify(what)}\n`);

// What it prints reaches Python as jsii's entry sends it, one object a line.
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

// jsii's Python package keeps the worker that writes its index, its only one, under a name of its own.
const [program, worker] = process.argv.slice(2);
const { Worker } = workers;
workers.Worker = class extends Worker {
  constructor(_script, options) {
    super(path.join(path.dirname(program), worker), options);
  }
};

require(program);
